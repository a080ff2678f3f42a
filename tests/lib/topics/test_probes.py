"""Representations against slices of the model, probes on known cases, directions by their definition."""

from itertools import product

import numpy as np
import pytest

from derived import nn
from derived.topics.probes import directions_that_never_fall, linear_probe, representations

CORNERS = np.array(list(product([0, 1], repeat=2)), dtype=float)


@pytest.mark.parametrize("sizes", [[1, 1], [2, 3, 1], [4, 5, 2, 3]])
@pytest.mark.parametrize("output", [None, "softmax"])
def test_representations(sizes, output):
    rng = np.random.default_rng(0)
    model = nn.MLP(sizes, "tanh", rng=rng, output=output)
    X = rng.standard_normal((6, sizes[0])).astype(np.float32)
    values = representations(model, X)
    assert [a.shape for a in values] == [(6, n) for n in sizes]
    np.testing.assert_array_equal(values[0], X)
    np.testing.assert_allclose(values[-1], model(X).data, rtol=1e-6)
    x = X
    for l, module in enumerate(m for m in model.layers if isinstance(m, nn.Linear)):
        x = x @ module.weight.data.T + module.bias.data
        if l < len(sizes) - 2:
            x = np.tanh(x)
            np.testing.assert_allclose(values[l + 1], x, rtol=1e-5, atol=1e-6)


def test_probe():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((200, 2))
    y = (X @ [1.0, -2.0] + 0.3 > 0).astype(int)
    assert linear_probe(X, y) == 1.0
    assert linear_probe(CORNERS, np.array([0, 1, 1, 0])) <= 0.75
    assert linear_probe(1000 * X + 5, y) == 1.0  # the scale of the features does not matter


@pytest.mark.parametrize("m, n", [(1, 1), (1, 3), (2, 2), (3, 3), (2, 5), (4, 4)])
def test_the_score_never_falls_along_the_direction(m, n):
    rng = np.random.default_rng(m + 10 * n)
    for _ in range(20):
        W, v, b = rng.standard_normal((m, n)), rng.standard_normal(m), rng.standard_normal(m)
        d = directions_that_never_fall(W, v)
        assert np.linalg.norm(d) == pytest.approx(1)
        x = rng.standard_normal(n)
        along = np.array([v @ np.tanh(W @ (x + s * d) + b) for s in np.linspace(0, 10, 50)])
        assert np.all(np.diff(along) >= -1e-12)
        assert np.any(np.diff([v @ np.tanh(W @ (x - s * d) + b) for s in np.linspace(0, 10, 50)]) < 1e-12)


def test_parallel_units():
    W = np.array([[1.0, 2.0], [-2.0, -4.0]])
    d = directions_that_never_fall(W, np.array([1.0, 1.0]))
    np.testing.assert_allclose(W @ d, 0, atol=1e-12)


@pytest.mark.parametrize("call, message", [
    (lambda: directions_that_never_fall(np.ones((3, 2)), np.ones(3)), "W has 3 units and 2 inputs"),
    (lambda: linear_probe(np.ones(3), np.ones(3)), r"linear_probe: X has shape \(3,\)"),
])  # fmt: skip
def test_messages(call, message):
    with pytest.raises(ValueError, match=message):
        call()
