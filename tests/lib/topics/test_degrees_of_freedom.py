"""Ridge against scikit-learn, degrees of freedom against autograd and simulation."""

import numpy as np
import pytest
import torch
from scipy import stats
from scipy.integrate import quad
from sklearn.linear_model import Ridge
from sklearn.model_selection import cross_val_score

from derived.data import folds
from derived.topics.degrees_of_freedom import (
    RidgePath,
    corrected_error,
    optimism,
    ridge_smoother,
    soft_threshold_sides,
)

SHAPES = [(1, 1), (6, 2), (12, 5), (5, 9)]


def problem(N, d, seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((N, d)) + 2, rng.standard_normal(N)


@pytest.mark.parametrize("N, d", SHAPES)
@pytest.mark.parametrize("lam", [1e-3, 0.7])
def test_ridge_is_sklearns(N, d, lam):
    X, y = problem(N, d)
    path, Z = RidgePath(X, y), problem(4, d, 1)[0]
    theirs = Ridge(alpha=N * lam).fit(X, y)
    np.testing.assert_allclose(path.predict(Z, lam), theirs.predict(Z), atol=1e-9)
    np.testing.assert_allclose(path.fitted(lam), theirs.predict(X), atol=1e-9)
    assert path.train_error(lam) == pytest.approx(np.mean((y - theirs.predict(X)) ** 2))
    bare = Ridge(alpha=N * lam, fit_intercept=False).fit(X, y)
    np.testing.assert_allclose(ridge_smoother(X, lam) @ y, bare.predict(X), atol=1e-9)


@pytest.mark.parametrize("N, d", SHAPES)
def test_degrees_of_freedom_are_the_divergence(N, d):
    X, y = problem(N, d)

    def fit(targets):
        Xc = torch.tensor(X - X.mean(axis=0))
        A = Xc.T @ Xc + N * 0.3 * torch.eye(d, dtype=torch.float64)
        return Xc @ torch.linalg.solve(A, Xc.T @ (targets - targets.mean())) + targets.mean()

    J = torch.autograd.functional.jacobian(fit, torch.tensor(y))
    assert RidgePath(X, y).df(0.3) == pytest.approx(torch.trace(J).item())


def test_ends_of_the_path():
    X, y = problem(12, 5)
    path = RidgePath(X, y)
    assert path.df(0) == pytest.approx(6) and path.df(1e12) == pytest.approx(1)
    full = np.column_stack([X, np.ones(12)])
    rest = y - full @ np.linalg.lstsq(full, y)[0]
    assert path.noise_variance() == pytest.approx(rest @ rest / 6)
    wide = RidgePath(*problem(5, 9))
    assert wide.rank == 4 and wide.df(0) == pytest.approx(5)  # centring takes one
    with pytest.raises(ValueError, match="RidgePath.noise_variance: 5 examples"):
        wide.noise_variance()


def test_cross_term_and_correction():
    rng = np.random.default_rng(4)
    X, _ = problem(15, 3)
    H, f = ridge_smoother(X, 0.2), rng.standard_normal(15)
    noise = 0.8 * rng.choice([-1.0, 1.0], (20_000, 15))  # linear fits: any noise of this variance
    y = f + noise
    fits = y @ H.T
    cross = optimism(noise, fits)
    assert abs(cross.mean() - 0.64 / 15 * np.trace(H)) < 4 * cross.std() / np.sqrt(20_000)
    corrected = corrected_error(np.mean((y - fits) ** 2, axis=1), np.trace(H), 15, 0.64)
    fresh = np.mean((f + 0.8 * rng.standard_normal(y.shape) - fits) ** 2, axis=1)
    assert abs(corrected.mean() - fresh.mean()) < 4 * np.hypot(corrected.std(), fresh.std()) / np.sqrt(20_000)


def test_cross_validation_is_sklearns():
    X, y = problem(12, 5)
    ours = RidgePath(X, y).cross_validated(X, [0.1, 1.0], folds(12, 4))
    for value, lam in zip(ours, (0.1, 1.0), strict=True):  # parts of 9 examples
        theirs = -cross_val_score(Ridge(alpha=9 * lam), X, y, cv=4, scoring="neg_mean_squared_error").mean()
        assert value == pytest.approx(theirs)


@pytest.mark.parametrize("f", [0.0, 0.7, 2.5])
def test_sides_of_steins_identity(f):
    shrink = lambda y: np.sign(y) * max(abs(y) - 1, 0)
    for law, density in [("normal", stats.norm.pdf), ("Laplace", lambda e: stats.laplace.pdf(e, scale=0.5**0.5))]:
        kinks = [-1 - f, 0, 1 - f]
        cross = quad(lambda e, density=density: density(e) * e * shrink(f + e), -15, 15, points=kinks, limit=200)[0]
        slope = quad(lambda e, density=density: density(e) * (abs(f + e) > 1), -15, 15, points=kinks, limit=200)[0]
        np.testing.assert_allclose(soft_threshold_sides(law, f), (cross, slope), atol=2e-4)
    both = (shrink(f + 1) - shrink(f - 1)) / 2, ((f + 1 > 1) + (abs(f - 1) > 1)) / 2
    assert soft_threshold_sides("random sign", f) == pytest.approx(both)


def test_bad_input():
    X, y = problem(4, 2)
    with pytest.raises(ValueError, match="ridge_smoother: lam is 0"):
        ridge_smoother(X, 0)
    with pytest.raises(ValueError, match="RidgePath: X has shape"):
        RidgePath(X, y[:3])
    with pytest.raises(ValueError, match="RidgePath: lam is -1"):
        RidgePath(X, y).df(-1)
    with pytest.raises(ValueError, match="RidgePath: X has nan"):
        RidgePath(X * np.nan, y)
    with pytest.raises(ValueError, match="optimism: noise has shape"):
        optimism(y, y)
    with pytest.raises(ValueError, match="corrected_error: N is 0"):
        corrected_error(1.0, 1.0, 0, 1.0)
    with pytest.raises(ValueError, match="soft_threshold_sides: law is 'Normal'.*did you mean 'normal'"):
        soft_threshold_sides("Normal", 0.0)
