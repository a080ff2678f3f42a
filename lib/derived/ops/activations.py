r"""Activation functions under PyTorch's names.

Each acts on every entry, so its Jacobian is diagonal and its pullback is :math:`g \mapsto g\odot\phi'(x)`.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import expit, ndtr

from derived.arguments import require
from derived.ops.broadcasting import unbroadcast
from derived.tensor import primitive

SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


@primitive
def identity(x):
    r"""The identity :math:`\phi(x)=x`."""
    return x, lambda g: g


@primitive
def sigmoid(x):
    r"""Logistic function :math:`\sigma(x)=1/(1+e^{-x})`; :math:`\sigma'=\sigma(1-\sigma)`."""
    s = expit(x)
    return s, lambda g: g * s * (1 - s)


@primitive
def tanh(x):
    r"""Hyperbolic tangent; :math:`\tanh'=1-\tanh^2`."""
    t = np.tanh(x)
    return t, lambda g: g * (1 - t * t)


@primitive
def relu(x):
    r"""Rectifier :math:`\max(0,x)`; derivative 1 for :math:`x>0`, else 0 (at 0, too, as in PyTorch)."""
    return np.maximum(x, 0), lambda g: g * (x > 0)


@primitive
def leaky_relu(x, negative_slope=0.01):
    r""":math:`x` for :math:`x>0`, else ``negative_slope`` times :math:`x`."""
    slope = np.where(x > 0, x.dtype.type(1), x.dtype.type(negative_slope))
    return x * slope, lambda g: g * slope


@primitive
def prelu(x, weight):
    r"""Leaky rectifier whose slope is learnt: :math:`x` for :math:`x>0`, else :math:`a x`; ``weight`` broadcasts."""
    positive = x > 0
    return (
        np.where(positive, x, weight * x),
        lambda g: np.where(positive, g, g * weight),
        lambda g: unbroadcast(np.where(positive, 0, g * x), weight.shape),
    )


@primitive
def elu(x, alpha=1.0):
    r""":math:`x` for :math:`x>0`, else :math:`\alpha(e^x-1)`."""
    negative = alpha * np.expm1(np.minimum(x, 0))
    return np.where(x > 0, x, negative), lambda g: np.where(x > 0, g, g * (negative + alpha))


@primitive
def selu(x):
    r""":math:`\lambda x` for :math:`x>0`, else :math:`\lambda\alpha(e^x-1)`, constants of Klambauer et al. (2017)."""
    value, pull = elu.rule(x, SELU_ALPHA)
    return SELU_SCALE * value, lambda g: SELU_SCALE * pull(g)


@primitive
def gelu(x, approximate="none"):
    r""":math:`x\,\Phi(x)` with the normal distribution function; ``approximate="tanh"`` is the usual fit."""
    require(approximate in ("none", "tanh"), "gelu: approximate is {!r}, expected 'none' or 'tanh'", approximate)
    if approximate == "none":
        gate = ndtr(x)
        slope = gate + x * (np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi))
    else:
        c = math.sqrt(2 / math.pi)
        t = np.tanh(c * (x + 0.044715 * (x * x * x)))
        gate = 0.5 * (1 + t)
        slope = gate + 0.5 * x * (1 - t * t) * (c * (1 + 3 * 0.044715 * (x * x)))
    return x * gate, lambda g: g * slope


@primitive
def swish(x, beta=1.0):
    r""":math:`x\,\sigma(\beta x)`; ``beta`` may be a tensor and is then learnt."""
    s = expit(beta * x)
    return (
        x * s,
        lambda g: g * (s + beta * x * s * (1 - s)),
        lambda g: unbroadcast(g * x * x * s * (1 - s), np.shape(beta)),
    )


@primitive
def silu(x):
    r""":math:`x\,\sigma(x)`, swish with :math:`\beta=1`."""
    return swish.rule(x)[:2]


@primitive
def softplus(x, beta=1.0):
    r""":math:`\frac1\beta\log(1+e^{\beta x})`, a smooth rectifier; its derivative is :math:`\sigma(\beta x)`."""
    return np.logaddexp(0, beta * x) / beta, lambda g: g * expit(beta * x)


@primitive
def absolute(x):
    r""":math:`|x|`; derivative the sign, 0 at 0."""
    return np.abs(x), lambda g: g * np.sign(x)


@primitive
def hardtanh(x, min_val=-1.0, max_val=1.0):
    """``x`` cut off at ``min_val`` and ``max_val``; derivative 1 strictly inside, else 0, as in PyTorch."""
    return np.clip(x, min_val, max_val), lambda g: g * ((x > min_val) & (x < max_val))


@primitive
def maxout(x, pieces):
    r"""Largest of each group of ``pieces`` neighbouring features: (..., k·pieces) to (..., k).

    The gradient goes to the first winner of each group.
    """
    require(x.shape[-1] % pieces == 0, "maxout: {} features do not split into groups of {}", x.shape[-1], pieces)
    groups = x.reshape(*x.shape[:-1], -1, pieces)
    winner = groups.argmax(axis=-1)[..., None]

    def pull(g):
        spread = np.zeros_like(groups)
        np.put_along_axis(spread, winner, g[..., None], axis=-1)
        return spread.reshape(x.shape)

    return np.take_along_axis(groups, winner, axis=-1)[..., 0], pull
