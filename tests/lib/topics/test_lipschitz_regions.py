"""Pieces against PyTorch's derivatives at random points, the exact constant against them all."""

import numpy as np
import pytest
import torch

from derived import nn
from derived.parity import torch_twin
from derived.topics.jacobian_norm import jacobians
from derived.topics.lipschitz_regions import hidden_layer_constant, linear_pieces
from derived.topics.regions import activation_patterns, most_regions


def biased(sizes, rng):
    model = nn.MLP(sizes, rng=rng, dtype=np.float64)
    for p in model.parameters()[1::2]:
        p.data = 0.3 * rng.standard_normal(p.shape)
    return model


def inside(corners, x):
    edges = np.roll(corners, -1, axis=0) - corners
    off = x[:, None] - corners
    return np.all(edges[:, 0] * off[..., 1] - edges[:, 1] * off[..., 0] >= -1e-12, axis=1)


@pytest.mark.parametrize("sizes", [[2, 1, 1], [2, 5, 3], [2, 6, 6, 1], [2, 4, 4, 4, 2]])
def test_pieces_cover_the_square_and_are_the_network(sizes):
    rng = np.random.default_rng(sum(sizes))
    model = biased(sizes, rng)
    pieces = linear_pieces(model, -2, 2)
    area = lambda c: 0.5 * abs(np.sum(c[:, 0] * np.roll(c[:, 1], 1) - c[:, 1] * np.roll(c[:, 0], 1)))
    assert sum(area(p.corners) for p in pieces) == pytest.approx(16)
    x = rng.uniform(-2, 2, (400, 2))
    values, J, found = torch_twin(model)(torch.tensor(x)).detach().numpy(), jacobians(model, x), np.zeros(400, int)
    for p in pieces:
        here = inside(p.corners, x)
        found += here
        np.testing.assert_allclose(x[here] @ p.A.T + p.c, values[here], atol=1e-10)
        np.testing.assert_allclose(np.broadcast_to(p.A, J[here].shape), J[here], atol=1e-10)
    assert np.all(found == 1)
    assert len(pieces) >= len(np.unique(activation_patterns(model, x), axis=0))
    steepest = max(p.slope for p in pieces)
    assert np.linalg.norm(J, 2, axis=(1, 2)).max() <= steepest * (1 + 1e-12)


def test_one_hidden_layer_two_ways():
    rng = np.random.default_rng(0)
    model = biased([2, 7, 3], rng)
    pieces = linear_pieces(model, -1e4, 1e4)
    assert len(pieces) == most_regions(7, 2)
    assert hidden_layer_constant(model) == pytest.approx(max(p.slope for p in pieces))


def test_more_inputs():
    rng = np.random.default_rng(1)
    model = biased([4, 6, 2], rng)
    J = jacobians(model, 10 * rng.standard_normal((20000, 4)))
    exact = hidden_layer_constant(model)
    assert 0.999 * exact < np.linalg.norm(J, 2, axis=(1, 2)).max() <= exact * (1 + 1e-12)


def test_bad_arguments():
    rng = np.random.default_rng(2)
    with pytest.raises(ValueError, match="3 inputs"):
        linear_pieces(nn.MLP([3, 2, 1], rng=rng))
    with pytest.raises(ValueError, match="expected low < high"):
        linear_pieces(nn.MLP([2, 2, 1], rng=rng), 1, -1)
