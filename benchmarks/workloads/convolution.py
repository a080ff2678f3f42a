"""One convolution alone, forward and backward to input, weight and bias."""

import numpy as np
import torch
from torch.nn import functional as F

from benchmarks.timing import Pair
from derived import ops
from derived.tensor import Tensor


def build() -> list[Pair]:
    """The second layer of LeNet-5, and a 3 x 3 layer of the width that deeper networks have."""
    return [_pair(64, 6, 16, 14, 5), _pair(64, 32, 64, 14, 3)]


def _pair(N: int, C: int, out: int, size: int, k: int) -> Pair:
    rng = np.random.default_rng(0)
    x, weight, bias = (rng.standard_normal(s, dtype=np.float32) for s in [(N, C, size, size), (out, C, k, k), (out,)])
    ours = [Tensor(a, requires_grad=True) for a in (_batch_innermost(x), weight, bias)]
    theirs = [torch.tensor(a, requires_grad=True) for a in (x, weight, bias)]
    upstream = rng.standard_normal((N, out, size - k + 1, size - k + 1), dtype=np.float32)
    our_upstream, their_upstream = _batch_innermost(upstream), torch.tensor(upstream)

    def step():
        for t in ours:
            t.grad = None
        ops.conv2d(*ours).backward(our_upstream)

    def their_step():
        for t in theirs:
            t.grad = None
        F.conv2d(*theirs).backward(their_upstream)

    def values():
        step()
        their_step()
        names = ("input", "weight", "bias")
        return {n: (a.grad, b.grad.numpy()) for n, a, b in zip(names, ours, theirs, strict=True)}

    return Pair(f"convolution {C} to {out}, {k} x {k}, {size} x {size}, batch {N}", step, their_step, 0.55, values)


def _batch_innermost(x: np.ndarray) -> np.ndarray:
    """The memory layout that our layers hand on; PyTorch gets its own."""
    return np.ascontiguousarray(x.transpose(1, 2, 3, 0)).transpose(3, 0, 1, 2)
