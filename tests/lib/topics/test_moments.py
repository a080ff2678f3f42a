"""Covariance against np.cov, the Gaussian's generating function against quadrature."""

import numpy as np
import pytest
from scipy import integrate, stats

from derived.topics.moments import cov, gaussian_mgf


@pytest.mark.parametrize(("N", "d", "e"), [(1, 1, 1), (5, 1, 3), (20, 4, 2)])
def test_cov_is_numpys(N, d, e):
    rng = np.random.default_rng(N)
    X, Y = rng.standard_normal((N, d)), rng.standard_normal((N, e))
    both = np.cov(np.hstack([X, Y]).T, bias=True).reshape(d + e, d + e)
    np.testing.assert_allclose(cov(X, Y), both[:d, d:], atol=1e-12)
    np.testing.assert_allclose(cov(X), both[:d, :d], atol=1e-12)


def test_cov_survives_a_large_mean():
    X = np.array([[1e9], [1e9 + 1]])
    assert cov(X) == 0.25
    assert np.mean(X * X) - X.mean() ** 2 != 0.25  # the mutant: the difference of two large numbers


@pytest.mark.parametrize(
    ("X", "Y", "message"),
    [(np.ones(3), None, r"X has shape \(3,\)"), (np.ones((3, 1)), np.ones((2, 1)), r"expected \(3, e\)"),
     (np.ones((0, 2)), None, "N > 0"), (np.full((2, 1), np.nan), None, "X has nan")],
)  # fmt: skip
def test_cov_of_bad_input(X, Y, message):
    with pytest.raises(ValueError, match=message):
        cov(X, Y)


@pytest.mark.parametrize("t", [-0.7, 0.0, 1.3])
def test_gaussian_mgf_in_one_dimension(t):
    integral = integrate.quad(lambda x: np.exp(t * x) * stats.norm.pdf(x, 0.5, 1.5), -20, 25)[0]
    assert gaussian_mgf([t], [0.5], [[2.25]]) == pytest.approx(integral, rel=1e-8)


def test_gaussian_mgf_in_two_dimensions():
    t, mean, A = np.array([0.3, -0.4]), np.array([1.0, 2.0]), np.array([[1.0, 0.0], [0.5, 0.8]])
    one = gaussian_mgf([np.linalg.norm(A.T @ t)], [0.0], [[1.0]])  # t·(mean + A z) is one Gaussian number
    assert gaussian_mgf(t, mean, A @ A.T) == pytest.approx(np.exp(t @ mean) * one)
    assert gaussian_mgf(t, mean, A.T @ A) != pytest.approx(np.exp(t @ mean) * one)


def test_gaussian_mgf_of_bad_shapes():
    with pytest.raises(ValueError, match="shapes of t and mean"):
        gaussian_mgf([1.0], [1.0, 2.0], np.eye(2))
    with pytest.raises(ValueError, match="cov has shape"):
        gaussian_mgf([1.0], [1.0], np.eye(2))
