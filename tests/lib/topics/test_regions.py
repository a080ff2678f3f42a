"""Counts of regions against the recursion, sampling and exact corners; the sawtooth against its closed form."""

from functools import cache

import numpy as np
import pytest

from derived import nn
from derived.topics.regions import (
    activation_patterns,
    arrangement_patterns,
    deep_bound,
    most_regions,
    pattern_labels,
    pieces,
    sawtooth_network,
)


@cache
def recursion(m, n):
    return 1 if m == 0 or n == 0 else recursion(m - 1, n) + recursion(m - 1, n - 1)


def test_formula():
    assert all(most_regions(m, n) == recursion(m, n) for m in range(9) for n in range(6))
    assert [most_regions(m, 2) for m in (2, 4, 6, 8)] == [4, 11, 22, 37]


@pytest.mark.parametrize(("m", "n"), [(1, 1), (5, 1), (2, 2), (6, 2), (5, 3)])
def test_corners_find_all_regions(m, n):
    rng = np.random.default_rng(m * n)
    theta, b = rng.normal(size=(m, n)), rng.normal(size=m)
    exact = arrangement_patterns(theta, b)
    assert len(exact) == most_regions(m, n)
    sampled = np.unique(20 * rng.normal(size=(20_000, n)) @ theta.T + b > 0, axis=0)
    assert {tuple(row) for row in sampled} <= {tuple(row) for row in exact}


@pytest.mark.parametrize("sizes", [[2, 4, 1], [2, 3, 3, 1], [1, 4, 4, 1], [3, 1, 5, 1]])
def test_networks_stay_within_the_bound(sizes):
    for seed in range(5):
        rng = np.random.default_rng(seed)
        model = nn.MLP(sizes, rng=rng, init="torch_default", dtype=np.float64)
        found = np.unique(activation_patterns(model, 5 * rng.normal(size=(5000, sizes[0]))), axis=0)
        assert 1 <= len(found) <= deep_bound(sizes[:-1])
    assert deep_bound([3, 1, 5]) == 2 * 6


@pytest.mark.parametrize("k", [1, 2, 5])
def test_sawtooth(k):
    x = np.arange(2 ** (k + 2) + 1) / 2 ** (k + 2)
    y = sawtooth_network(k)(x[:, None]).data[:, 0]
    np.testing.assert_allclose(y, 1 - np.abs((x * 2**k) % 2 - 1), atol=1e-12)
    assert pieces(x, y) == 2**k


@pytest.mark.parametrize(("N", "m"), [(1, 1), (50, 3), (200, 20), (200, 64), (200, 65), (200, 130)])
def test_labels_tell_patterns_apart(N, m):
    patterns = np.random.default_rng(N).random((N, m)) < min(0.2, 2 / m)
    labels = pattern_labels(patterns)
    same = (patterns[:, None] == patterns).all(axis=2)
    np.testing.assert_array_equal(labels[:, None] == labels, same)
    assert labels.max() + 1 == len(np.unique(patterns, axis=0))


def test_pieces():
    x = np.linspace(0, 1, 9)
    assert pieces(x, 3 * x) == 1 and pieces(x, np.abs(x - 0.5)) == 2 and pieces([0, 1], [2, 5]) == 1


def test_bad_input():
    with pytest.raises(ValueError, match="most_regions: m is -1"):
        most_regions(-1, 2)
    with pytest.raises(ValueError, match=r"deep_bound: sizes is \[2\]"):
        deep_bound([2])
    with pytest.raises(ValueError, match="arrangement_patterns"):
        arrangement_patterns(np.ones((1, 2)), np.ones(1))
    with pytest.raises(ValueError, match="no ReLU layer"):
        activation_patterns(nn.MLP([1, 1], rng=np.random.default_rng(0)), np.ones((1, 1)))
    with pytest.raises(ValueError, match="depth is 0"):
        sawtooth_network(0)
    with pytest.raises(ValueError, match="pieces: x has shape"):
        pieces([1], [1])
