"""SAM beside two gradients in PyTorch."""

import numpy as np
import pytest
import torch
from beside_torch import leaf, normal

from derived import optim
from derived.optim.sam import ascent
from derived.tensor import Tensor


def loss(W, b):
    return ((W + b).tanh() * W).sum() + (b * b).sum() * 0.5


@pytest.mark.parametrize("rho", [0.0, 0.05, 2.0])
def test_thirty_steps_with_momentum(rho):
    start = [normal(3, 4), normal(4, seed=1)]
    ours = [Tensor(a.copy(), requires_grad=True) for a in start]
    theirs = [torch.tensor(a, requires_grad=True) for a in start]
    sam = optim.SAM(optim.SGD(ours, lr=0.1, momentum=0.9), rho)
    base = torch.optim.SGD(theirs, lr=0.1, momentum=0.9)
    for _ in range(30):
        value = sam.step(lambda: loss(*ours))
        before = loss(*theirs)
        g = torch.autograd.grad(before, theirs)
        norm = torch.cat([x.reshape(-1) for x in g]).norm()
        away = [(p + rho * x / norm).detach().requires_grad_() for p, x in zip(theirs, g, strict=True)]
        for p, x in zip(theirs, torch.autograd.grad(loss(*away), away), strict=True):
            p.grad = x
        base.step()
        assert np.isclose(value, before.item())
    for p, q in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(p.data, q.detach().numpy(), atol=1e-10)


def test_the_parameters_come_back_after_an_error():
    w = leaf(1.0, 2.0)
    calls = iter([lambda: (w * w).sum(), lambda: 1 / 0])
    with pytest.raises(ZeroDivisionError):
        optim.SAM(optim.SGD([w], lr=0.1), 0.5).step(lambda: next(calls)())
    np.testing.assert_array_equal(w.data, [1.0, 2.0])


def test_no_gradient_no_ascent():
    assert ascent([np.zeros(2), np.zeros((1, 1))], 0.3)[1] == 0
    w = leaf(0.0)
    optim.SAM(optim.SGD([w], lr=0.1), 0.5).step(lambda: (w * w).sum())
    assert w.data[0] == 0
    assert ascent([np.ones(1, np.float32)], 0.3)[0].dtype == np.float32


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="^SAM: base is a list, expected an Optimizer$"):
        optim.SAM([leaf(1.0)])
    with pytest.raises(ValueError, match="^SAM: rho is -1, expected a number >= 0$"):
        optim.SAM(optim.SGD([leaf(1.0)]), -1)
