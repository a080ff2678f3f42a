"""Slopes against PyTorch, the constants of activations against grids, smoothest fits against their definition."""

import numpy as np
import pytest
import torch

from derived import nn
from derived.parity import torch_twin
from derived.topics import lipschitz as lip
from derived.topics.fooling import lipschitz_bound


@pytest.mark.parametrize("name", ["Sigmoid", "Tanh", "ReLU", "ELU", "SELU", "GELU", "SiLU", "Softplus", "LeakyReLU"])
def test_activation_constants(name):
    z = torch.linspace(-30, 30, 2_000_001, dtype=torch.float64, requires_grad=True)
    getattr(torch.nn, name)()(z).sum().backward()
    assert lip.activation_constant(getattr(nn, name)()) == pytest.approx(z.grad.abs().max().item(), rel=1e-6)


def test_constants_of_other_modules():
    assert lip.activation_constant(nn.LeakyReLU(-2.0)) == 2
    assert lip.activation_constant(nn.Flatten()) == 1 == lip.activation_constant(nn.MaxPool2d(2))


@pytest.mark.parametrize("activation", ["sigmoid", "gelu", "selu", "relu"])
def test_the_bound_has_the_constants_of_the_activations(activation):
    rng = np.random.default_rng(0)
    model = nn.MLP([3, 7, 7, 2], activation, rng=rng, dtype=np.float64)
    norms = [np.linalg.norm(model[k].weight.data, 2) for k in (0, 2, 4)]
    constant = {"sigmoid": 0.25, "gelu": 1.12890, "selu": 1.75810, "relu": 1.0}[activation]
    assert lipschitz_bound(model, (3,)) == pytest.approx(np.prod(norms) * constant**2, rel=1e-4)


def test_quotients_climb_and_bound_are_in_order():
    rng = np.random.default_rng(1)
    model = nn.MLP([4, 12, 12, 3], rng=rng, dtype=np.float64)
    x, y = rng.standard_normal((2, 300, 4))
    slopes = lip.quotients(model, x, y)
    twin = torch_twin(model)
    rise = torch.linalg.norm(twin(torch.tensor(x)) - twin(torch.tensor(y)), dim=1).detach().numpy()
    np.testing.assert_allclose(slopes, rise / np.linalg.norm(x - y, axis=1))
    points, steep = lip.climb(model, x[:20], rng=rng, rounds=30)
    exact = [torch.autograd.functional.jacobian(twin, torch.tensor(p)).numpy() for p in points]
    assert np.all(steep <= np.linalg.norm(exact, 2, axis=(1, 2)) * (1 + 1e-9))
    assert slopes.max() < steep.max() <= lipschitz_bound(model, (4,))
    with pytest.raises(ValueError, match="equal pair"):
        lip.quotients(model, x, x)


def test_random_network():
    small, large = (lip.random_network([3, 4, 2], 0, "tanh", scale=c, bias=0.1) for c in (1.0, 2.0))
    np.testing.assert_array_equal(2 * small[0].weight.data, large[0].weight.data)
    np.testing.assert_array_equal(small[2].bias.data, large[2].bias.data)
    assert small[0].bias.data.all() and small[0].weight.dtype == np.float64


def test_radii_are_safe_and_tight_for_a_linear_classifier():
    rng = np.random.default_rng(2)
    W, x = np.array([[1.0, 0.0], [-1.0, 0.0]]), rng.standard_normal((50, 2))
    scores = x @ W.T
    labels = scores.argmax(axis=1)
    radius = lip.certified_radius(scores, labels, np.linalg.norm(W, 2))
    np.testing.assert_allclose(radius, np.abs(x[:, 0]))  # the exact distance to the boundary
    assert not lip.certified_radius(scores, 1 - labels, 1.0).any()
    for direction in rng.standard_normal((20, 50, 2)):
        moved = x + 0.999 * radius[:, None] * direction / np.linalg.norm(direction, axis=1, keepdims=True)
        assert np.array_equal((moved @ W.T).argmax(axis=1), labels)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_smoothest_fit(n):
    rng = np.random.default_rng(n)
    X, y = rng.standard_normal((12, n)), rng.standard_normal(12)
    least = max(abs(y[i] - y[j]) / np.linalg.norm(X[i] - X[j]) for i in range(12) for j in range(i))
    assert lip.steepest_pair(X, y) == pytest.approx(least)
    f = lip.smoothest_fit(X, y)
    np.testing.assert_allclose(f(X), y, atol=1e-12)
    a, b = rng.standard_normal((2, 500, n))
    assert lip.quotients(f, a, b).max() <= least * (1 + 1e-12)
