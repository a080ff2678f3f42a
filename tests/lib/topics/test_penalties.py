"""Penalties: value and gradient beside PyTorch's, biases free, and equal to weight decay for SGD only."""

import numpy as np
import pytest
import torch

from derived import nn, ops, optim
from derived.check import finite_difference
from derived.tensor import Tensor
from derived.topics.penalties import l1_penalty, l2_penalty, penalised, weights


@pytest.mark.parametrize("shape", [(1,), (1, 1), (3, 2), (2, 3, 1, 2)])
def test_value_and_gradient_are_pytorchs(shape):
    W = np.random.default_rng(0).standard_normal(shape)
    for ours, theirs in ((l2_penalty, lambda w: 0.35 * (w * w).sum()), (l1_penalty, lambda w: 0.7 * w.abs().sum())):
        w, t = Tensor(W, requires_grad=True), torch.tensor(W, requires_grad=True)
        value, reference = ours(w, 0.7), theirs(t)
        value.backward(), reference.backward()
        assert value.item() == pytest.approx(reference.item(), abs=1e-12)
        np.testing.assert_allclose(w.grad, t.grad, atol=1e-12)
        flat = finite_difference(lambda x, ours=ours: ours.rule(x.reshape(shape), 0.7)[0], W.ravel())
        np.testing.assert_allclose(w.grad.ravel(), flat, atol=1e-8)
        assert abs(2 * w.grad.ravel() - flat).max() > 0.05  # the check would see a factor


def test_the_l1_subgradient_at_zero_is_zero():
    assert l1_penalty.rule(np.zeros(3), 2.0)[1](1.0).tolist() == [0, 0, 0]


def test_biases_are_free():
    model = nn.Sequential(nn.Conv2d(1, 2, 3, rng=np.random.default_rng(0)), nn.Flatten(),
                          nn.Linear(2, 3, rng=np.random.default_rng(0)))  # fmt: skip
    assert [p.ndim for p in weights(model)] == [4, 2]


def test_penalised_loss_is_decay_for_sgd_and_not_for_adam():
    rng = np.random.default_rng(1)
    X, y = rng.standard_normal((12, 3)), rng.integers(0, 2, 12)
    gaps = []
    for make in (optim.SGD, optim.Adam):
        states = []
        for route in ("penalty", "decay"):
            model = nn.Linear(3, 2, bias=False, rng=np.random.default_rng(0), dtype=np.float64)
            kind = optim.AdamW if make is optim.Adam and route == "decay" else make
            optimizer = kind(model.parameters(), lr=0.1, **({"weight_decay": 0.3} if route == "decay" else {}))
            if kind is optim.Adam:
                optimizer = optim.Adam(model.parameters(), lr=0.1)
            loss = penalised(ops.cross_entropy, model, l2=0.3 if route == "penalty" else 0.0)
            for _ in range(20):
                optimizer.zero_grad()
                loss(model(X), y).backward()
                optimizer.step()
            states.append(model.weight.data.copy())
        gaps.append(abs(states[0] - states[1]).max())
    assert gaps[0] < 1e-12 and gaps[1] > 1e-2


def test_negative_strengths():
    for penalty in (l1_penalty, l2_penalty):
        with pytest.raises(ValueError, match=r"strength is -1, expected a number >= 0"):
            penalty(np.ones(2), -1)
