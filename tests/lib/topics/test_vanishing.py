"""Jacobians of deep chains against PyTorch, and the window of a steep sigmoid against counting."""

import numpy as np
import pytest
import torch
from scipy.special import expit
from torch.autograd.functional import jacobian

from derived import ops
from derived.topics.vanishing import jacobian_norms, random_rotations, slope_window

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("name", ["identity", "sigmoid", "tanh", "relu", "gelu"])
@pytest.mark.parametrize("widths", [[1, 1], [3, 5, 2], [4, 4, 4, 4]])
def test_norms_are_those_of_torch(name, widths):
    weights = [RNG.standard_normal((b, a)) for a, b in zip(widths, widths[1:], strict=False)]
    x = RNG.standard_normal(widths[0])
    theirs = (lambda z: z) if name == "identity" else getattr(torch.nn.functional, name)
    for depth, norm in enumerate(jacobian_norms(getattr(ops, name), weights, x), 1):

        def network(a, depth=depth):
            for W in weights[:depth]:
                a = theirs(torch.tensor(W) @ a)
            return a

        assert norm == pytest.approx(np.linalg.norm(jacobian(network, torch.tensor(x)).numpy(), 2), rel=1e-10)


def test_a_wrong_order_of_the_factors_is_seen():
    weights, x = [RNG.standard_normal((3, 3)) for _ in range(2)], RNG.standard_normal(3)
    a = expit(weights[0] @ x)
    slopes = [np.diag(v * (1 - v)) for v in (a, expit(weights[1] @ a))]
    wrong = weights[0] @ slopes[0] @ weights[1] @ slopes[1]
    assert not np.isclose(jacobian_norms(ops.sigmoid, weights, x)[-1], np.linalg.norm(wrong, 2), rtol=1e-3)


@pytest.mark.parametrize("width", [1, 7])
def test_rotations(width):
    rotations = random_rotations(width, 3, RNG)
    assert len(rotations) == 3
    for Q in rotations:
        np.testing.assert_allclose(Q @ Q.T, np.eye(width), atol=1e-12)
    assert not np.allclose(rotations[0], rotations[1]) or width == 1


@pytest.mark.parametrize("w", [0.5, 4.0, 4.5, 7.0, -7.0, 30.0])
def test_the_window_is_as_long_as_counting_says(w):
    a = np.linspace(-4, 4, 2_000_001)
    s = expit(w * a)
    counted = np.mean(abs(w) * s * (1 - s) > 1) * 8
    assert slope_window(w) == pytest.approx(counted, abs=1e-5)
    assert abs(slope_window(1.05 * w) - counted) > 1e-4 or abs(w) < 4


def test_bad_input():
    with pytest.raises(ValueError, match="x has 2 entries"):
        jacobian_norms(ops.tanh, [np.eye(3)], np.ones(2))
