"""The decomposition by simulation, the smoother against scikit-learn."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import PolynomialFeatures

from derived.topics.bias_variance import (
    average_errors,
    exact_decomposition,
    noisy_fits,
    polynomials,
    quadratic_features,
    smoother,
)

TRUTH = lambda x: np.sin(3 * x)
CASES = [(1, 0), (5, 2), (20, 6)]


@pytest.mark.parametrize("N, degree", CASES)
def test_smoother_is_least_squares(N, degree):
    rng = np.random.default_rng(N)
    x, z, y = rng.uniform(-1, 1, N), rng.uniform(-1, 1, 7), rng.standard_normal(N)
    powers = lambda t: t[:, None] ** np.arange(degree + 1)
    theirs = LinearRegression(fit_intercept=False).fit(powers(x), y).predict(powers(z))
    ours = smoother(polynomials(x, degree), polynomials(z, degree)) @ y
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("N, degree", CASES)
def test_exact_decomposition_is_what_simulations_find(N, degree):
    rng = np.random.default_rng(1)
    x, z = np.linspace(-1, 1, N), np.linspace(-0.9, 0.8, 4)
    H = smoother(polynomials(x, degree), polynomials(z, degree))
    exact = exact_decomposition(H, TRUTH(x), TRUTH(z), 0.4)
    fits = noisy_fits(TRUTH, x, z, degree, 0.4, 20_000, rng=rng)
    np.testing.assert_allclose(fits.var(axis=0), exact.variance, rtol=0.05)
    np.testing.assert_allclose((fits.mean(axis=0) - TRUTH(z)) ** 2, exact.bias2, atol=0.02)
    fresh = (TRUTH(z) + 0.4 * rng.standard_normal(fits.shape) - fits) ** 2
    error = np.abs(fresh.mean(axis=0) - exact.error) / fresh.std(axis=0) * np.sqrt(len(fits))
    assert error.max() < 4
    assert np.all(np.abs(fresh.mean(axis=0) - exact.bias2 - exact.variance) > 0.1)  # without the noise: wrong


@pytest.mark.parametrize("N, degree", CASES)
def test_average_errors(N, degree):
    rng, x = np.random.default_rng(3), np.linspace(-1, 1, N)
    H = smoother(polynomials(x, degree), polynomials(x, degree))
    y, new = TRUTH(x) + 0.3 * rng.laplace(size=(2, 20_000, N)) / np.sqrt(2)
    for found, wanted in zip((y, new), average_errors(H, TRUTH(x), 0.3), strict=True):
        samples = np.mean((found - y @ H.T) ** 2, axis=1)
        assert abs(samples.mean() - wanted) < 4 * samples.std() / np.sqrt(20_000) + 1e-12


@pytest.mark.parametrize("d", [1, 2, 5])
def test_quadratic_features_are_sklearns(d):
    X = np.random.default_rng(d).standard_normal((4, d))
    np.testing.assert_allclose(quadratic_features(X), PolynomialFeatures(2, include_bias=False).fit_transform(X))


def test_bad_input():
    with pytest.raises(ValueError, match="polynomials: degree is -1"):
        polynomials(np.zeros(3), -1)
    with pytest.raises(ValueError, match="smoother: Phi has shape"):
        smoother(np.ones((3, 2)), np.ones((3, 1)))
    with pytest.raises(ValueError, match="exact_decomposition: H has shape"):
        exact_decomposition(np.ones((2, 3)), np.ones(2), np.ones(3), 1.0)
    with pytest.raises(ValueError, match="quadratic_features: X has shape"):
        quadratic_features(np.ones(3))
