"""SignSGD by hand and beside Adam without memory."""

import numpy as np
import torch
from beside_torch import leaf, normal

from derived import optim


def test_a_step_by_hand_with_a_zero():
    w = leaf(1.0, 1.0, 1.0)
    w.grad = np.array([1e-9, -7.0, 0.0])
    optim.SignSGD([w], lr=0.25).step()
    np.testing.assert_array_equal(w.data, [0.75, 1.25, 1.0])


def test_equals_adam_without_memory_and_eps():
    ours, theirs = leaf(*normal(5)), torch.tensor(normal(5), requires_grad=True)
    mine, other = optim.SignSGD([ours], lr=0.1), torch.optim.Adam([theirs], lr=0.1, betas=(0.0, 0.0), eps=0.0)
    for k in range(20):
        g = normal(5, seed=k)
        ours.grad, theirs.grad = g, torch.tensor(g)
        mine.step(), other.step()
    np.testing.assert_allclose(ours.data, theirs.detach().numpy(), atol=1e-12)
