"""The activation functions of :mod:`derived.ops` as modules."""

from __future__ import annotations

import numpy as np

from derived import ops
from derived.arguments import require
from derived.nn.module import Module, Parameter
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


class PReLU(Module):
    r""":func:`derived.ops.prelu` with its slope as a parameter.

    Parameters
    ----------
    num_parameters : 1 for one slope in all, or the size of axis 1 of the input for one slope each.
    init : the slope at the start.
    dtype : of the parameter.

    Attributes
    ----------
    weight : (num_parameters,) parameter.
    """

    def __init__(self, num_parameters: int = 1, init: float = 0.25, dtype: type = np.float32) -> None:
        require(num_parameters >= 1, "PReLU: num_parameters is {}, expected at least 1", num_parameters)
        self.weight = Parameter(np.full(num_parameters, init, dtype))

    def forward(self, x: Tensor) -> Tensor:
        slopes = len(self.weight)
        require(slopes == 1 or (len(x.shape) >= 2 and x.shape[1] == slopes),
                "PReLU: num_parameters is {}, expected 1 or axis 1 of x, of shape {}", slopes, x.shape)  # fmt: skip
        return ops.prelu(x, self.weight.reshape(-1, *[1] * (len(x.shape) - 2)) if slopes > 1 else self.weight)


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
