"""The references of the checkers against brute force."""

from itertools import combinations

import numpy as np

from derived.exercises import gradient_descent as ex


def test_best_rate_by_a_scan():
    for (H,) in ex.best_rate.cases():
        eta, rho = ex.best_rate.reference(H)
        values, grid = np.linalg.eigvalsh(H), np.linspace(0.5, 1.5, 2001) * eta
        factors = np.abs(1 - np.outer(grid, values)).max(axis=1)
        np.testing.assert_allclose([grid[factors.argmin()], factors.min()], [eta, rho], atol=1e-3)


def test_batch_variance_by_all_batches():
    def brute(G, b):
        means = np.array([G[list(S)].mean(axis=0) for S in combinations(range(len(G)), b)])
        return np.mean(np.sum((means - G.mean(axis=0)) ** 2, axis=1))

    assert ex.batch_variance(brute)


def test_plan_keeps_its_promise_and_no_less():
    for mu, L, sigma2, d0, eps in ex.plan.cases():
        eta, k = ex.plan.reference(mu, L, sigma2, d0, eps)
        A, B = 1 - 2 * eta * mu * (1 - eta * L), eta * sigma2 / (mu * (1 - eta * L))
        assert 0 < eta < 1 / L and np.isclose(B, eps / 2)
        assert A**k * d0 <= eps / 2 * (1 + 1e-9) and A ** (k - 1) * d0 > eps / 2


def test_the_other_references():
    assert ex.clip(lambda g, c: g / max(1, np.sqrt(np.sum(g**2)) / c))
    assert ex.svrg_step(lambda x, g, g_snapshot, full, lr: x - lr * g + lr * g_snapshot - lr * full)

    def smallest_power(f, x, g, eta, shrink, c):
        rates = eta * shrink ** np.arange(60)
        return next(r for r in rates if f(x) - f(x - r * g) >= c * r * np.sum(g**2))

    assert ex.backtrack(smallest_power)
