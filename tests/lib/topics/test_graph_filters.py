"""Filters on graphs, beside matrix powers, NumPy's Chebyshev polynomials and the limit of powers."""

import numpy as np
import pytest
from beside_torch import close, normal, rng
from numpy.polynomial import Chebyshev
from scipy import sparse

from derived.topics import graph_filters as gf
from derived.topics import graph_matrices as gm


@pytest.mark.parametrize("degree", [0, 1, 4])
def test_polynomials_by_powers(degree):
    A, theta, X = gm.random_graph(6, 0.5, rng()), normal(degree + 1), normal(6, 2)
    H = sum(t * np.linalg.matrix_power(A, k) for k, t in enumerate(theta))
    close(gf.polynomial(A, theta, X), H @ X)
    close(gf.polynomial(sparse.csr_array(A), theta, X), H @ X)
    close(gf.polynomial(A, theta, X[:, 0]), H @ X[:, 0])


def test_distance_to_polynomials():
    A = gm.path(6)
    H = gf.polynomial(A, normal(6), np.eye(6))
    assert gf.distance_to_polynomials(H, A) < 1e-9
    rotation = np.roll(np.eye(3), 1, axis=0)
    assert gf.distance_to_polynomials(rotation, gm.complete(3)) == pytest.approx(np.sqrt(0.5))


@pytest.mark.parametrize("degree", [0, 1, 2, 5])
def test_chebyshev_by_the_spectrum(degree):
    L, theta, X = gm.laplacian(gm.random_graph(7, 0.4, rng())), normal(degree + 1), normal(7, 3)
    expected = gf.spectral_filter(L, lambda values: Chebyshev(theta)(values - 1), X)
    close(gf.chebyshev_filter(L, theta, X), expected)
    close(gf.chebyshev_filter(sparse.csr_array(L), theta, X), expected)


def test_spectral_filters():
    L, X = gm.laplacian(gm.cycle(5)), normal(5, 2)
    close(gf.spectral_filter(L, lambda values: values**2, X), L @ L @ X)
    close(gf.spectral_filter(L, np.ones_like, X), X)


def test_the_projection_is_the_limit_of_powers():
    for A in (gm.random_graph(6, 0.5, rng(1), connected=True), np.zeros((3, 3)),
              np.kron(np.eye(2), gm.complete(3))):  # fmt: skip
        close(gf.components_projection(A), np.linalg.matrix_power(gm.renormalized(A), 4096), 1e-9)


def test_bad_arguments_are_named():
    for filtered in (gf.polynomial, gf.chebyshev_filter):
        with pytest.raises(ValueError, match="theta is empty"):
            filtered(np.eye(2), [], np.ones(2))
