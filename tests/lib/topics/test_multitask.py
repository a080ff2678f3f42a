"""Two heads on one trunk beside PyTorch."""

import numpy as np
import pytest
import torch

from derived import nn, ops
from derived.topics.multitask import MultiTask, joint_loss


@pytest.mark.parametrize("N, width", [(1, 1), (6, 4)])
def test_gradients_are_those_of_the_sum(N, width):
    rng = np.random.default_rng(0)
    make = lambda i, o: nn.Linear(i, o, rng=rng, dtype=np.float64)
    model = MultiTask(nn.Sequential(make(3, width), nn.Tanh()), [make(width, 4), make(width, 2)])
    X, y = rng.standard_normal((N, 3)), np.column_stack([rng.integers(0, 4, N), rng.integers(0, 2, N)])
    joint_loss(ops.cross_entropy, ops.cross_entropy, weights=[1.0, 0.3])(model(X), y).backward()
    theirs = [torch.tensor(p.data, requires_grad=True) for p in model.parameters()]
    W, b, V, c, U, d = theirs
    h = torch.tanh(torch.tensor(X) @ W.T + b)
    loss = torch.nn.functional.cross_entropy
    (loss(h @ V.T + c, torch.tensor(y[:, 0])) + 0.3 * loss(h @ U.T + d, torch.tensor(y[:, 1]))).backward()
    for p, t in zip(model.parameters(), theirs, strict=True):
        np.testing.assert_allclose(p.grad, t.grad, atol=1e-12)


def test_messages():
    with pytest.raises(ValueError, match="heads is empty"):
        MultiTask(nn.Identity(), [])
    with pytest.raises(ValueError, match="1 weights, expected 2"):
        joint_loss(ops.cross_entropy, ops.cross_entropy, weights=[1.0])
