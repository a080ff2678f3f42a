"""Hopfield's network against torch.autograd, scikit-learn and enumeration; couplings that break the theorem do."""

import re
from itertools import product

import numpy as np
import pytest
import torch
from sklearn.linear_model import Perceptron

from derived.topics.hopfield import Hopfield, flip, overlap, random_patterns


def network(n, seed=0, symmetric=True):
    rng = np.random.default_rng(seed)
    net = Hopfield(n)
    A = rng.normal(size=(n, n))
    net.theta, net.bias = (A + A.T if symmetric else A), rng.normal(size=n)
    np.fill_diagonal(net.theta, 0)
    return net, rng


@pytest.mark.parametrize(("s", "n"), [(1, 1), (1, 5), (4, 1), (7, 6)])
def test_store_is_the_sum_over_patterns(s, n):
    X = random_patterns(s, n, np.random.default_rng(s))
    expected = sum(np.outer(x, x) - np.eye(n) for x in X)
    assert np.array_equal(Hopfield(n).store(X).theta, expected)
    assert np.array_equal(Hopfield(n).store(X[:1]).store(X[1:]).theta if s > 1 else expected, expected)


@pytest.mark.parametrize("n", [1, 2, 7])
def test_field_is_minus_the_gradient_of_the_energy(n):
    net, rng = network(n)
    X = random_patterns(3, n, rng)
    x = torch.tensor(X, requires_grad=True)
    theta, bias = torch.tensor(net.theta), torch.tensor(net.bias)
    E = -sum(theta[i, j] * x[:, i] * x[:, j] for i in range(n) for j in range(i)) - x @ bias
    E.sum().backward()
    assert np.allclose(net.energy(X), E.detach()) and np.allclose(net.field(X), -x.grad)
    assert np.isclose(net.energy(X[0]), E[0].item())


@pytest.mark.parametrize("n", [1, 2, 5, 20])
def test_paths_go_down_to_a_fixed_point_one_flip_at_a_time(n):
    net, rng = network(n, seed=n)
    for start in random_patterns(20, n, rng):
        path = net.path(start, rng)
        assert np.array_equal(path[0], start) and net.holds(path[-1])
        assert (np.diff(net.energy(path)) < 0).all() and (np.abs(np.diff(path, axis=0)).sum(1) == 2).all()
    assert net.run(random_patterns(6, n, rng).reshape(2, 3, n), rng).shape == (2, 3, n)


def test_a_sweep_visits_every_unit_once_in_the_drawn_order():
    net, _ = network(9, seed=3)
    start = random_patterns(1, 9, np.random.default_rng(0))[0]
    x = start.copy()
    for i in np.random.default_rng(5).permutation(9):
        h = net.theta[i] @ x + net.bias[i]
        x[i] = np.sign(h) if h else x[i]
    assert np.array_equal(net.path(start, np.random.default_rng(5), sweeps=1)[-1], x)


def test_asymmetric_couplings_climb():
    net, rng = network(20, symmetric=False)
    climbs = [np.diff(net.energy(net.path(x, rng, sweeps=5))).max() for x in random_patterns(10, 20, rng)]
    assert max(climbs) > 0.1


def test_synchronous_periods():
    for seed, n in product(range(20), (1, 2, 4)):
        net, _ = network(n, seed)
        states = np.array(list(product((-1.0, 1.0), repeat=n)))
        assert all(net.period(x) <= 2 for x in states)
        for x in states:
            assert np.array_equal(net.step(x), [np.sign(h) for h in net.theta @ x + net.bias])
    pair = Hopfield(2).store([[1, 1]])
    assert pair.period([1, -1]) == 2 and pair.period([1, 1]) == 1
    ring = Hopfield(3)
    ring.theta = np.array([[0, 0, 1.0], [1, 0, 0], [0, 1, 0]])
    assert ring.period([1, -1, -1]) == 3


def test_zero_field_keeps_the_unit():
    net = Hopfield(3)
    x = np.array([1.0, -1.0, 1.0])
    assert np.array_equal(net.step(x), x) and net.holds(x) and len(net.path(x, np.random.default_rng(0))) == 1


@pytest.mark.parametrize(("s", "n"), [(1, 1), (3, 2), (10, 12), (12, 12)])
def test_training_is_sklearns_perceptron_for_each_unit(s, n):
    X = random_patterns(s, n, np.random.default_rng(n))
    net = Hopfield(n)
    passes = net.train(X, epochs=7)
    for i in range(n):
        inputs = np.where(np.arange(n) == i, 0, X)
        theirs = np.zeros(n)
        if len(set(X[:, i])) == 2:
            theirs = Perceptron(shuffle=False, fit_intercept=False, tol=None, max_iter=7).fit(inputs, X[:, i]).coef_[0]
            assert np.allclose(net.theta[i], theirs)
    assert passes > 7 or ((X * net.field(X))[:, :] > 0).all() or n == 1


def test_margin_and_epochs():
    X = random_patterns(10, 40, np.random.default_rng(0))
    net = Hopfield(40)
    assert net.train(X, margin=30.0) < 1000 and (X * net.field(X) > 30).all()
    assert Hopfield(1).train([[1.0]], epochs=5) == 6


def test_flip_and_overlap():
    x = random_patterns(50, 9, np.random.default_rng(0))
    y = flip(x, 2, np.random.default_rng(1))
    assert ((x != y).sum(1) == 2).all() and np.allclose(overlap(x, y), 1 - 4 / 9) and overlap(x[0], -x[0]) == -1
    assert len(np.unique(np.argwhere(x != y)[:, 1])) == 9


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Hopfield(0), "Hopfield: n is 0, expected at least one unit"),
        (lambda: Hopfield(2).store([[0, 1]]), "store: X has other values than -1 and 1"),
        (lambda: Hopfield(2).store([[1, 1, 1]]), "store: X has shape (1, 3), expected (..., 2)"),
        (lambda: Hopfield(2).train([[np.nan, 1]]), "train: X has nan at index (0, 0)"),
        (lambda: Hopfield(2).path([1], np.random.default_rng(0)), "path: x has shape (1,), expected (..., 2)"),
        (lambda: Hopfield(2).run([[1, 2]], np.random.default_rng(0)), "run: x has other values than -1 and 1"),
        (lambda: flip([1, 1], 3, np.random.default_rng(0)), "flip: count is 3, expected 0 to 2"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
