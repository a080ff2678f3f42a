"""Comparisons with equal budgets."""

from functools import partial

import numpy as np
import pytest

from derived import nn, ops, optim
from derived.data import Batches
from derived.tensor import Tensor
from derived.topics.descent import optimizer_path
from derived.topics.races import METHODS, best_of, network_race, surface_race, train_together
from derived.topics.surfaces import quadratic
from derived.training import accuracy, fit


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


def data():
    X = np.random.default_rng(0).standard_normal((60, 4)).astype(np.float32)
    return X, (X[:, 0] > 0).astype(int)


@pytest.mark.parametrize("name", METHODS)
def test_networks_side_by_side_are_each_alone(name):
    rates, seeds, (X, y) = (0.01, 0.1, 0.03), (0, 0, 1), data()
    losses, scores = network_race(METHODS[name], rates, seeds, (X, y), (X, y), hidden=[8], epochs=3, batch_size=25)
    for r, (lr, seed) in enumerate(zip(rates, seeds, strict=True)):
        net = nn.MLP([4, 8, 2], "relu", rng=np.random.default_rng(seed))
        batches = Batches(X, y, 25, np.random.default_rng(seed))
        history = fit(net, ops.cross_entropy, METHODS[name](net.parameters(), lr=lr), batches, 3, progress=False)
        np.testing.assert_allclose(losses[r], history["loss"], rtol=1e-3)
        assert scores[r] == pytest.approx(accuracy(net, X, y), abs=0.04)


@pytest.mark.parametrize("activation", ["identity", "tanh", "selu"])
def test_given_networks_are_trained_in_place(activation):
    nets = [nn.MLP([4, 5, 3, 2], activation, rng=np.random.default_rng(s), dtype=np.float64) for s in (0, 1, 0)]
    X, y = data()
    losses = train_together(nets[:2], optim.Adam, [0.02, 0.1], [3, 4], (X, y), epochs=2, batch_size=20)
    history = fit(nets[2], ops.cross_entropy, optim.Adam(nets[2].parameters(), lr=0.02),
                  Batches(X, y, 20, np.random.default_rng(3)), 2, progress=False)  # fmt: skip
    np.testing.assert_allclose(losses[0], history["loss"], atol=1e-12)
    np.testing.assert_allclose(nets[0](X).data, nets[2](X).data, atol=1e-10)


def test_with_a_radius_the_steps_are_those_of_sam():
    kind, (X, y), rho = partial(optim.SGD, momentum=0.9, weight_decay=0.1), data(), [0.0, 0.2]
    labels = np.array([y, 1 - y])
    nets, others = ([nn.MLP([4, 5, 2], rng=np.random.default_rng(s), dtype=np.float64) for s in (0, 1)] for _ in "ab")
    train_together(nets, kind, [0.1, 0.3], [5, 6], (X, labels), epochs=3, batch_size=20, rho=rho)
    for r, net in enumerate(others):
        sam = optim.SAM(kind(net.parameters(), lr=[0.1, 0.3][r]), rho[r])
        batches = Batches(X, labels[r], 20, np.random.default_rng(5 + r))
        for _ in range(3):
            for a, b in batches:
                sam.step(lambda a=a, b=b, net=net: ops.cross_entropy(net(a), b))
        np.testing.assert_allclose(nets[r](X).data, net(X).data, atol=1e-10)


@pytest.mark.parametrize("rho", [None, [0.1, 0.1]])
def test_a_network_that_diverges_is_0_and_leaves_the_other_alone(rho):
    pair, (own,) = ([nn.MLP([4, 5, 2], rng=np.random.default_rng(0)) for _ in range(n)] for n in (2, 1))
    losses = train_together(pair, optim.SGD, [1e30, 0.1], [3, 3], data(), epochs=2, batch_size=20, rho=rho)
    alone = train_together([own], optim.SGD, [0.1], [3], data(), epochs=2, batch_size=20, rho=rho and rho[1:])
    assert np.isinf(losses[0]).all() and not any(p.data.any() for p in pair[0].parameters())
    np.testing.assert_allclose(losses[1], alone[0], rtol=1e-5)
    np.testing.assert_allclose(pair[1](data()[0]).data, own(data()[0]).data, atol=1e-5)


@pytest.mark.parametrize("name", METHODS)
def test_a_path_is_that_of_the_optimizer_with_the_best_rate(name):
    lr, path = surface_race(METHODS[name], quadratic(3.0), np.array([1.0, 2.0]), (0.01, 0.1, 0.5), 20)
    alone = optimizer_path(partial(METHODS[name], lr=lr), quadratic(3.0).gradient, np.array([1.0, 2.0]), 20)
    np.testing.assert_allclose(path, alone, atol=1e-9)


def test_a_network_learns_and_a_divergence_is_infinite():
    both = data(), data()
    losses, scores = network_race(optim.SGD, [0.3, 1e20], [0, 0], *both, hidden=[8], epochs=10, batch_size=10)
    assert losses.shape == (2, 10) and losses[0, -1] < losses[0, 0] / 2 and scores[0] > 0.9
    assert np.isinf(losses[1]).all() and scores[1] == 0
    again, _ = network_race(optim.SGD, [0.3, 1e20], [0, 0], *both, hidden=[8], epochs=10, batch_size=10)
    np.testing.assert_array_equal(losses, again)
