"""Loss and gradient along the step, where they are known, and noise that shifts."""

import numpy as np
import pytest
from beside_torch import close, normal, rng

from derived import nn, ops
from derived.tensor import Tensor
from derived.topics.predictiveness import ShiftingNoise, along_gradient, while_training, with_noise


class Point(nn.Module):
    """Two parameters; the loss is a quadratic in them."""

    def __init__(self):
        self.theta = nn.Parameter(np.array([1.0, 1.0]))

    def forward(self, x):
        return self.theta


CURVATURES = np.array([1.0, 4.0])


def bowl(theta, _):
    return (theta * theta * CURVATURES).sum() * 0.5


def test_on_a_quadratic_everything_is_known():
    point = Point()
    found = along_gradient(point, bowl, np.ones(1), None, lr=0.1, factors=(1, 2))
    g = CURVATURES * 1.0
    there = [g - s * 0.1 * CURVATURES * g for s in (1, 2)]
    values = [0.5 * np.sum(CURVATURES * (1 - s * 0.1 * g) ** 2) for s in (1, 2)]
    close(found.loss, 2.5)
    close(found.spread, max(values) - min(values))
    close(found.change, np.linalg.norm(there[1] - g) / np.linalg.norm(g))
    close(found.smoothness, np.linalg.norm(CURVATURES * g) / np.linalg.norm(g))
    close(found.cosine, min(t @ g / np.linalg.norm(t) / np.linalg.norm(g) for t in there))
    close(point.theta.data, [1.0, 1.0])
    close(point.theta.grad, g)


def test_training_is_plain_descent_whether_it_is_measured_or_not():
    ends = []
    for every in (1, 3, 100):
        point = Point()
        assert len(while_training(point, bowl, [(np.ones(1), None)], 0.1, 7, every)) == -(-7 // every)
        ends.append(point.theta.data)
        close(point.theta.data, (1 - 0.1 * CURVATURES) ** 7)
    assert len(ends) == 3


def test_a_flat_place_is_refused():
    point = Point()
    point.theta.data = np.zeros(2)
    with pytest.raises(ValueError, match="the gradient is 0"):
        along_gradient(point, bowl, np.ones(1), None, lr=0.1)


def test_noise_shifts_units_in_training_only():
    noise, x = ShiftingNoise(rng()), np.zeros((20000, 3))
    first, second = noise(x).data, noise(Tensor(x)).data
    assert np.abs(first.mean(axis=0) - second.mean(axis=0)).max() > 0.1
    np.testing.assert_allclose(first.std(axis=0), 0.5, atol=0.02)
    assert not noise.eval()(x).data.any()


def test_with_noise_shares_the_parameters():
    model = nn.MLP([3, 4, 4, 2], rng=rng(), norm="batch", dtype=np.float64)
    noisy = with_noise(model, rng())
    assert all(p is q for p, q in zip(noisy.parameters(), model.parameters(), strict=True))
    assert sum(isinstance(m, ShiftingNoise) for m in noisy.layers) == 2
    x = normal(5, 3)
    assert not np.allclose(noisy(x).data, model(x).data)
    close(noisy.eval()(x).data, model.eval()(x).data)
    ops.cross_entropy(noisy(x), np.zeros(5, int)).backward()
