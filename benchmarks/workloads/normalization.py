"""Batch and layer normalisation alone, forward and backward."""

import numpy as np
import torch
from torch.nn import functional as F

from benchmarks.networks import function_step
from benchmarks.timing import Pair
from derived import ops


def build() -> list[Pair]:
    """Batches of rows and of images, where the smallest is mostly bookkeeping; and the tokens of a transformer."""
    return [_batch_norm(64, 64), _batch_norm(256, 512), _batch_norm(64, 16, 28, 28), _layer_norm(16, 64, 128)]


def _arrays(shape: tuple[int, ...], features: int) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.standard_normal(s, dtype=np.float32) for s in (shape, features, features, shape)]


def _batch_norm(*shape: int) -> Pair:
    C = shape[1]
    *arrays, g = _arrays(shape, C)
    running, theirs = (np.zeros(C, np.float32), np.ones(C, np.float32)), (torch.zeros(C), torch.ones(C))
    pair = function_step(
        f"batch norm {'x'.join(map(str, shape))}",
        lambda x, weight, bias: ops.batch_norm(x, *running, weight, bias, True),
        lambda x, weight, bias: F.batch_norm(x, *theirs, weight, bias, True), arrays, g, None)  # fmt: skip
    gradients = pair.values
    pair.values = lambda: gradients() | {"running_var": (running[1], theirs[1].numpy())}
    return pair


def _layer_norm(*shape: int) -> Pair:
    *arrays, g = _arrays(shape, shape[-1])
    return function_step(
        f"layer norm {'x'.join(map(str, shape))}",
        lambda x, weight, bias: ops.layer_norm(x, shape[-1:], weight, bias),
        lambda x, weight, bias: F.layer_norm(x, shape[-1:], weight, bias), arrays, g, None)  # fmt: skip
