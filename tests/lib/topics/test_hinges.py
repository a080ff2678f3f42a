"""Signed sums of short hinges, max-min form and convex differences against direct evaluation."""

import numpy as np
import pytest

from derived import nn
from derived.topics.hinges import affine, convex_difference, max_min_sets, polyhedral, shorten
from derived.topics.regions import activation_patterns


@pytest.mark.parametrize(("K", "n"), [(1, 1), (2, 1), (3, 1), (6, 1), (4, 2), (7, 2), (6, 3)])
def test_shorten(K, n):
    rng = np.random.default_rng(K + n)
    theta, b, X = rng.normal(size=(K, n)), rng.normal(size=K), 3 * rng.normal(size=(200, n))
    hinges = shorten(theta, b)
    assert max(map(len, hinges)) <= n + 1
    total = sum(c * polyhedral(theta[list(S)], b[list(S)], X) for S, c in hinges.items())
    expected = np.max([X @ t + v for t, v in zip(theta, b, strict=True)], axis=0)
    np.testing.assert_allclose(total, expected, atol=1e-10)
    if min(hinges.values()) < 0:  # not where one function is nowhere the largest
        wrong = sum(abs(c) * polyhedral(theta[list(S)], b[list(S)], X) for S, c in hinges.items())
        assert np.abs(wrong - expected).max() > 0.1


def test_shorten_with_parallel_functions():
    theta, b = np.array([[1.0], [1.0], [2.0], [2.0]]), np.array([0.0, 1.0, 0.0, -1.0])
    x = np.linspace(-3, 3, 61)[:, None]
    total = sum(c * polyhedral(theta[list(S)], b[list(S)], x) for S, c in shorten(theta, b).items())
    np.testing.assert_allclose(total, polyhedral(theta, b, x), atol=1e-12)


def test_max_min_form_of_a_network():
    rng = np.random.default_rng(3)
    model = nn.MLP([2, 5, 1], rng=rng, dtype=np.float64)
    model[0].bias.data[:] = rng.normal(size=5)
    seen, new = 4 * rng.normal(size=(3000, 2)), 4 * rng.normal(size=(500, 2))
    active = np.unique(activation_patterns(model, seen), axis=0)
    v = model[2].weight.data[0] * active
    theta, b = v @ model[0].weight.data, v @ model[0].bias.data + model[2].bias.data
    sets = max_min_sets(affine(theta, b, seen), model(seen).data[:, 0])
    pieces = affine(theta, b, new)
    form = np.max([pieces[:, S].min(axis=1) for S in sets], axis=0)
    np.testing.assert_allclose(form, model(new).data[:, 0], atol=1e-9)


@pytest.mark.parametrize("sizes", [[1, 1], [2, 4, 1], [3, 5, 4, 2]])
def test_convex_difference(sizes):
    rng = np.random.default_rng(len(sizes))
    model = nn.MLP(sizes, rng=rng, dtype=np.float64)
    X, Y = rng.normal(size=(2, 300, sizes[0]))
    p, q = convex_difference(model, X)
    np.testing.assert_allclose(p - q, model(X).data, atol=1e-9)
    for part in (0, 1):
        middle = convex_difference(model, (X + Y) / 2)[part]
        ends = (convex_difference(model, X)[part] + convex_difference(model, Y)[part]) / 2
        assert np.all(middle <= ends + 1e-9)


def test_bad_input():
    with pytest.raises(ValueError, match="affine: theta has shape"):
        affine(np.ones((2, 2)), np.ones(2), np.ones((4, 3)))
    with pytest.raises(ValueError, match="shorten: theta has shape"):
        shorten(np.ones(3), np.ones(3))
    with pytest.raises(ValueError, match="max_min_sets: pieces"):
        max_min_sets(np.ones((2, 2)), np.ones(3))
    with pytest.raises(ValueError, match="has a layer Tanh"):
        convex_difference(nn.MLP([1, 2, 1], "tanh", rng=np.random.default_rng(0)), np.ones((1, 1)))
