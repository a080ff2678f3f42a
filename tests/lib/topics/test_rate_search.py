"""Searched rates: never uphill, exact on quadratics."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from derived.topics import surfaces
from derived.topics.rate_search import exact_rate, log_search_descent, rate_grid


@pytest.mark.parametrize("s", surfaces.SURFACES.values(), ids=lambda s: s.name)
def test_never_uphill_and_best_of_the_grid(s):
    rates = rate_grid(1e-5, 10.0, 3.0)
    with np.errstate(over="ignore"):
        path, chosen = log_search_descent(s.value, s.gradient, s.start, rates, 30)
        values = s.value(path)
        assert (np.diff(values) <= 0).all()
        for k in (0, 7, 29):
            tried = [float(s.value(path[k] - eta * s.gradient(path[k]))) for eta in rates]
            assert values[k + 1] == min(values[k], *tried)
    assert np.isin(chosen, [0.0, *rates]).all()


def test_at_a_minimum_it_stays():
    path, chosen = log_search_descent(lambda x: np.sum(x * x, axis=-1), lambda x: 2 * x, np.zeros(1), [0.1, 1.0], 3)
    assert (path == 0).all() and (chosen == 0).all()


def test_the_grid_covers_its_range():
    np.testing.assert_allclose(rate_grid(0.1, 1.6), [1.6, 0.8, 0.4, 0.2, 0.1])
    np.testing.assert_allclose(rate_grid(0.11, 1.6)[-1], 0.1)
    assert len(rate_grid(1e-3, 1.0, 10.0)) == 4


@pytest.mark.parametrize("n", [1, 2, 5])
def test_exact_rate_against_a_line_search(n):
    rng = np.random.default_rng(n)
    A = rng.standard_normal((n + 2, n))
    H, x = A.T @ A, rng.standard_normal(n)
    g = H @ x
    line = lambda eta: (x - eta * g) @ H @ (x - eta * g) / 2
    assert exact_rate(g, H) == pytest.approx(minimize_scalar(line, tol=1e-12).x, rel=1e-6)
    assert abs((H @ (x - exact_rate(g, H) * g)) @ g) < 1e-9 * (g @ g)
    assert n == 1 or abs((H @ (x - 1.1 * exact_rate(g, H) * g)) @ g) > 1e-3 * (g @ g)


def test_bad_input():
    with pytest.raises(ValueError, match="ratio is 1"):
        rate_grid(0.1, 1.0, 1)
    with pytest.raises(ValueError, match="low is 1 and high 0.1"):
        rate_grid(1, 0.1)
    with pytest.raises(ValueError, match="expected positive numbers"):
        log_search_descent(np.sum, np.sign, np.ones(1), [0.0], 1)
    with pytest.raises(ValueError, match="g is 0"):
        exact_rate(np.zeros(2), np.eye(2))
