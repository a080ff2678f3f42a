"""The twin in PyTorch computes the same; random networks cover the smallest shapes."""

import numpy as np
import pytest
import torch

from derived import nn, ops
from derived.parity import flat, flat_loss, random_mlps, torch_twin


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "identity", "gelu", "leaky_relu", "softplus"])
def test_twin(activation):
    for model, X in random_mlps(6, activation, np.random.default_rng(0)):
        np.testing.assert_allclose(model(X).data, torch_twin(model)(torch.tensor(X)).detach(), atol=1e-10)


def test_twin_of_a_softmax_in_float32():
    model = nn.MLP([3, 4, 2], rng=np.random.default_rng(0), output="softmax")
    X = np.ones((2, 3), np.float32)
    twin = torch_twin(model)
    np.testing.assert_allclose(model(X).data, twin(torch.tensor(X)).detach(), atol=1e-6)
    model[0].weight.data[0] += 1  # the twin has its own copy
    assert np.abs(model(X).data - twin(torch.tensor(X)).detach().numpy()).max() > 1e-4


def test_random_networks():
    cases = list(random_mlps(40, "relu", np.random.default_rng(1)))
    assert len(cases) == 40
    model, X = cases[0]
    assert model.sizes == (1, 1, 1) and X.shape == (1, 1)
    assert {len(model.sizes) for model, _ in cases} == {2, 3, 4}
    assert all(X.shape[1] == model.sizes[0] and X.dtype == np.float64 for model, X in cases)
    assert all(p.data.any() for model, _ in cases for p in model.parameters())
    assert all(len(model.sizes) > 2 for model, _ in random_mlps(20, "relu", np.random.default_rng(1), layers=2))


def test_flat_loss_has_the_gradient_of_the_tape():
    for model, X in random_mlps(6, "tanh", np.random.default_rng(2)):
        Y = np.random.default_rng(3).standard_normal(model(X).shape)
        theta, loss = flat_loss(model, X, Y)
        value = ops.mse_loss(model(X), Y)
        value.backward()
        ours = np.concatenate([p.grad.ravel() for p in model.parameters()])
        np.testing.assert_array_equal(theta, np.concatenate([p.data.ravel() for p in model.parameters()]))
        assert loss(theta).item() == pytest.approx(value.item(), abs=1e-12)
        np.testing.assert_allclose(torch.autograd.functional.jacobian(loss, theta), ours, atol=1e-10)

def test_flat():
    vector = flat([np.array([[1.0, 2.0]]), np.array([3.0])])
    assert vector.tolist() == [1, 2, 3] and vector.dtype == torch.float64
