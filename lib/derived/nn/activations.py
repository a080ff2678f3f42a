"""The activation functions of :mod:`derived.ops` as modules."""

from __future__ import annotations

from derived import ops
from derived.nn.module import Module
from derived.tensor import Tensor


class ReLU(Module):
    """:func:`derived.ops.relu`."""

    forward = staticmethod(ops.relu)


class Sigmoid(Module):
    """:func:`derived.ops.sigmoid`."""

    forward = staticmethod(ops.sigmoid)


class Tanh(Module):
    """:func:`derived.ops.tanh`."""

    forward = staticmethod(ops.tanh)


class SELU(Module):
    """:func:`derived.ops.selu`."""

    forward = staticmethod(ops.selu)


class SiLU(Module):
    """:func:`derived.ops.silu`."""

    forward = staticmethod(ops.silu)


class Softplus(Module):
    """:func:`derived.ops.softplus`."""

    forward = staticmethod(ops.softplus)


class GELU(Module):
    """:func:`derived.ops.gelu`."""

    def __init__(self, approximate: str = "none") -> None:
        self.approximate = approximate

    def forward(self, x: Tensor) -> Tensor:
        return ops.gelu(x, approximate=self.approximate)


class LeakyReLU(Module):
    """:func:`derived.ops.leaky_relu`."""

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, x: Tensor) -> Tensor:
        return ops.leaky_relu(x, negative_slope=self.negative_slope)


class ELU(Module):
    """:func:`derived.ops.elu`."""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, x: Tensor) -> Tensor:
        return ops.elu(x, alpha=self.alpha)


class Softmax(Module):
    """:func:`derived.ops.softmax`."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: Tensor) -> Tensor:
        return ops.softmax(x, dim=self.dim)


class Maxout(Module):
    """:func:`derived.ops.maxout`."""

    def __init__(self, pieces: int) -> None:
        self.pieces = pieces

    def forward(self, x: Tensor) -> Tensor:
        return ops.maxout(x, pieces=self.pieces)
