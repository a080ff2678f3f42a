"""Penalties and their gradients against PyTorch's singular values; training makes networks flatter."""

import numpy as np
import pytest
import torch

from derived import nn
from derived.parity import torch_twin
from derived.topics import spectral_penalty as sp
from derived.topics.fooling import lipschitz_bound
from derived.topics.jacobian_norm import jacobian_norm


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("sizes", [[1, 1, 1], [4, 6, 3], [5, 8, 8, 2]])
def test_jacobian_penalty_and_gradient(activation, sizes):
    rng = np.random.default_rng(sum(sizes))
    model, x = nn.MLP(sizes, activation, rng=rng, dtype=np.float64), rng.standard_normal((6, sizes[0]))
    found = sp.jacobian_penalty(model, x, rng=rng, steps=400)
    found.value.backward()
    twin = torch_twin(model)
    J = torch.stack([torch.autograd.functional.jacobian(twin, torch.tensor(r), create_graph=True) for r in x])
    theirs = 0.5 * (torch.linalg.matrix_norm(J, 2) ** 2).mean()
    theirs.backward()
    assert found.value.item() == pytest.approx(theirs.item(), rel=1e-6)
    for p, (name, q) in zip(model.parameters(), twin.named_parameters(), strict=True):
        reference = np.zeros_like(p.data) if q.grad is None else q.grad.numpy()
        ours = np.zeros_like(p.data) if p.grad is None else p.grad
        np.testing.assert_allclose(ours, reference, atol=1e-5, err_msg=name)


def test_weight_penalty_and_gradient():
    rng = np.random.default_rng(0)
    model = nn.MLP([4, 6, 3], rng=rng, dtype=np.float64)
    vectors = {0: rng.standard_normal(4), 2: rng.standard_normal(6)}
    for _ in range(500):
        value = sp.weight_penalty(model, vectors)
    value.backward()
    twin = torch_twin(model)
    theirs = 0.5 * sum(torch.linalg.matrix_norm(twin[k].weight, 2) ** 2 for k in (0, 2))
    theirs.backward()
    assert value.item() == pytest.approx(theirs.item())
    np.testing.assert_allclose(model[0].weight.grad, twin[0].weight.grad, atol=1e-8)


def test_training_flattens():
    rng = np.random.default_rng(1)
    X = rng.standard_normal((200, 5)).astype(np.float32)
    y = (X[:, 0] * X[:, 1] > 0).astype(np.int64)
    slope = lambda model: jacobian_norm(model, X, rng=np.random.default_rng(0)).mean()
    options = {"epochs": 15, "lr": 0.01}
    plain = sp.train((X, y), [5, 32, 2], 0, **options)
    assert slope(sp.train((X, y), [5, 32, 2], 0, jacobian=0.1, **options)) < 0.8 * slope(plain)
    light = sp.train((X, y), [5, 32, 2], 0, weights=0.1, **options)
    assert lipschitz_bound(light, (5,)) < 0.8 * lipschitz_bound(plain, (5,))
    normalized = sp.train((X, y), [5, 32, 2], 0, scale=3.0, **options)
    assert lipschitz_bound(normalized[:3], (5,)) == pytest.approx(1, rel=0.02)
    assert lipschitz_bound(normalized, (5,)) == pytest.approx(3, rel=0.02)
    np.testing.assert_allclose(normalized(X).data, 3 * normalized[:3](X).data, rtol=1e-5)


def test_judge_of_a_linear_classifier():
    rng = np.random.default_rng(2)
    model = nn.Sequential(nn.Linear(3, 2, bias=False, rng=rng, dtype=np.float64))
    X = rng.standard_normal((41, 3))
    y = model(X).data.argmax(axis=1)
    y[:8] = 1 - y[:8]
    found, norm = sp.judge(model, X, y), np.linalg.norm(model[0].weight.data, 2)
    gaps = np.maximum(0, np.abs(np.diff(model(X).data, axis=1)[:, 0]) * np.where(np.arange(41) < 8, -1, 1))
    assert found.accuracy == pytest.approx(33 / 41) and found.slope == pytest.approx(norm)
    np.testing.assert_allclose([found.bound, found.safe, found.guessed],
                               [norm, np.median(gaps) / norm / 2**0.5, np.median(gaps) / norm / 2**0.5])  # fmt: skip
