"""The hand-written network against PyTorch and finite differences; wrong gradients are seen."""

import numpy as np
import pytest
import torch

from derived.check import finite_difference
from derived.initialization import unit_uniform
from derived.topics.two_layer import TwoLayerNetwork, descend_together

SHAPES = [(1, 1, 1, 1), (3, 4, 2, 5), (2, 1, 3, 1), (5, 6, 4, 8)]


def problem(n, m, k, N, hidden, output):
    rng = np.random.default_rng(n + m + k + N)
    net = TwoLayerNetwork(n, m, k, hidden=hidden, output=output, rng=rng, init_bias=unit_uniform)
    X = rng.standard_normal((N, n))
    Y = np.eye(k)[rng.integers(0, k, N)] if output == "softmax" else rng.standard_normal((N, k))
    return net, X, Y


def torch_loss(parameters, X, Y, hidden, output):
    W1, b1, W2, b2 = parameters
    Z = torch.tensor(X) @ W1.T + b1
    F = (torch.relu(Z) if hidden == "relu" else torch.sigmoid(Z)) @ W2.T + b2
    if output == "softmax":
        return torch.nn.functional.cross_entropy(F, torch.tensor(Y))
    return ((F - torch.tensor(Y)) ** 2).sum() / (2 * len(X))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("hidden", ["relu", "sigmoid"])
@pytest.mark.parametrize("output", ["softmax", "identity"])
def test_loss_and_gradient_are_torchs(shape, hidden, output):
    net, X, Y = problem(*shape, hidden, output)
    leaves = [torch.tensor(getattr(net, name), requires_grad=True) for name in ("W1", "b1", "W2", "b2")]
    loss = torch_loss(leaves, X, Y, hidden, output)
    loss.backward()
    assert net.loss(X, Y) == pytest.approx(loss.item(), abs=1e-12)
    for (name, g), leaf in zip(net.gradient(X, Y).items(), leaves, strict=True):
        np.testing.assert_allclose(g, leaf.grad, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("hidden, output", [("relu", "softmax"), ("sigmoid", "identity")])
def test_gradient_by_finite_differences(hidden, output):
    net, X, Y = problem(3, 4, 2, 5, hidden, output)
    for name, g in net.gradient(X, Y).items():
        expected = finite_difference(lambda v, name=name: net.replaced(**{name: v}).loss(X, Y), getattr(net, name))
        np.testing.assert_allclose(g, expected, atol=1e-8, err_msg=name)
        assert np.abs(2 * g - expected).max() > 1e-4  # twice the gradient would be seen


def test_replaced_leaves_the_network_alone():
    net, X, _ = problem(3, 4, 2, 5, "relu", "softmax")
    before, W2 = net.predict(X), net.W2.copy()
    other = net.replaced(W2=0 * W2)
    assert np.allclose(other.predict(X), other.predict(X)[0]) and not np.allclose(before, before[0])
    np.testing.assert_array_equal(net.predict(X), before)
    with pytest.raises(ValueError, match="name is 'W3', expected one of"):
        net.replaced(W3=W2)


def test_a_step_is_gradient_descent():
    net, X, Y = problem(3, 4, 2, 5, "relu", "softmax")
    before = {name: getattr(net, name).copy() for name in ("W1", "b1", "W2", "b2")}
    g, loss = net.gradient(X, Y), net.loss(X, Y)
    net.step(X, Y, 0.01)
    for name, old in before.items():
        np.testing.assert_allclose(getattr(net, name), old - 0.01 * g[name], rtol=1e-14)
    assert net.loss(X, Y) < loss


@pytest.mark.parametrize("hidden", ["relu", "sigmoid"])
@pytest.mark.parametrize("output", ["softmax", "identity"])
def test_networks_descend_together_as_each_alone(hidden, output):
    net, X, Y = problem(5, 6, 4, 8, hidden, output)
    networks = [net, net.replaced(W1=-net.W1, b2=net.b2 + 1), net.replaced(W2=2 * net.W2)]
    alone = [network.replaced() for network in networks]
    descend_together(networks, X, Y, lr=0.3, steps=7)
    for ours, other in zip(networks, alone, strict=True):
        for _ in range(7):
            other.step(X, Y, lr=0.3)
        for name in ("W1", "b1", "W2", "b2"):
            np.testing.assert_allclose(getattr(ours, name), getattr(other, name), atol=1e-12)
    with pytest.raises(ValueError, match=r"Y has shape \(8, 3\), expected \(8, 4\)"):
        descend_together(networks, X, Y[:, :3], lr=0.3, steps=1)


def test_softmax_does_not_overflow_and_keeps_the_dtype():
    net = TwoLayerNetwork(2, 3, 2, rng=np.random.default_rng(0), dtype=np.float32)
    A = net.predict(np.full((1, 2), 1e6, np.float32))
    assert A.dtype == np.float32 and np.isfinite(A).all() and A.sum() == pytest.approx(1)
    assert np.isfinite(net.loss(np.full((1, 2), 1e6, np.float32), np.eye(2, dtype=np.float32)[:1]))


@pytest.mark.parametrize("call, message", [
    (lambda: TwoLayerNetwork(2, 3, 1, hidden="tanhh", rng=np.random.default_rng(0)), "hidden is 'tanhh'"),
    (lambda: TwoLayerNetwork(2, 3, 1, output="logit", rng=np.random.default_rng(0)), "output is 'logit'"),
    (lambda: problem(2, 3, 1, 4, "relu", "softmax")[0].forward(np.ones((4, 3))), r"X has shape \(4, 3\), expected"),
    (lambda: problem(2, 3, 1, 4, "relu", "identity")[0].gradient(np.ones((4, 2)), np.ones(4)), r"Y has shape \(4,\)"),
])  # fmt: skip
def test_messages(call, message):
    with pytest.raises(ValueError, match=message):
        call()
