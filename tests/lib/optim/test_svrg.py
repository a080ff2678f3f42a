"""SVRG: unbiased by enumeration, exact at the snapshot, and equal to the formula in PyTorch."""

import numpy as np
import pytest
import torch

from derived import nn, ops
from derived.optim.svrg import SVRG, variance_reduced
from derived.parity import torch_twin


def setting(seed=0, N=6):
    rng = np.random.default_rng(seed)
    model = nn.MLP([3, 4, 2], "tanh", rng=rng, dtype=np.float64)
    return model, rng.standard_normal((N, 3)), rng.integers(0, 2, N)


def torch_gradients(state, model, X, y):
    twin = torch_twin(model)
    twin.load_state_dict(state)
    torch.nn.functional.cross_entropy(twin(torch.tensor(X)), torch.tensor(y)).backward()
    return [p.grad.numpy() for p in twin.parameters()]


def state_of(model):
    return {name: torch.tensor(array) for name, array in model.state_dict().items()}


def test_steps_follow_the_formula():
    model, X, y = setting()
    optimizer = SVRG(model.parameters(), lr=0.3)
    optimizer.snapshot(lambda: ops.cross_entropy(model(X), y))
    anchor = state_of(model)
    full = torch_gradients(anchor, model, X, y)
    for i in (slice(0, 1), slice(2, 4), slice(5, 6)):
        here, before = state_of(model), [p.data.copy() for p in model.parameters()]
        parts = (torch_gradients(s, model, X[i], y[i]) for s in (here, anchor))
        optimizer.step(lambda i=i: ops.cross_entropy(model(X[i]), y[i]))
        for p, w, g, g_anchor, mean in zip(model.parameters(), before, *parts, full, strict=True):
            np.testing.assert_allclose(p.data, w - 0.3 * (g - g_anchor + mean), atol=1e-12)


def test_the_first_step_is_the_full_gradient_whatever_the_batch():
    ends = []
    for i in range(3):
        model, X, y = setting()
        optimizer = SVRG(model.parameters(), lr=0.3)
        optimizer.snapshot(lambda model=model, X=X, y=y: ops.cross_entropy(model(X), y))
        optimizer.step(lambda model=model, X=X, y=y, i=i: ops.cross_entropy(model(X[i : i + 1]), y[i : i + 1]))
        ends.append(np.concatenate([p.data.ravel() for p in model.parameters()]))
    np.testing.assert_allclose(ends[0], ends[1], atol=1e-14)
    np.testing.assert_allclose(ends[0], ends[2], atol=1e-14)


def test_unbiased():
    rng = np.random.default_rng(1)
    at_x, at_snapshot = rng.standard_normal((2, 9, 4))
    estimates = variance_reduced(at_x, at_snapshot, at_snapshot.mean(axis=0))
    np.testing.assert_allclose(estimates.mean(axis=0), at_x.mean(axis=0), atol=1e-14)
    wrong = at_x + at_snapshot - at_snapshot.mean(axis=0)
    assert np.abs(wrong - estimates).max() > 0.1


def test_a_snapshot_comes_first():
    model, X, y = setting()
    with pytest.raises(ValueError, match="no snapshot was taken"):
        SVRG(model.parameters()).step(lambda: ops.cross_entropy(model(X), y))
