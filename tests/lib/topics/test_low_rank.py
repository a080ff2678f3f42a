"""Singular values and truncation against LAPACK and a rival that knows neither."""

import numpy as np
import pytest

from derived.topics.low_rank import alternating_least_squares, deflated_svd, tail, truncate

SHAPES = [(1, 1), (1, 5), (5, 1), (6, 6), (12, 4)]


@pytest.mark.parametrize("shape", SHAPES)
def test_deflation_is_the_svd(shape):
    rng = np.random.default_rng(sum(shape))
    X, r = rng.standard_normal(shape), min(shape)
    U, sigma, V = deflated_svd(X, r, rng=rng)
    np.testing.assert_allclose(sigma, np.linalg.svd(X)[1], rtol=1e-6)
    np.testing.assert_allclose(U * sigma @ V.T, X, atol=1e-5)
    np.testing.assert_allclose(U.T @ U, np.eye(r), atol=1e-4)


@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_of_that_rank_is_nearer(shape):
    rng = np.random.default_rng(sum(shape))
    X = rng.standard_normal(shape)
    for r in range(1, min(shape) + 1):
        best = np.linalg.norm(X - truncate(X, r))
        assert np.linalg.matrix_rank(truncate(X, r)) == r
        assert best == pytest.approx(tail(np.linalg.svd(X)[1], r), abs=1e-12)
        assert np.linalg.norm(X - alternating_least_squares(X, r, rng=rng, steps=10)) >= best - 1e-12


def test_the_rival_comes_close_and_the_smallest_values_do_not():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((12, 8))
    U, sigma, Vt = np.linalg.svd(X, full_matrices=False)
    best = tail(sigma, 3)
    assert np.linalg.norm(X - alternating_least_squares(X, 3, rng=rng, steps=500)) < 1.001 * best
    assert np.linalg.norm(X - U[:, -3:] * sigma[-3:] @ Vt[-3:]) > 1.2 * best


@pytest.mark.parametrize("f", [truncate, lambda X, r: deflated_svd(X, r, rng=np.random.default_rng(0))])
def test_bad_input(f):
    with pytest.raises(ValueError, match="r is 3, expected 1 <= r <= 2"):
        f(np.ones((2, 5)), 3)
    with pytest.raises(ValueError, match=r"X has shape \(2,\)"):
        f(np.ones(2), 1)
    with pytest.raises(ValueError, match="X has nan"):
        f(np.full((2, 2), np.nan), 1)
