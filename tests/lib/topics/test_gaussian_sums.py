"""Sums on a grid against theta functions and against integrals."""

import mpmath
import numpy as np
import pytest
from scipy.integrate import quad

from derived.topics.gaussian_sums import grid_condition, grid_network, grid_symbol
from derived.topics.rbf import gaussian_units


@pytest.mark.parametrize("ratio", [0.2, 0.49, 0.51, 1.0, 2.5])
def test_symbol_and_condition_are_theta_functions(ratio):
    q = mpmath.exp(-1 / mpmath.mpf(2 * ratio**2))
    theta = lambda t: mpmath.jtheta(3, mpmath.mpf(t) / 2, q)
    for t in (0.0, 0.7, np.pi):
        np.testing.assert_allclose(grid_symbol(t, ratio), float(theta(t)), atol=1e-12)
    with mpmath.workdps(40):
        expected = mpmath.jtheta(3, 0, q) / mpmath.jtheta(3, mpmath.pi / 2, q)
    np.testing.assert_allclose(grid_condition(ratio), float(expected), rtol=1e-9)


def test_finite_grids_approach_the_condition_number():
    x = np.arange(120.0)[:, None]
    for ratio in (0.4, 1.0):
        K = gaussian_units.rule(x, x, np.float64(ratio))[0]
        assert 0.99 * grid_condition(ratio) < np.linalg.cond(K) <= grid_condition(ratio)


@pytest.mark.parametrize("d", [1, 2])
def test_grid_network_is_near_the_blurred_function(d):
    F = lambda X: np.prod(np.maximum(0, 1 - np.abs(X)), axis=1)
    net = grid_network(F, -np.ones(d), np.ones(d), 0.05, 0.1)
    blur = quad(lambda u: max(0, 1 - abs(0.3 - 0.1 * u)) * np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi), -9, 9)[0]
    np.testing.assert_allclose(net(np.full((1, d), 0.3)).data[0, 0], blur**d, atol=2e-3)


def test_bad_input():
    with pytest.raises(ValueError, match="grid_symbol: ratio"):
        grid_symbol(0.0, 0.0)
    with pytest.raises(ValueError, match="grid_network: h is 0"):
        grid_network(np.sum, 0, 1, 0, 1)
