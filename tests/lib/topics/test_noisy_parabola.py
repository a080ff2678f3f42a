"""The exact mean squares against simulation, the best rates against a numerical search."""

import numpy as np
import pytest
from scipy.optimize import minimize

from derived.topics.noisy_parabola import best_constant, best_rates, mean_squares


@pytest.mark.parametrize(("mu", "s2", "d0"), [(1.0, 1.0, 1.0), (0.3, 4.0, 2.0), (5.0, 0.1, 10.0)])
def test_against_runs(mu, s2, d0):
    rng, rates = np.random.default_rng(0), np.array([0.5, 0.1, 0.3, 0.0, 0.2]) / mu
    x, exact = np.full(200_000, np.sqrt(d0)), mean_squares(rates, mu, s2, d0)
    for k, eta in enumerate(rates):
        x = x - eta * (mu * x + np.sqrt(s2) * rng.standard_normal(len(x)))
        error = (x**2).std() / np.sqrt(len(x))
        assert abs((x**2).mean() - exact[k + 1]) < 4 * error + 1e-12
        assert abs((x**2).mean() - (1 + 0.2) * exact[k + 1]) > 10 * error  # the check bites


@pytest.mark.parametrize(("mu", "s2", "d0"), [(1.0, 1.0, 1.0), (0.3, 4.0, 2.0)])
@pytest.mark.parametrize("T", [1, 2, 6])
def test_no_search_beats_the_best_rates(T, mu, s2, d0):
    found = minimize(lambda r: mean_squares(abs(r), mu, s2, d0)[-1], np.full(T, 0.1), method="Nelder-Mead",
                     options={"maxiter": 20_000, "maxfev": 20_000, "xatol": 1e-9, "fatol": 1e-14})  # fmt: skip
    best = mean_squares(best_rates(T, mu, s2, d0), mu, s2, d0)[-1]
    assert best == pytest.approx(found.fun, rel=1e-6) and best == pytest.approx(d0 / (1 + T * mu**2 * d0 / s2))


def test_best_constant_against_a_grid():
    grid = np.geomspace(1e-4, 0.99, 4000)
    for T, mu, s2, d0 in [(1, 1.0, 1.0, 1.0), (50, 1.0, 1.0, 9.0), (1000, 0.5, 2.0, 1.0)]:
        rate, value = best_constant(T, mu, s2, d0)
        ends = mean_squares(np.tile(grid / mu, (T, 1)), mu, s2, d0)[-1]
        assert value == pytest.approx(ends.min(), rel=1e-4)
        assert mean_squares(np.full(T, rate), mu, s2, d0)[-1] == pytest.approx(value, rel=1e-9)


def test_many_modes_and_bad_input():
    d = mean_squares(np.full((3, 1), 0.1), np.array([1.0, 2.0]))
    assert d.shape == (4, 2) and d[:, 1] == pytest.approx(mean_squares(np.full(3, 0.1), 2.0))
    with pytest.raises(ValueError, match="least entry -0.1"):
        mean_squares(np.array([0.1, -0.1]))
    with pytest.raises(ValueError, match="mu is 0"):
        best_rates(3, 0)
