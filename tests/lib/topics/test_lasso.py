"""The lasso beside scikit-learn's; projection and proximal descent beside SciPy's minimisers."""

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.linear_model import Lasso

from derived.topics.lasso import ista, lasso, lasso_threshold, project, projected_descent


def problem(N, d, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((N, d))
    return X, X @ rng.standard_normal(d) + 2 + 0.1 * rng.standard_normal(N)


@pytest.mark.parametrize("N, d", [(2, 1), (20, 5), (8, 12)])
@pytest.mark.parametrize("lam", [0.05, 0.5])
def test_lasso_is_sklearns(N, d, lam):
    X, y = problem(N, d)
    w, b = lasso(X, y, lam, 1e-11)
    theirs = Lasso(alpha=lam, tol=1e-12, max_iter=500_000).fit(X, y)
    np.testing.assert_allclose(w, theirs.coef_, atol=1e-6)
    assert b == pytest.approx(theirs.intercept_, abs=1e-6)
    assert ((w == 0) == (theirs.coef_ == 0)).all()
    if N == 20:
        assert abs(lasso(X, y, lam / 2)[0] - theirs.coef_).max() > 1e-3  # the 1/2N matters


def test_the_threshold_is_where_all_weights_vanish():
    X, y = problem(20, 5)
    top = lasso_threshold(X, y)
    assert not lasso(X, y, top * (1 + 1e-9))[0].any() and lasso(X, y, top * 0.99)[0].any()


def test_ista_reaches_the_lasso():
    X, y = problem(20, 5)
    A, t = X - X.mean(axis=0), y - y.mean()
    H, c = A.T @ A / 20, A.T @ t / 20
    path = ista(lambda w: H @ w - c, 0.3, np.zeros(5), 1 / np.linalg.eigvalsh(H)[-1], 2000)
    np.testing.assert_allclose(path[-1], lasso(X, y, 0.3)[0], atol=1e-8)


@pytest.mark.parametrize("d", [1, 4])
def test_projection(d):
    rng = np.random.default_rng(d)
    for radius in (0.0, 0.5, 2.0):
        v = 2 * rng.standard_normal(d)
        p = project(v, radius)
        u = rng.standard_normal((500, d))
        u *= radius * rng.random((500, 1)) / np.linalg.norm(u, axis=1, keepdims=True)
        assert np.linalg.norm(p) <= radius + 1e-12
        assert (np.linalg.norm(v - p) <= np.linalg.norm(v - u, axis=1) + 1e-12).all()
    inside = np.full(d, 0.1)
    np.testing.assert_array_equal(project(inside, 9), inside)
    np.testing.assert_array_equal(project(np.zeros(d), 1), np.zeros(d))


def test_projected_descent_solves_the_constrained_problem():
    H, c = np.array([[3.0, 1.0], [1.0, 0.5]]), np.array([1.0, -2.0])
    w = projected_descent(lambda w: H @ w - c, 1.0, np.zeros(2), 0.2, 2000)[-1]
    best = minimize(lambda w: w @ H @ w / 2 - c @ w, w * 0, jac=lambda w: H @ w - c, method="SLSQP", tol=1e-14,
                    constraints={"type": "ineq", "fun": lambda w: 1 - w @ w})  # fmt: skip
    np.testing.assert_allclose(w, best.x, atol=1e-5)


def test_messages():
    for call in (lambda: project(np.ones(2), -1), lambda: lasso(np.ones((2, 1)), np.ones(2), -1)):
        with pytest.raises(ValueError, match="is -1, expected a number >= 0"):
            call()
    with pytest.raises(ValueError, match="lr is 0, expected a number > 0"):
        ista(lambda w: w, 0.1, np.zeros(1), 0, 3)
