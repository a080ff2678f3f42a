"""Surfaces against finite differences, values by hand, minimisers by SciPy."""

import numpy as np
import pytest
from scipy.optimize import minimize

from derived.check import finite_difference
from derived.topics.surfaces import BEALE, MONKEY, PLATEAU, SADDLE, SURFACES, TWO_WELLS, quadratic

EVERY = [*SURFACES.values(), quadratic(25.0, 0.4)]


@pytest.mark.parametrize("surface", EVERY, ids=lambda s: s.name)
def test_gradient_and_hessian(surface):
    rng = np.random.default_rng(0)
    low, high = np.array(surface.box).reshape(2, 2).T
    for x in rng.uniform(low, high, (10, 2)):
        slope = finite_difference(surface.value, x)
        np.testing.assert_allclose(surface.gradient(x), slope, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(surface.hessian(x), finite_difference(surface.gradient, x), rtol=1e-6, atol=1e-5)
    points = rng.uniform(low, high, (3, 4, 2))
    assert surface.value(points).shape == (3, 4)
    assert surface.gradient(points).shape == (3, 4, 2)
    assert surface.hessian(points).shape == (3, 4, 2, 2)


@pytest.mark.parametrize("surface", EVERY, ids=lambda s: s.name)
def test_minimisers(surface):
    for x in surface.minimisers:
        np.testing.assert_allclose(surface.gradient(x), 0, atol=1e-9)
        assert np.linalg.eigvalsh(surface.hessian(x))[0] > 0
        found = minimize(surface.value, x + 0.05, tol=1e-10)
        np.testing.assert_allclose(found.x, x, atol=1e-4)
        x_min, x_max, y_min, y_max = surface.box
        assert x_min < x[0] < x_max and y_min < x[1] < y_max
        assert surface.value(x) <= surface.grid(61)[2].min() + 1e-12


def test_known_values():
    assert BEALE.value([0.0, 0.0]) == pytest.approx(1.5**2 + 2.25**2 + 2.625**2)
    assert quadratic(9.0, np.pi / 2).value([1.0, 0.0]) == pytest.approx(4.5)
    assert MONKEY.value([2.0, 1.0]) == pytest.approx(8 - 6)
    assert SADDLE.value(SADDLE.minimisers) == pytest.approx([-0.25, -0.25])
    assert np.linalg.norm(PLATEAU.gradient([4.0, 4.0])) < 4e-3
    assert TWO_WELLS.value([0.95, 0.0]) > TWO_WELLS.value(TWO_WELLS.minimisers[0])


def test_bad_input():
    with pytest.raises(ValueError, match="kappa is -1"):
        quadratic(-1)
