"""The references of the checkers against PyTorch and brute force."""

import numpy as np
import torch
from torch.nn import functional as F

from derived.exercises import cnn as ex


def test_correlate_and_its_kernel_gradient_are_torchs():
    assert ex.correlate(lambda w, x: F.conv1d(torch.tensor(x)[None, None], torch.tensor(w)[None, None])[0, 0].numpy())

    def theirs(g, x, k, stride):
        w = torch.zeros((1, 1, k), dtype=torch.float64, requires_grad=True)
        F.conv1d(torch.tensor(x)[None, None], w, stride=stride).backward(torch.tensor(g)[None, None])
        return w.grad[0, 0].numpy()

    assert ex.pull_kernel(theirs)


def test_output_size_by_counting():
    def counted(i, k, s, p, d):
        return sum(start + d * (k - 1) < i + 2 * p for start in range(0, i + 2 * p, s))

    assert ex.output_size(counted)


def test_receptive_field_by_sets():
    def brute(kernels, strides):
        seen = {0}
        for k, s in zip(reversed(kernels), reversed(strides), strict=True):
            seen = {s * u + i for u in range(min(seen), max(seen) + 1) for i in range(k)}
        return max(seen) - min(seen) + 1

    assert ex.receptive_field(brute)


def test_pull_max_is_torchs():
    def theirs(g, x, k, stride):
        t = torch.tensor(x, requires_grad=True)
        F.max_pool1d(t[None, None], k, stride).backward(torch.tensor(g)[None, None])
        return t.grad.numpy()

    assert ex.pull_max(theirs)
    assert not ex.pull_max(lambda g, x, k, stride: np.zeros_like(x))
