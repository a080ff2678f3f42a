"""The trace beside torch's Hessian; weights come back bit by bit."""

import numpy as np
import pytest
import torch

from derived import nn, ops
from derived.parity import flat_loss
from derived.topics.sharpness import model_gradient
from derived.topics.weight_noise import hessian_trace, noise_penalty, noisy_losses, perturbed


@pytest.mark.parametrize("sizes, N", [([1, 1, 1], 1), ([3, 4, 2], 6)])
def test_the_trace_is_torchs(sizes, N):
    rng = np.random.default_rng(0)
    net = nn.MLP(sizes, "tanh", rng=rng, dtype=np.float64)
    X, Y = rng.standard_normal((N, sizes[0])), rng.standard_normal((N, sizes[-1]))
    theta, loss = flat_loss(net, X, Y)
    trace = torch.autograd.functional.hessian(loss, theta).trace().item()
    gradient, w = model_gradient(net, lambda: ops.mse_loss(net(X), Y))
    assert hessian_trace(gradient, w) == pytest.approx(trace, abs=1e-7)
    assert noise_penalty(gradient, w, 0.2) == pytest.approx(0.02 * trace, abs=1e-8)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_weights_are_perturbed_and_restored(dtype):
    net = nn.MLP([30, 40, 1], rng=np.random.default_rng(0), dtype=dtype)
    before, arrays = net.state_dict(), [p.data for p in net.parameters()]
    with pytest.raises(RuntimeError, match="inside"), perturbed(net, 0.3, np.random.default_rng(1)):
        moved = np.concatenate([(p.data - before[n]).ravel() for n, p in net.named_parameters()])
        assert moved.std() == pytest.approx(0.3, rel=0.05) and moved.dtype == dtype
        raise RuntimeError("inside")
    assert all(np.array_equal(before[n], p.data) for n, p in net.named_parameters())
    assert all(p.data is a for p, a in zip(net.parameters(), arrays, strict=True))


def test_losses_under_noise():
    """For a linear model with squared loss the mean rises by the noise variance of its output."""
    net = nn.Linear(3, 1, rng=np.random.default_rng(0), dtype=np.float64)
    x, t = np.array([[1.0, -2.0, 0.5]]), np.zeros((1, 1))
    loss = lambda: ops.mse_loss(net(x), t)
    losses = noisy_losses(net, loss, 0.3, 4000, np.random.default_rng(1))
    expected = loss().item() + 0.09 * (1 + np.sum(x**2))
    assert abs(losses.mean() - expected) < 4 * losses.std() / np.sqrt(4000)
    assert np.unique(losses).size == 4000 and abs(losses.mean() - loss().item()) > 0.2


def test_message():
    with pytest.raises(ValueError, match="std is -1"), perturbed(nn.Identity(), -1, np.random.default_rng(0)):
        pass
