"""Newton and proximal steps find the minima that SciPy finds; the proximal map is compared with a search."""

import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar

from derived.topics.convex_optimization import newton, proximal_gradient, soft_threshold


def quartic(n, seed):
    """sum((Mx - c)^4)/4 + |x|^2/2: strictly convex, not quadratic."""
    rng = np.random.default_rng(seed)
    M, c = rng.standard_normal((n + 2, n)), rng.standard_normal(n + 2)

    def objective(x):
        r = M @ x - c
        return np.sum(r**4) / 4 + x @ x / 2, M.T @ r**3 + x, (M.T * (3 * r**2)) @ M + np.eye(n)

    return objective


@pytest.mark.parametrize("n", [1, 2, 6])
def test_newton_finds_scipys_minimum_and_converges_quadratically(n):
    f = quartic(n, n)
    found = newton(f, np.full(n, 3.0))
    reference = minimize(lambda x: f(x)[0], np.zeros(n), jac=lambda x: f(x)[1], tol=1e-12)
    assert found.converged and len(found.path) <= 30
    np.testing.assert_allclose(found.x, reference.x, atol=1e-6)
    assert found.residuals[-1] < 100 * found.residuals[-2] ** 2 + 1e-13
    assert len(found.path) == len(found.residuals)


def test_newton_shortens_steps_that_leave_the_domain_or_go_uphill():
    f = lambda x: (x[0] - np.log(x[0]), np.array([1 - 1 / x[0]]), np.array([[1 / x[0] ** 2]]) if x[0] > 0 else None)
    guarded = lambda x: f(x) if x[0] > 0 else (np.inf, np.zeros(1), np.eye(1))
    assert newton(guarded, np.array([5.0])).x[0] == pytest.approx(1)  # the full first step would go to -15


def test_newton_solves_singular_systems_and_refuses_a_start_outside():
    f = lambda x: ((x[0] + x[1] - 1) ** 2 / 2, np.full(2, x.sum() - 1), np.ones((2, 2)))
    np.testing.assert_allclose(newton(f, np.zeros(2)).x, [0.5, 0.5])
    with pytest.raises(ValueError, match="finite"):
        newton(lambda x: (np.inf, x, np.eye(1)), np.zeros(1))


def test_newton_reports_that_it_stopped_early():
    assert not newton(quartic(3, 0), np.full(3, 9.0), max_steps=2).converged


@pytest.mark.parametrize("t", [0.0, 0.3, 2.0])
def test_soft_threshold_minimises(t):
    for x in np.random.default_rng(0).normal(size=10) * 2:
        g = lambda u, x=x: (u - x) ** 2 / 2 + t * abs(u)
        best = minimize_scalar(g, bounds=(-5, 5), method="bounded", options={"xatol": 1e-10}).x
        assert soft_threshold(x, t) == pytest.approx(best, abs=1e-5)
        if t:
            assert abs(x - t - best) > 1e-3 or x > t  # a threshold that forgets the sign would be seen


@pytest.mark.parametrize("n", [1, 4])
def test_proximal_gradient_meets_the_optimality_conditions(n):
    rng = np.random.default_rng(n)
    A, b = rng.standard_normal((n + 3, n)), rng.standard_normal(n + 3)
    penalty = np.append(np.full(n - 1, 1.5), 0.7)
    f = lambda x: (np.sum((A @ x - b) ** 2) / 2, A.T @ (A @ x - b))
    found = proximal_gradient(f, penalty, np.zeros(n), np.linalg.norm(A, 2) ** 2)
    g = f(found.x)[1]
    assert found.converged
    np.testing.assert_allclose(g[found.x != 0], -(penalty * np.sign(found.x))[found.x != 0], atol=1e-7)
    assert np.all(np.abs(g) <= penalty + 1e-7)
    with pytest.raises(ValueError, match="penalty"):
        proximal_gradient(f, -penalty, np.zeros(n), 1.0)
    with pytest.raises(ValueError, match="lipschitz"):
        proximal_gradient(f, penalty, np.zeros(n), 0.0)
