"""The linear latent-variable model against SciPy, scikit-learn, simulation and finite differences."""

import numpy as np
import pytest
from scipy import stats
from sklearn import decomposition

from derived.check import finite_difference
from derived.data import load_wine
from derived.topics.factor_analysis import LinearGaussian, em_step, factor_analysis, mean_log_likelihood
from derived.topics.information import kl_gaussian
from derived.topics.moments import cov


def model(d, m, seed=0):
    return LinearGaussian.random(d, m, rng=np.random.default_rng(seed))


def wine():
    X = load_wine().X.astype(float)
    return (X - X.mean(axis=0)) / X.std(axis=0)


@pytest.mark.parametrize(("d", "m"), [(1, 1), (2, 1), (5, 3), (3, 5), (4, 0)])
def test_likelihood_and_posterior(d, m):
    ours, rng = model(d, m), np.random.default_rng(1)
    X = rng.standard_normal((6, d))
    C = ours.W @ ours.W.T + np.diag(ours.noise)
    np.testing.assert_allclose(ours.log_likelihood(X), np.atleast_1d(stats.multivariate_normal(ours.mean, C).logpdf(X)))
    means, V = ours.posterior(X)
    G = ours.W.T @ np.linalg.inv(C)
    np.testing.assert_allclose(means, (X - ours.mean) @ G.T, atol=1e-12)
    np.testing.assert_allclose(V, np.eye(m) - G @ ours.W, atol=1e-12)
    assert means.shape == (6, m)


def test_samples_have_the_covariance():
    ours = model(3, 2)
    Z, X = ours.sample(200_000, rng=np.random.default_rng(2))
    np.testing.assert_allclose(cov(X), ours.covariance, atol=0.06)
    np.testing.assert_allclose(cov(X, Z), ours.W, atol=0.03)
    np.testing.assert_allclose(X.mean(axis=0), ours.mean, atol=0.02)


def test_given_z_the_features_are_independent():
    ours, rng = model(4, 2), np.random.default_rng(5)
    X, Z = rng.standard_normal((6, 4)), rng.standard_normal((6, 2))
    theirs = stats.norm(ours.mean + Z @ ours.W.T, np.sqrt(ours.noise)).logpdf(X).sum(axis=1)
    np.testing.assert_allclose(ours.log_given(X, Z), theirs)
    np.testing.assert_allclose(np.diag(ours.log_given(X, Z[:, None])), theirs)


@pytest.mark.parametrize(("d", "m"), [(1, 1), (4, 2)])
def test_bound_and_gap(d, m):
    ours, rng = model(d, m), np.random.default_rng(3)
    x, a, A = rng.standard_normal(d), rng.standard_normal(m), rng.standard_normal((m, m))
    V = A @ A.T + 0.1 * np.eye(m)
    means, U = ours.posterior(x[None])
    gap = ours.log_likelihood(x) - ours.elbo(x, a, V)
    assert gap == pytest.approx(kl_gaussian(a, V, means[0], U), rel=1e-9) and gap > 0
    assert ours.elbo(x, means[0], U) == pytest.approx(ours.log_likelihood(x))


def test_em_rises_to_a_stationary_point_and_to_scikit_learns_likelihood():
    X = wine()
    S = cov(X)
    fitted, history = factor_analysis(X, 3, rng=np.random.default_rng(0))
    assert (np.diff(history) > -1e-12).all() and history[-1] - history[0] > 1
    assert history[-1] == pytest.approx(fitted.log_likelihood(X).mean())
    theirs = decomposition.FactorAnalysis(3, tol=1e-10, max_iter=10_000, svd_method="lapack").fit(X)
    assert history[-1] == pytest.approx(theirs.score(X), abs=1e-6)
    slope = finite_difference(lambda W: mean_log_likelihood(LinearGaussian(fitted.mean, W, fitted.noise), S), fitted.W)
    np.testing.assert_allclose(slope, 0, atol=1e-4)
    # the mutants: a step in which the posterior covariance is forgotten, and one with the noise left alone
    means, V = fitted.posterior(X)
    C = X - fitted.mean
    forgotten = LinearGaussian(fitted.mean, C.T @ means @ np.linalg.inv(means.T @ means), fitted.noise)
    assert mean_log_likelihood(forgotten, S) < history[-1] - 1e-3


def test_scikit_learns_score_for_its_own_parameters():
    X = wine()
    theirs = decomposition.FactorAnalysis(2).fit(X)
    ours = LinearGaussian(theirs.mean_, theirs.components_.T, theirs.noise_variance_)
    np.testing.assert_allclose(ours.log_likelihood(X), theirs.score_samples(X), atol=1e-9)


def test_isotropic_step_rises_too():
    X = wine()
    S, now = cov(X), LinearGaussian(np.zeros(13), model(13, 2).W, 1.0)
    for _ in range(5):
        after = em_step(now, S, isotropic=True)
        assert mean_log_likelihood(after, S) > mean_log_likelihood(now, S)
        assert np.ptp(after.noise) == 0
        now = after


def test_a_constant_feature_stops_at_the_floor():
    X = np.c_[wine()[:, :4], np.ones(178)]
    fitted, _ = factor_analysis(X, 1, rng=np.random.default_rng(0), steps=50, floor=1e-3)
    assert fitted.noise[-1] == pytest.approx(1e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: LinearGaussian(np.zeros(2), np.zeros((3, 1)), 1.0), r"mean has shape \(2,\), W \(3, 1\)"),
        (lambda: LinearGaussian(np.zeros(2), np.zeros((2, 1)), np.ones(3)), r"noise has shape \(3,\)"),
        (lambda: LinearGaussian(np.zeros(2), np.zeros((2, 1)), 0.0), "noise has 0.0"),
        (lambda: factor_analysis(np.zeros((4, 2)), 2, rng=np.random.default_rng(0)), "m is 2"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
