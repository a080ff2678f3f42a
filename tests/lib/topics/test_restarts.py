"""A stack of networks trains as its members would alone."""

import numpy as np
import pytest
import torch

from derived import nn, ops, optim
from derived.topics.restarts import StackedMLP, stacked_linear, summed_cross_entropy, train_each

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


@pytest.mark.parametrize("shape", [(3, 5, 2), (5, 2), (3, 1, 2)])
def test_stacked_maps_are_torchs_batched_product(shape):
    rng = np.random.default_rng(2)
    arrays = rng.standard_normal(shape), rng.standard_normal((3, 4, 2)), rng.standard_normal((3, 1, 4))
    value, *pulls = stacked_linear.rule(*arrays)
    x, W, b = (torch.tensor(a, requires_grad=True) for a in arrays)
    theirs = x @ W.transpose(1, 2) + b
    g = rng.standard_normal(value.shape)
    theirs.backward(torch.tensor(g))
    np.testing.assert_allclose(value, theirs.detach(), atol=1e-12)
    for pull, leaf in zip(pulls, (x, W, b), strict=True):
        np.testing.assert_allclose(pull(g), leaf.grad, atol=1e-12)


@pytest.mark.parametrize("sizes", [[2, 3], [2, 3, 4, 3]])
def test_networks_side_by_side_are_the_networks(sizes):
    rng = np.random.default_rng(5)
    models = [nn.MLP(sizes, "sigmoid", rng=rng, dtype=np.float64) for _ in range(3)]
    stack, x, y = StackedMLP.of(models), rng.standard_normal((3, 7, 2)), rng.integers(0, 3, (3, 7))
    losses = [ops.cross_entropy(model(x[r]), y[r]) for r, model in enumerate(models)]
    total = summed_cross_entropy(stack(x), y)
    total.backward()
    assert total.item() == pytest.approx(sum(loss.item() for loss in losses), abs=1e-12)
    losses[1].backward()
    for ours, layer in zip(stack.weights, [m for m in models[1].layers if isinstance(m, nn.Linear)], strict=True):
        np.testing.assert_allclose(ours.grad[1], layer.weight.grad, atol=1e-12)
    before = models[0](x[0]).data
    stack.weights[0].data[...] = 0
    np.testing.assert_array_equal(models[0](x[0]).data, before)


def test_shapes_and_messages():
    assert StackedMLP(1, [2, 1], rng=np.random.default_rng(0))(X).shape == (1, 4, 1)
    with pytest.raises(ValueError, match="copies is 0, expected at least 1"):
        StackedMLP(0, [2, 1], rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"sizes is \[2\]"):
        StackedMLP(1, [2], rng=np.random.default_rng(0))


def test_each_at_its_own_rate_and_divergence():
    rng = np.random.default_rng(3)
    stack = StackedMLP(3, [2, 4, 2], "tanh", rng=rng)
    models = [alone(stack, r, "tanh") for r in range(2)]
    stack.weights[0].data[2] = np.inf
    labels = Y[:, 0].astype(int)
    diverged = train_each(stack, X, labels, [0.5, 0.1, 0.1], steps=15, batch_size=3, rng=np.random.default_rng(4))
    draws = np.random.default_rng(4)
    for _ in range(15):
        chosen = draws.integers(0, 4, 3)
        for model, lr in zip(models, (0.5, 0.1), strict=True):
            optimizer = optim.SGD(model.parameters(), lr=lr)
            ops.cross_entropy(model(X[chosen]), labels[chosen]).backward()
            optimizer.step()
            optimizer.zero_grad()
    assert diverged.tolist() == [False, False, True]
    for r in range(2):
        np.testing.assert_allclose(stack(X).data[r], models[r](X).data, atol=1e-12)
    assert not any(p.data[2].any() for p in stack.parameters())
    with pytest.raises(ValueError, match="2 rates, expected one for each of the 3 networks"):
        train_each(stack, X, labels, [0.5, 0.1], steps=1, batch_size=1, rng=rng)


def test_stacked_linear_refuses_other_shapes():
    x, W, b = np.ones((3, 2)), np.ones((3, 4, 2)), np.ones((3, 1, 4))
    assert stacked_linear(x, W, b).shape == stacked_linear(np.ones((3, 3, 2)), W, b).shape == (3, 3, 4)
    for weight, bias in [(W, b[:, 0]), (W[0], b), (W, b[:2])]:
        with pytest.raises(ValueError, match="stacked_linear: shapes of weight and bias are"):
            stacked_linear(x, weight, bias)
    for wrong in (np.ones(2), np.ones((3, 3)), np.ones((2, 3, 2)), np.ones((1, 3, 3, 2))):
        with pytest.raises(ValueError, match="stacked_linear: x has shape"):
            stacked_linear(wrong, W, b)
