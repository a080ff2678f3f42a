"""A stack of networks trains as its members would alone."""

import numpy as np
import pytest

from derived import nn, ops, optim
from derived.topics.restarts import StackedMLP

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([[0.0], [1.0], [1.0], [0.0]])


def alone(stack, r, act):
    """Network r of the stack as an ordinary MLP."""
    sizes = [stack.weights[0].shape[2], *(W.shape[1] for W in stack.weights)]
    model = nn.MLP(sizes, act, rng=np.random.default_rng(0), dtype=np.float64)
    maps = [m for m in model.layers if isinstance(m, nn.Linear)]
    for m, W, b in zip(maps, stack.weights, stack.biases, strict=True):
        m.weight.data, m.bias.data = W.data[r].copy(), b.data[r, 0].copy()
    return model


@pytest.mark.parametrize("sizes", [[2, 1], [2, 3, 1], [2, 1, 4, 1]])
@pytest.mark.parametrize("make", [lambda p: optim.SGD(p, lr=0.1, momentum=0.9), lambda p: optim.Adam(p, lr=0.1)])
def test_training_is_that_of_each_alone(sizes, make):
    stack = StackedMLP(3, sizes, "tanh", rng=np.random.default_rng(1))
    models = [alone(stack, r, "tanh") for r in range(3)]
    optimizer, others = make(stack.parameters()), [make(model.parameters()) for model in models]
    for _ in range(20):
        optimizer.zero_grad()
        z = stack(X)
        losses = ops.binary_cross_entropy_with_logits(z, np.broadcast_to(Y, z.shape), reduction="none")
        losses.mean(dim=(1, 2)).sum().backward()
        optimizer.step()
        for model, other in zip(models, others, strict=True):
            other.zero_grad()
            ops.binary_cross_entropy_with_logits(model(X), Y).backward()
            other.step()
    for r, model in enumerate(models):
        np.testing.assert_allclose(stack(X).data[r], model(X).data, atol=1e-9)
    assert np.abs(stack(X).data[0] - models[1](X).data).max() > 1e-3  # they are different networks


def test_shapes_and_messages():
    assert StackedMLP(1, [2, 1], rng=np.random.default_rng(0))(X).shape == (1, 4, 1)
    with pytest.raises(ValueError, match="copies is 0, expected at least 1"):
        StackedMLP(0, [2, 1], rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"sizes is \[2\]"):
        StackedMLP(1, [2], rng=np.random.default_rng(0))
