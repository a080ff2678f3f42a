"""The Jacobians of a residual chain beside finite differences; counts beside modules that PyTorch builds itself."""

import numpy as np
import torch

from derived.check import finite_difference
from derived.parity.architectures import residual_jacobians, torch_counts
from derived.topics.layer_specs import Conv, Dense, Flatten, Norm, Pool


def test_residual_jacobians_beside_finite_differences():
    rng = np.random.default_rng(0)
    W, x = rng.normal(size=(2, 3, 3)), rng.normal(size=3)
    found, whole = residual_jacobians([lambda t, M=M: torch.tanh(M @ t) for M in map(torch.tensor, W)], x)
    first = lambda v: v + np.tanh(W[0] @ v)
    assert np.allclose(found[0], finite_difference(lambda v: np.tanh(W[0] @ v), x), atol=1e-8)
    assert np.allclose(found[1], finite_difference(lambda v: np.tanh(W[1] @ v), first(x)), atol=1e-8)
    assert np.allclose(whole, finite_difference(lambda v: first(v) + np.tanh(W[1] @ first(v)), x), atol=1e-8)


def test_counts_of_a_network_written_down():
    specs = [Conv(4, 3, padding=1, bias=False), Norm(), Pool(2, 2), Flatten(), Dense(5)]
    net = torch.nn.Sequential(torch.nn.Conv2d(2, 4, 3, padding=1, bias=False), torch.nn.BatchNorm2d(4),
                              torch.nn.MaxPool2d(2), torch.nn.Flatten(), torch.nn.Linear(4 * 3 * 2, 5))  # fmt: skip
    shape, parameters, products = torch_counts(specs, (2, 6, 4))
    assert shape == net(torch.zeros(3, 2, 6, 4)).shape[1:]
    assert parameters == sum(p.numel() for p in net.parameters())
    assert products == 6 * 4 * 4 * 2 * 9 + 24 * 5
