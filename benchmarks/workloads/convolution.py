"""One convolution alone, forward and backward to input, weight and bias, padded as in the network it comes from."""

import numpy as np
from torch.nn import functional as F

from benchmarks import products
from benchmarks.networks import function_step
from benchmarks.timing import Pair
from derived import ops

#: Channels, kernel, pixels a side, padding, batch: LeNet's two layers, the two of a network for the 8 x 8 digits that
#: pools once, and one of the width that deeper networks have.
SHAPES = [(1, 6, 5, 28, 2, 64), (6, 16, 5, 14, 0, 64), (1, 16, 3, 8, 1, 32), (16, 32, 3, 8, 1, 32),
          (32, 64, 3, 14, 1, 64)]  # fmt: skip


def build() -> list[Pair]:
    """The five shapes."""
    return [_pair(*shape) for shape in SHAPES]


def _pair(C: int, out: int, k: int, size: int, padding: int, N: int) -> Pair:
    rng = np.random.default_rng(0)
    count = size + 2 * padding - k + 1
    arrays = [rng.standard_normal(s, dtype=np.float32) for s in [(N, C, size, size), (out, C, k, k), (out,)]]
    g = rng.standard_normal((N, out, count, count), dtype=np.float32)
    return function_step(
        f"convolution {C} to {out}, {k} x {k}, {size} x {size} padded by {padding}, batch {N}",
        lambda *tensors: ops.conv2d(*tensors, padding=padding), lambda *tensors: F.conv2d(*tensors, padding=padding),
        arrays, g, 0.7, products.convolution(N, C, out, count * count, k), _batch_innermost)  # fmt: skip


def _batch_innermost(a: np.ndarray) -> np.ndarray:
    """The layout of images that our layers hand on, (C, H, W, N) in memory; PyTorch gets its own."""
    images = a.ndim == 4 and a.shape[2] == a.shape[3] > 5  # no kernel
    return np.ascontiguousarray(a.transpose(1, 2, 3, 0)).transpose(3, 0, 1, 2) if images else a
