"""Operator norms of derivatives against the SVD of PyTorch's Jacobians, enumeration of corners, and closed forms."""

import numpy as np
import pytest
import torch

from derived import nn, ops
from derived.parity import row_jacobians, torch_twin
from derived.topics.jacobian_norm import directional_difference, jacobian_norm, jacobians, steepest


def torch_jacobians(model, x):
    twin = torch_twin(model)
    found = [torch.autograd.functional.jacobian(twin, torch.tensor(row[None])) for row in x]
    return np.stack([J.numpy().reshape(-1, x[0].size) for J in found])


@pytest.mark.parametrize("sizes", [[1, 1], [5, 8, 1], [1, 6, 4], [4, 9, 9, 3]])
@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_norms_are_largest_singular_values(sizes, activation):
    rng = np.random.default_rng(0)
    model, x = nn.MLP(sizes, activation, rng=rng, dtype=np.float64), rng.standard_normal((7, sizes[0]))
    J = torch_jacobians(model, x)
    np.testing.assert_allclose(jacobians(model, x), J, atol=1e-12)
    np.testing.assert_allclose(row_jacobians(torch_twin(model), x), J, atol=1e-12)
    found = steepest(model, x, rng=rng, steps=300)
    np.testing.assert_allclose(found.norm, np.linalg.norm(J, 2, axis=(1, 2)), rtol=1e-8)
    rise = np.linalg.norm(np.einsum("bmn,bn->bm", J, found.right), axis=1)
    np.testing.assert_allclose(rise, found.norm, rtol=1e-6)
    assert all(p.requires_grad for p in model.parameters())


def test_images_and_single_precision():
    rng = np.random.default_rng(1)
    model = nn.Sequential(nn.Conv2d(1, 3, 3, rng=rng), nn.ReLU(), nn.Flatten(), nn.Linear(48, 5, rng=rng))
    x = rng.random((4, 1, 6, 6)).astype(np.float32)
    found = steepest(model, x, rng=rng, steps=60)
    assert found.norm.dtype == np.float32 and found.right.shape == x.shape and found.left.shape == (4, 5)
    np.testing.assert_allclose(found.norm, np.linalg.norm(torch_jacobians(model, x), 2, axis=(1, 2)), rtol=1e-4)


def test_other_exponents():
    rng = np.random.default_rng(2)
    W = rng.standard_normal((4, 5))
    x = rng.standard_normal((30, 5))
    f = lambda x: ops.linear(x, W)
    norm = lambda p, q: jacobian_norm(f, x, rng=rng, steps=40, p=p, q=q).max()
    corners = np.array(np.meshgrid(*[[-1, 1]] * 5)).reshape(5, -1)
    assert norm(np.inf, np.inf) == pytest.approx(np.abs(W).sum(axis=1).max())
    assert norm(1, 1) == pytest.approx(np.abs(W).sum(axis=0).max())
    assert norm(np.inf, 2) == pytest.approx(np.linalg.norm(W @ corners, axis=0).max())
    assert norm(1, np.inf) == pytest.approx(np.abs(W).max())


def test_it_never_exceeds_the_norm_and_a_warm_start_helps():
    rng = np.random.default_rng(3)
    model, x = nn.MLP([6, 20, 6], "softplus", rng=rng, dtype=np.float64), rng.standard_normal((20, 6))
    exact = np.linalg.norm(jacobians(model, x), 2, axis=(1, 2))
    once = steepest(model, x, rng=rng, steps=1)
    again = steepest(model, x, rng=rng, steps=1, start=once.right)
    assert np.all(again.norm <= exact * (1 + 1e-12)) and np.all(again.norm >= once.norm - 1e-6)
    assert once.norm.mean() < 0.99 * exact.mean()


def test_the_pullback_of_the_wrong_point_is_caught():
    rng = np.random.default_rng(4)
    model, x = nn.MLP([3, 8, 3], "tanh", rng=rng, dtype=np.float64), rng.standard_normal((5, 3))
    exact = np.linalg.norm(torch_jacobians(model, x), 2, axis=(1, 2))
    assert np.abs(jacobian_norm(model, x[::-1], rng=rng, steps=200) - exact).max() > 0.01


def test_directional_difference_is_recorded():
    rng = np.random.default_rng(5)
    model, x = nn.MLP([3, 4, 2], "tanh", rng=rng, dtype=np.float64), rng.standard_normal((5, 3))
    v = rng.standard_normal(x.shape)
    rise = directional_difference(model, x, v)
    np.testing.assert_allclose(rise.data, np.einsum("bmn,bn->bm", torch_jacobians(model, x), v), rtol=1e-8)
    rise.sum().backward()
    assert model[0].weight.grad is not None


def test_dead_network_and_bad_arguments():
    rng = np.random.default_rng(6)
    assert not jacobian_norm(lambda x: ops.relu(x - 9.0), np.zeros((3, 2)), rng=rng).any()
    with pytest.raises(ValueError, match=r"x has shape \(3,\)"):
        jacobian_norm(ops.relu, np.ones(3), rng=rng)
    with pytest.raises(ValueError, match="steps is 0"):
        jacobian_norm(ops.relu, np.ones((1, 3)), rng=rng, steps=0)
    with pytest.raises(ValueError, match="start has shape"):
        steepest(ops.relu, np.ones((1, 3)), rng=rng, start=np.ones(3))
    with pytest.raises(ValueError, match="x has nan"):
        jacobian_norm(ops.relu, np.array([[np.nan]]), rng=rng)
