r"""Elementwise arithmetic with broadcasting.

For :math:`z_i = f(x_i, y_i)` the Jacobians are diagonal, so each pullback multiplies by a partial derivative,
:math:`g \mapsto g \odot \partial f/\partial x`, and sums over the axes along which the argument was broadcast.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from derived.ops.broadcasting import unbroadcast
from derived.tensor import Tensor, primitive


@primitive
def add(x, y):
    """Sum ``x + y``."""
    return x + y, lambda g: unbroadcast(g, x.shape), lambda g: unbroadcast(g, y.shape)


@primitive
def sub(x, y):
    """Difference ``x - y``."""
    return x - y, lambda g: unbroadcast(g, x.shape), lambda g: unbroadcast(-g, y.shape)


@primitive
def mul(x, y):
    """Elementwise product ``x * y``."""
    return x * y, lambda g: unbroadcast(g * y, x.shape), lambda g: unbroadcast(g * x, y.shape)


@primitive
def div(x, y):
    r"""Quotient ``x / y``; :math:`\partial(x/y)/\partial y = -x/y^2`."""
    z = x / y  # and x/y² = z/y, where y² could underflow
    return z, lambda g: unbroadcast(g / y, x.shape), lambda g: unbroadcast(-g * z / y, y.shape)


@primitive
def neg(x):
    """Negative ``-x``."""
    return -x, lambda g: -g


@primitive
def pow(x, exponent):
    r"""Power :math:`x^a`; :math:`\partial_x = a x^{a-1}`, :math:`\partial_a = x^a \log x` (for :math:`x>0`)."""
    value = x**exponent
    return (
        value,
        lambda g: unbroadcast(g * exponent * x ** (exponent - (exponent != 0)), x.shape),  # 0, not 0/0, for x⁰ at 0
        lambda g: unbroadcast(g * value * np.log(x, dtype=value.dtype), exponent.shape),
    )


@primitive
def exp(x):
    """Exponential; its own derivative."""
    value = np.exp(x)
    return value, lambda g: g * value


@primitive
def log(x):
    r"""Natural logarithm; :math:`\log' x = 1/x`."""
    return np.log(x), lambda g: g / x


@primitive
def sqrt(x):
    r"""Square root; :math:`(\sqrt x)' = 1/(2\sqrt x)`."""
    value = np.sqrt(x)
    return value, lambda g: g / (2 * value)


@primitive
def maximum(x, y):
    """Larger of the two, elementwise; at a tie each argument gets half, as in PyTorch."""
    to_x = (x > y) + 0.5 * (x == y)
    return (
        np.maximum(x, y),
        lambda g: unbroadcast(g * to_x.astype(g.dtype), x.shape),
        lambda g: unbroadcast(g * (1 - to_x).astype(g.dtype), y.shape),
    )


@primitive
def minimum(x, y):
    """Smaller of the two, elementwise; at a tie each argument gets half, as in PyTorch."""
    to_x = (x < y) + 0.5 * (x == y)
    return (
        np.minimum(x, y),
        lambda g: unbroadcast(g * to_x.astype(g.dtype), x.shape),
        lambda g: unbroadcast(g * (1 - to_x).astype(g.dtype), y.shape),
    )


@primitive
def clamp(x, min=None, max=None):
    """``x`` cut off below ``min`` and above ``max``; derivative 1 inside *and at* the limits, as in PyTorch, else 0."""
    inside = np.ones(x.shape, dtype=bool)
    if min is not None:
        inside &= x >= min
    if max is not None:
        inside &= x <= max
    return np.clip(x, min, max), lambda g: g * inside


@primitive
def _where(x, y, condition):
    value = np.where(condition, x, y)
    return value, lambda g: unbroadcast(g * condition, x.shape), lambda g: unbroadcast(g * ~condition, y.shape)


def where(condition: Any, x: Any, y: Any) -> Tensor:
    """``x`` where the boolean array ``condition`` holds, else ``y``; the gradient follows the choice."""
    return _where(x, y, np.asarray(getattr(condition, "data", condition), dtype=bool))
