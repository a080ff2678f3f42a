"""The references of the checkers against SciPy, refitting and simulation."""

import numpy as np
from scipy.optimize import brentq
from scipy.stats import binom

from derived.exercises import model_selection as ex


def test_interval_by_root_finding():
    for k, m in ex.interval.cases():
        low, high = ex.interval.reference(k, m)
        if k:
            assert np.isclose(low, brentq(lambda r: binom.sf(k - 1, m, r) - 0.025, 1e-12, 1 - 1e-12), atol=1e-6)  # noqa: B023
        if k < m:
            assert np.isclose(high, brentq(lambda r: binom.cdf(k, m, r) - 0.025, 1e-12, 1 - 1e-12), atol=1e-6)  # noqa: B023
        assert (low == 0) == (k == 0) and (high == 1) == (k == m)


def test_verdict_by_its_definition():
    def verdict(train, dev, bayes, t):
        words = ["high bias"] * (train > bayes + t) + ["high variance"] * (dev > train + t)
        return " and ".join(words) if words else "neither"

    assert ex.verdict(verdict)


def test_leave_one_out_by_refitting():
    """Ridge with a fixed penalty: refitted N times, it gives what the shortcut says."""
    rng = np.random.default_rng(0)
    X, y, penalty = rng.standard_normal((9, 3)), rng.standard_normal(9), 0.7
    solve = lambda A, b: np.linalg.solve(A.T @ A + penalty * np.eye(3), A.T @ b)
    H = X @ solve(X, np.eye(9))
    errors = [y[i] - X[i] @ solve(np.delete(X, i, 0), np.delete(y, i)) for i in range(9)]
    assert np.isclose(ex.leave_one_out.reference(H, y), np.mean(np.square(errors)))


def test_sure_is_unbiased():
    rng = np.random.default_rng(2)
    f, tau, sigma = np.array([0.0, 0.5, 3.0]), 0.8, 0.7
    y = f + sigma * rng.standard_normal((40_000, 3))
    shrunk = np.sign(y) * np.maximum(np.abs(y) - tau, 0)
    risk = np.mean((shrunk - f) ** 2, axis=1)
    difference = np.array([ex.sure.reference(row, tau, sigma) for row in y]) - risk
    assert abs(difference.mean()) < 4 * difference.std() / 200
