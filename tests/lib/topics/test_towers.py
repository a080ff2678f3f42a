"""Towers against the indicator of an interval, a sum written out, and boxes counted by hand."""

import numpy as np
import pytest
import torch

from derived.topics.towers import box_network, cell_midpoints, tower, tower_network


def f(x):
    return np.sin(2 * np.pi * x) + 0.5 * np.cos(5 * x)


@pytest.mark.parametrize("w", [50.0, 1e4])
def test_a_tower_is_the_difference_of_two_torch_sigmoids(w):
    x = np.linspace(-1, 2, 301)
    t = torch.tensor(x)
    expected = torch.sigmoid(w * (t - 0.2)) - torch.sigmoid(w * (t - 0.7))
    np.testing.assert_allclose(tower(x, 0.2, 0.7, w), expected, atol=1e-12)


@pytest.mark.parametrize("k", [1, 2, 7])
@pytest.mark.parametrize("outer", [True, False])
def test_the_network_is_the_sum_of_its_towers(k, outer):
    x, w = np.linspace(-0.5, 1.5, 201), 40.0
    edges = np.arange(-1, k + 2) / k if outer else np.arange(k + 1) / k
    expected = sum(f((a + b) / 2) * tower(x, a, b, w) for a, b in zip(edges[:-1], edges[1:], strict=True))
    network = tower_network(f, k, w, outer=outer)
    np.testing.assert_allclose(network(x[:, None]).data[:, 0], expected, atol=1e-12)
    assert len(network[0].bias.data) == len(edges)


def test_errors_of_the_result():
    x = np.linspace(0, 1, 2001)
    exact = [np.abs(f(cell_midpoints(x, k)) - f(x)).max() for k in (10, 20, 40, 80)]
    np.testing.assert_allclose(exact, [0.432, 0.217, 0.109, 0.054], atol=1e-3)
    steep = [np.abs(tower_network(f, k, 100 * k)(x[:, None]).data[:, 0] - f(x)).max() for k in (10, 20, 40, 80)]
    np.testing.assert_allclose(steep, [0.384, 0.193, 0.097, 0.048], atol=1e-3)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_box(n):
    rng = np.random.default_rng(n)
    low, high = np.full(n, 0.25), np.linspace(0.6, 0.8, n)
    X = rng.random((2000, n))
    X = X[np.minimum(np.abs(X - low), np.abs(X - high)).min(axis=1) > 0.02]
    inside = np.all((X > low) & (X < high), axis=1)
    np.testing.assert_allclose(box_network(low, high, 1000, 60)(X).data[:, 0], inside, atol=1e-6)
    if n > 1:
        cross = box_network(low, high, 1000, 60, threshold=0.5)(X).data[:, 0]
        assert np.abs(cross - inside).max() > 0.9


def test_midpoints():
    np.testing.assert_allclose(cell_midpoints(np.array([[0.0, 1.0], [0.3, 0.5]]), 2), [[0.25, 0.75], [0.25, 0.75]])
    assert cell_midpoints(np.array([0.7]), 1) == 0.5


def test_bad_input():
    with pytest.raises(ValueError, match=r"tower: b is 0, expected more than a = 1"):
        tower(np.zeros(2), 1, 0, 5)
    with pytest.raises(ValueError, match="tower: w is inf"):
        tower(np.zeros(2), 0, 1, np.inf)
    with pytest.raises(ValueError, match="tower_network: k is 0"):
        tower_network(f, 0, 10)
    with pytest.raises(ValueError, match="midpoints"):
        tower_network(lambda x: np.full(len(x), np.nan), 2, 10)
    with pytest.raises(ValueError, match="box_network: low has shape"):
        box_network(np.zeros(2), np.ones(3), 10, 10)
    with pytest.raises(ValueError, match=r"X leaves \[0, 1\]"):
        cell_midpoints(np.array([1.2]), 3)
