"""The activation functions side by side: formula, range, steepest slope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import inf, sqrt

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, ndtr

from derived import ops
from derived.ops.activations import SELU_ALPHA, SELU_SCALE

__all__ = ["GALLERY", "Unit", "value_and_slope"]

_PDF = lambda x: np.exp(-x * x / 2) / sqrt(2 * np.pi)  # noqa: E731
_GELU_BOTTOM = brentq(lambda x: ndtr(x) + x * _PDF(x), -1, 0, xtol=1e-15)
_SILU_BOTTOM = brentq(lambda x: 1 + x * expit(-x), -2, -1, xtol=1e-15)
_SILU_STEEPEST = brentq(lambda x: x * np.tanh(x / 2) - 2, 2, 3, xtol=1e-15)


def value_and_slope(f: Callable, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r""":math:`\phi(z)` and :math:`\phi'(z)` at each entry, by the primitive's own pullback.

    Parameters
    ----------
    f : a primitive, or a rule ``f(z) -> value, pull, …``, that acts on each entry.
    z : floating-point array of any shape.
    """
    value, pull, *_ = getattr(f, "rule", f)(z)
    return value, pull(np.ones_like(z))


def _three_lines(z: np.ndarray) -> tuple:
    """Maxout over -z - 1, z / 2 and 2 z - 3, as a function of one number."""
    slopes, heights = np.array([-1.0, 0.5, 2.0]), np.array([-1.0, 0.0, -3.0])
    value, pull = ops.maxout.rule(z[..., None] * slopes + heights, 3)
    return value[..., 0], lambda g: pull(g[..., None]) @ slopes


@dataclass(frozen=True)
class Unit:
    r"""One activation function.

    Attributes
    ----------
    name, formula : as printed, in plain text.
    rule : ``rule(z) -> value, pull, …``.
    low, high : greatest lower and least upper bound of the values.
    steepest : least upper bound of :math:`|\phi'|`, the Lipschitz constant.
    kinks : where there is no derivative.
    """

    name: str
    formula: str
    rule: Callable
    low: float
    high: float
    steepest: float
    kinks: tuple[float, ...] = ()


GALLERY = (
    Unit("linear", "z", ops.identity.rule, -inf, inf, 1.0),
    Unit("sigmoid", "σ(z) = 1/(1 + e⁻ᶻ)", ops.sigmoid.rule, 0.0, 1.0, 0.25),
    Unit("tanh", "tanh z", ops.tanh.rule, -1.0, 1.0, 1.0),
    Unit("ReLU", "max(0, z)", ops.relu.rule, 0.0, inf, 1.0, (0.0,)),
    Unit("leaky ReLU", "max(εz, z), ε = 0.1", partial(ops.leaky_relu.rule, negative_slope=0.1), -inf, inf, 1.0,
         (0.0,)),
    Unit("PReLU", "z or az, a learnt (0.4)", lambda z: ops.prelu.rule(z, np.array(0.4)), -inf, inf, 1.0, (0.0,)),
    Unit("ELU", "z or eᶻ − 1", ops.elu.rule, -1.0, inf, 1.0),
    Unit("SELU", "λz or λα(eᶻ − 1)", ops.selu.rule, -SELU_SCALE * SELU_ALPHA, inf, SELU_SCALE * SELU_ALPHA, (0.0,)),
    Unit("GELU", "zΦ(z)", ops.gelu.rule, _GELU_BOTTOM * ndtr(_GELU_BOTTOM), inf,
         ndtr(sqrt(2)) + sqrt(2) * _PDF(sqrt(2))),
    Unit("SiLU", "zσ(z)", ops.silu.rule, _SILU_BOTTOM * expit(_SILU_BOTTOM), inf,
         ops.silu.rule(np.array(_SILU_STEEPEST))[1](1.0)),
    Unit("softplus", "log(1 + eᶻ)", ops.softplus.rule, 0.0, inf, 1.0),
    Unit("absolute", "|z|", ops.absolute.rule, 0.0, inf, 1.0, (0.0,)),
    Unit("maxout", "max(−z − 1, z/2, 2z − 3)", _three_lines, -1 / 3, inf, 2.0, (-2 / 3, 2.0)),
)  # fmt: skip
