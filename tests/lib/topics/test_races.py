"""Comparisons with equal budgets."""

import numpy as np
import pytest

from derived import optim
from derived.tensor import Tensor
from derived.topics.races import METHODS, best_of, network_race, surface_race
from derived.topics.surfaces import quadratic


def test_best_of_passes_over_what_is_not_finite():
    assert best_of(lambda lr: {1: np.nan, 2: 5.0, 3: np.inf, 4: 4.0}[lr], (1, 2, 3, 4)) == (4, 4.0)


def test_the_best_rate_on_a_parabola():
    lr, path = surface_race(optim.SGD, quadratic(1.0), np.array([1.0, 2.0]), (0.1, 1.0, 5.0), 10)
    assert lr == 1.0 and path.shape == (11, 2) and np.allclose(path[-1], 0)


@pytest.mark.parametrize("name", METHODS)
def test_every_method_goes_down(name):
    w = Tensor(np.array([1.0, -2.0]), requires_grad=True)
    optimizer = METHODS[name]([w], lr=0.01)
    for _ in range(20):
        w.grad = w.data.copy()
        optimizer.step()
    assert np.sum(w.data**2) < 5


def test_a_network_learns_and_a_divergence_is_infinite():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((60, 4)).astype(np.float32)
    data = X, (X[:, 0] > 0).astype(int)
    losses, score = network_race(optim.SGD, 0.3, 0, data, data, hidden=8, epochs=10, batch_size=10)
    assert losses.shape == (10,) and losses[-1] < losses[0] / 2 and score > 0.9
    again, _ = network_race(optim.SGD, 0.3, 0, data, data, hidden=8, epochs=10, batch_size=10)
    np.testing.assert_array_equal(losses, again)
    lost, score = network_race(optim.SGD, 1e20, 0, data, data, hidden=8, epochs=2, batch_size=10)
    assert np.isinf(lost).all() and score == 0
