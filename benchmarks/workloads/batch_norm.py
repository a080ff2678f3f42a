"""Batch normalisation alone, forward and backward, of a batch of rows and of a batch of images, beside PyTorch's."""

import numpy as np
import torch
from torch.nn import functional as F

from benchmarks.timing import Pair
from derived import ops
from derived.tensor import Tensor


def build() -> list[Pair]:
    """Three sizes; the first is mostly bookkeeping, the last mostly memory."""
    return [_pair(64, 64), _pair(256, 512), _pair(64, 16, 28, 28)]


def _pair(*shape: int) -> Pair:
    rng = np.random.default_rng(0)
    C = shape[1]
    arrays = [rng.standard_normal(s, dtype=np.float32) for s in (shape, C, C)]
    g = rng.standard_normal(shape, dtype=np.float32)
    ours = [Tensor(a, requires_grad=True) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    running, their_running = (np.zeros(C, np.float32), np.ones(C, np.float32)), (torch.zeros(C), torch.ones(C))
    their_g = torch.tensor(g)

    def step():
        for p in ours:
            p.grad = None
        x, weight, bias = ours
        ops.batch_norm(x, *running, weight, bias, True).backward(g)

    def their_step():
        for p in theirs:
            p.grad = None
        x, weight, bias = theirs
        F.batch_norm(x, *their_running, weight, bias, True).backward(their_g)

    def values():
        step(), their_step()
        pairs = {name: (p.grad, q.grad.numpy()) for name, p, q in zip(
            ("x", "weight", "bias"), ours, theirs, strict=True)}  # fmt: skip
        return pairs | {"running_var": (running[1], their_running[1].numpy())}

    return Pair(f"batch norm {'x'.join(map(str, shape))}, forward and backward", step, their_step, None, values)
