"""The gallery's ranges and slopes against a fine grid and finite differences."""

import numpy as np
import pytest
import torch

from derived import ops
from derived.check import finite_difference
from derived.topics.unit_gallery import GALLERY, value_and_slope

GRID = np.linspace(-40, 40, 800_001)


@pytest.mark.parametrize("unit", GALLERY, ids=lambda unit: unit.name)
def test_range_and_steepest_slope_are_right_and_not_too_wide(unit):
    value, slope = value_and_slope(unit.rule, GRID)
    assert value.min() >= unit.low - 1e-12 and value.max() <= unit.high + 1e-12
    assert not np.isfinite(unit.low) or value.min() == pytest.approx(unit.low, abs=1e-4)
    assert value.max() == pytest.approx(unit.high, abs=1e-4) if np.isfinite(unit.high) else value.max() > 39
    assert np.isfinite(unit.low) or value.min() < -3
    assert np.abs(slope).max() <= unit.steepest + 1e-12
    assert np.abs(slope).max() == pytest.approx(unit.steepest, abs=2e-4)


@pytest.mark.parametrize("unit", GALLERY, ids=lambda unit: unit.name)
@pytest.mark.parametrize("shape", [(), (1,), (3, 4)])
def test_slopes_are_derivatives(unit, shape):
    z = 2 * np.random.default_rng(0).standard_normal(shape) + 0.01
    assert all(np.abs(z - kink).min() > 1e-3 for kink in unit.kinks)
    slope = value_and_slope(unit.rule, z)[1]
    np.testing.assert_allclose(slope, finite_difference(lambda x: unit.rule(x)[0].sum(), z), atol=1e-8)
    assert np.abs(slope + 0.01 - finite_difference(lambda x: unit.rule(x)[0].sum(), z)).max() > 1e-3


def test_kinks_are_where_the_slope_jumps():
    for unit in GALLERY:
        left, right = (value_and_slope(unit.rule, np.array([0.0, -2 / 3, 2.0]) + h)[1] for h in (-1e-7, 1e-7))
        jumps = np.abs(left - right) > 1e-3
        assert set(np.array([0.0, -2 / 3, 2.0])[jumps]) == set(unit.kinks), unit.name


def test_a_primitive_is_as_good_as_its_rule():
    z = torch.linspace(-2, 2, 9, dtype=torch.float64, requires_grad=True)
    torch.nn.functional.gelu(z).sum().backward()
    np.testing.assert_allclose(value_and_slope(ops.gelu, z.detach().numpy())[1], z.grad, atol=1e-12)
