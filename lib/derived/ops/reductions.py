r"""Sums, means, variances, extremes and log-sum-exp along axes.

A reduction forgets axes; each pullback puts them back (``_restore``) and spreads the gradient over them.
"""

from __future__ import annotations

import numpy as np

from derived.arguments import require
from derived.tensor import primitive


def _restore(g, x, dim, keepdim):
    """``g`` with the reduced axes back as axes of length 1, so that it broadcasts against ``x``."""
    if dim is None:
        return np.reshape(g, (1,) * x.ndim)
    return g if keepdim else np.expand_dims(g, dim)


@primitive
def sum(x, dim=None, keepdim=False):
    r"""Sum along ``dim`` (an axis, several, or all); every entry has derivative 1."""
    return x.sum(axis=dim, keepdims=keepdim), lambda g: np.broadcast_to(_restore(g, x, dim, keepdim), x.shape)


@primitive
def mean(x, dim=None, keepdim=False):
    r"""Mean along ``dim``; every one of the :math:`n` entries has derivative :math:`1/n`."""
    total = x.sum(axis=dim, keepdims=keepdim)
    n = x.size / max(1, total.size)
    return total / n, lambda g: np.broadcast_to(_restore(g, x, dim, keepdim) / n, x.shape)


@primitive
def var(x, dim=None, keepdim=False, correction=1):
    r"""Variance along ``dim``, :math:`\frac1{n-c}\sum_i(x_i-\bar x)^2` with ``correction`` :math:`c`.

    :math:`\partial/\partial x_i = \frac{2}{n-c}(x_i-\bar x)`; the dependence through :math:`\bar x` cancels.
    """
    centred = x - x.mean(axis=dim, keepdims=True)
    squares = (centred * centred).sum(axis=dim, keepdims=keepdim)
    n = x.size // max(1, squares.size) - correction
    require(n > 0, "var: {} entries along dim, expected more than correction {}", n + correction, correction)
    return squares / n, lambda g: _restore(g, x, dim, keepdim) * centred * (2 / n)


def _extreme(value, x, dim, keepdim):
    def pull(g):
        winners = (x == _restore(value, x, dim, keepdim)).astype(x.dtype)
        return _restore(g, x, dim, keepdim) * winners / winners.sum(axis=dim, keepdims=True)

    return value, pull


@primitive
def amax(x, dim=None, keepdim=False):
    """Largest entry along ``dim``; the gradient goes to it, in equal shares if there are several, as in PyTorch."""
    return _extreme(np.max(x, axis=dim, keepdims=keepdim), x, dim, keepdim)


@primitive
def amin(x, dim=None, keepdim=False):
    """Smallest entry along ``dim``; the gradient goes to it, in equal shares if there are several, as in PyTorch."""
    return _extreme(np.min(x, axis=dim, keepdims=keepdim), x, dim, keepdim)


@primitive
def logsumexp(x, dim=-1, keepdim=False):
    r""":math:`\log\sum_j e^{x_j}` along ``dim``, by :math:`m + \log\sum_j e^{x_j-m}` with the maximum :math:`m`.

    Its gradient is the softmax. Subtracting the maximum changes nothing and keeps :math:`e^{x_j}` from overflowing.
    """
    m = x.max(axis=dim, keepdims=True)
    e = np.exp(x - m)
    total = e.sum(axis=dim, keepdims=True)
    value = m + np.log(total)
    value = value if keepdim else value.squeeze(dim)
    return value, lambda g: _restore(g, x, dim, keepdim) * (e / total)
