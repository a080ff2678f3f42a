"""Pooling layers; they have no parameters."""

from __future__ import annotations

import numpy as np

from derived import ops
from derived.nn.module import Module
from derived.ops.windows import Pair
from derived.tensor import Tensor


class MaxPool2d(Module):
    """:func:`derived.ops.max_pool2d`: the largest entry of each window; ``stride=None`` is ``kernel_size``."""

    def __init__(self, kernel_size: int | Pair, stride: int | Pair | None = None, padding: int | Pair = 0,
                 dilation: int | Pair = 1) -> None:  # fmt: skip
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.dilation = padding, dilation

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        return ops.max_pool2d(x, self.kernel_size, self.stride, self.padding, self.dilation)

    def extra_repr(self) -> str:
        return (f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
                f"dilation={self.dilation}")  # fmt: skip


class AvgPool2d(Module):
    """:func:`derived.ops.avg_pool2d`: the mean of each window; ``stride=None`` is ``kernel_size``."""

    def __init__(self, kernel_size: int | Pair, stride: int | Pair | None = None, padding: int | Pair = 0) -> None:
        self.kernel_size, self.stride, self.padding = kernel_size, kernel_size if stride is None else stride, padding

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        return ops.avg_pool2d(x, self.kernel_size, self.stride, self.padding)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AdaptiveAvgPool2d(Module):
    """:func:`derived.ops.adaptive_avg_pool2d`: ``output_size=1`` is global average pooling."""

    def __init__(self, output_size: int | Pair) -> None:
        self.output_size = output_size

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        return ops.adaptive_avg_pool2d(x, self.output_size)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"
