"""Confidences are torch's, fooling reaches its goal, and no pair of images breaks the bound."""

import numpy as np
import pytest
import torch

from derived import nn
from derived.parity import torch_twin
from derived.topics.fooling import confidence, fool, lipschitz_bound
from derived.topics.marked_digits import digit_reader


def test_fooling_reaches_its_goal_inside_the_box():
    rng = np.random.default_rng(0)
    model = digit_reader(rng=rng)
    images, targets = rng.random((6, 1, 10, 10)).astype(np.float32), np.arange(6)
    before = images.copy()
    found = fool(model, images, targets, 0.3)
    p = torch.softmax(torch_twin(model)(torch.tensor(found)), 1)[torch.arange(6), torch.arange(6)]
    np.testing.assert_allclose(confidence(model, found, targets), p.detach(), rtol=1e-5)
    assert p.min() > 0.299 and found.min() >= 0 and found.max() <= 1 and np.array_equal(images, before)
    with pytest.raises(ValueError, match="6 images"):
        fool(model, images, targets[:2])


def test_bound_against_pairs_and_a_chain_of_matrices():
    rng = np.random.default_rng(1)
    model = digit_reader(rng=rng, dtype=np.float64)
    bound = lipschitz_bound(model, (1, 10, 10))
    x = rng.random((200, 1, 10, 10))
    y = x + 0.01 * rng.normal(size=x.shape)
    quotient = np.linalg.norm(model(x).data - model(y).data, axis=1) / np.linalg.norm((x - y).reshape(200, -1), axis=1)
    assert quotient.max() <= bound
    linear = nn.Sequential(*(nn.Linear(4, 4, rng=rng, dtype=np.float64) for _ in range(2)))
    norms = [np.linalg.norm(layer.weight.data, 2) for layer in linear.layers]
    assert np.isclose(lipschitz_bound(linear, (4,)), np.prod(norms))
    x, product = torch.zeros(1, 1, 10, 10, dtype=torch.float64), 1.0
    for layer in torch_twin(model):
        if list(layer.parameters()):
            matrix = torch.autograd.functional.jacobian(layer, x).reshape(-1, x.numel())
            product *= torch.linalg.norm(matrix, 2).item()
        x = layer(x)
    assert np.isclose(bound, product)
