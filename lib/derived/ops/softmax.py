"""Softmax and its logarithm."""

from __future__ import annotations

import numpy as np

from derived.tensor import primitive


@primitive
def softmax(x, dim=-1):
    r"""Softmax along ``dim``, :math:`s_i = e^{x_i}/\sum_j e^{x_j}`.

    The Jacobian is :math:`\mathrm{diag}(s) - ss^\top`, so :math:`\bar x = s\odot(\bar s - \langle\bar s, s\rangle)`.
    Shifting all entries by their maximum changes nothing and keeps the exponentials from overflowing.
    """
    s = np.exp(x - x.max(axis=dim, keepdims=True))
    s /= s.sum(axis=dim, keepdims=True)
    return s, lambda g: s * (g - (g * s).sum(axis=dim, keepdims=True))


@primitive
def log_softmax(x, dim=-1):
    r"""Logarithm of the softmax, :math:`x_i - \log\sum_j e^{x_j}`; :math:`\bar x = g - s\sum_i g_i`."""
    shifted = x - x.max(axis=dim, keepdims=True)
    value = shifted - np.log(np.exp(shifted).sum(axis=dim, keepdims=True))
    return value, lambda g: g - np.exp(value) * g.sum(axis=dim, keepdims=True)
