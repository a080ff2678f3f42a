"""Generalised linear models beside scikit-learn's three; the score equation; messages."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression, PoissonRegressor

from derived.check import finite_difference
from derived.topics import exponential_family as ef
from derived.topics.glm import GLM

REFERENCES = {
    "Gaussian of variance 1": LinearRegression(),
    "Bernoulli": LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000),
    "Poisson": PoissonRegressor(alpha=0, tol=1e-12, max_iter=10_000),
}


def problem(family, N=80, d=3):
    rng = np.random.default_rng(N + d)
    X = rng.standard_normal((N, d))
    v = X @ rng.uniform(-0.7, 0.7, d) + 0.3
    return X, family.sample(-np.exp(v) if family is ef.exponential else v, rng)


@pytest.mark.parametrize("family", [ef.gaussian, ef.bernoulli, ef.poisson], ids=lambda f: f.name)
def test_fits_are_scikit_learns(family):
    X, y = problem(family)
    ours, theirs = GLM(family).fit(X, y), REFERENCES[family.name].fit(X, y)
    np.testing.assert_allclose(ours.weight, np.ravel(theirs.coef_), atol=1e-5)
    assert ours.bias == pytest.approx(np.ravel(theirs.intercept_)[0], abs=1e-5)
    assert np.abs(ours.weight - np.ravel(PoissonRegressor(alpha=1).fit(X, np.abs(y)).coef_)).max() > 1e-3


@pytest.mark.parametrize("family", [ef.gaussian, ef.bernoulli, ef.poisson, ef.exponential], ids=lambda f: f.name)
def test_gradient_hessian_and_score_equation(family):
    X, y = problem(family, N=30, d=1)
    theta = np.array([0.2, -2.0])
    model = GLM(family)
    value, gradient, hessian = model.objective(theta, X, y)
    assert np.isfinite(value)
    np.testing.assert_allclose(gradient, finite_difference(lambda t: model.objective(t, X, y)[0], theta), atol=1e-8)
    np.testing.assert_allclose(hessian, finite_difference(lambda t: model.objective(t, X, y)[1], theta), atol=1e-7)
    if family is not ef.exponential:
        model.fit(X, y)
        assert model.minimum.converged
        assert np.mean(model.predict(X)) == pytest.approx(np.mean(y))  # because there is a bias


def test_exponential_family_stays_in_its_domain():
    rng = np.random.default_rng(0)
    X = rng.uniform(0, 1, (200, 1))
    y = rng.exponential(1 / (1 + 2 * X[:, 0]))
    model = GLM(ef.exponential).fit(X, y)
    assert model.minimum.converged and np.all(model.predict(X) > 0)
    assert model.weight[0] == pytest.approx(-2, abs=0.8)


def test_messages():
    with pytest.raises(ValueError, match="categorical"):
        GLM(ef.categorical)
    with pytest.raises(ValueError, match=r"y \(2,\)"):
        GLM(ef.gaussian).fit(np.ones((3, 1)), np.ones(2))
    with pytest.raises(ValueError, match="nan"):
        GLM(ef.gaussian).fit(np.full((2, 1), np.nan), np.ones(2))
