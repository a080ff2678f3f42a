r"""Batch, layer and weight normalisation.

All three divide a vector by its length, so one derivative serves them all: with :math:`u=v/\|v\|`,

.. math:: du = \frac{1}{\|v\|}\bigl(dv - u\,\langle u, dv\rangle\bigr),

what points along :math:`v` changes no direction. Batch and layer normalisation subtract the mean first, over the
examples or over the features; both pullbacks then also subtract the mean of what comes in.
"""

from __future__ import annotations

import math

import numpy as np

from derived.arguments import require
from derived.tensor import primitive, shared


@primitive
def batch_norm(x, running_mean, running_var, weight=None, bias=None, training=False,
               momentum=0.1, eps=1e-5):  # fmt: skip
    r"""Batch normalisation of each channel (each column, for a batch of rows).

    .. math::
        \hat x = \theta\,(x-\mu),\quad \theta = \frac1{\sqrt{\sigma^2+\epsilon}},\quad z = \gamma\hat x + \beta

    In training :math:`\mu` and :math:`\sigma^2` (divided by the number :math:`M` of values, not by :math:`M-1`) are
    those of the batch; with :math:`\overline{\,\cdot\,}` for the mean over it,

    .. math::
        \bar x = \gamma\theta\,\bigl(\zeta-\overline\zeta-\hat x\,\overline{\hat x\zeta}\bigr),\quad
        \bar\gamma = \sum\hat x\,\zeta,\quad \bar\beta = \sum\zeta .

    Otherwise they are the running ones, constants, and :math:`\bar x=\gamma\theta\,\zeta`.

    Parameters
    ----------
    x : (N, C) or (N, C, ...) array; the statistics of a channel go over all axes but the second.
    running_mean, running_var : (C,) arrays or None. In training changed in place to ``(1 - momentum)`` times
        themselves plus ``momentum`` times mean and *unbiased* variance (:math:`\frac{M}{M-1}\sigma^2`) of the batch.
    weight, bias : :math:`\gamma` and :math:`\beta`, (C,) arrays, or None for 1 and 0.
    training : whether to normalise by the statistics of the batch.
    momentum, eps : numbers.

    Returns
    -------
    Array of the shape and dtype of x.

    Raises
    ------
    ValueError
        if a shape does not fit, if a batch has one value per channel only, or if there are no statistics to use.

    Notes
    -----
    S. Ioffe and C. Szegedy, ICML 2015; as ``torch.nn.functional.batch_norm``.
    """
    vectors = dict(running_mean=running_mean, running_var=running_var, weight=weight, bias=bias)
    if x.ndim < 2 or any(v is not None and v.shape != x.shape[1:2] for v in vectors.values()):
        _refuse_shapes(x, **vectors)
    wide = (-1,) + (1,) * (x.ndim - 2)  # a vector of C numbers as one that broadcasts against x
    if training:
        mean, var, centred = _statistics(x, wide)
        M = x.size // x.shape[1]
        require(M > 1, "batch_norm: x {} has one value per channel, expected more", x.shape)
        if running_mean is not None:
            running_mean += momentum * (mean - running_mean)
        if running_var is not None:
            running_var += momentum * (var * (M / (M - 1)) - running_var)
    else:
        require(running_mean is not None and running_var is not None,
                "batch_norm: no running statistics, expected both of them or training")  # fmt: skip
        M, var, centred = math.inf, running_var, x - running_mean.reshape(wide)
    theta = (1 / np.sqrt(var + eps)).astype(x.dtype, copy=False)
    normed = np.multiply(centred, theta.reshape(wide), out=centred)
    scale = theta if weight is None else weight * theta
    value = normed.copy() if weight is None else normed * weight.reshape(wide)
    if bias is not None:
        value += bias.reshape(wide)

    @shared
    def sums(g):
        return _dot(normed, g), _sum(g)

    weight_bar, bias_bar = sums(0), sums(1)

    def pull_x(g):
        if not training:
            return g * scale.reshape(wide)
        along, level = (s(g) / M for s in (weight_bar, bias_bar))
        x_bar = normed * -along.reshape(wide).astype(g.dtype, copy=False)
        x_bar += g
        x_bar -= level.reshape(wide)
        x_bar *= scale.reshape(wide)
        return x_bar

    return value, pull_x, _constant, _constant, weight_bar, bias_bar


def _statistics(x, wide):
    """Mean and variance of each channel, and x minus the mean."""
    M = max(1, x.size // x.shape[1])
    mean = _sum(x) / M
    centred = x - mean.reshape(wide)
    return mean, _dot(centred, centred) / M, centred


def _sum(x):
    """Sum over all axes but the second."""
    if x.ndim == 2:
        return x.sum(axis=0)
    return x.reshape(*x.shape[:2], -1).sum(axis=2).sum(axis=0)


def _dot(x, y):
    """Sum of products over all axes but the second; einsum needs no array of products."""
    if x.ndim == 2:
        return np.einsum("nc,nc->c", x, y)
    flat = (*x.shape[:2], -1)
    return np.einsum("nci,nci->nc", x.reshape(flat), y.reshape(flat)).sum(axis=0)


def _constant(g):
    raise TypeError("no gradient for running_mean and running_var, which are statistics, nor for normalized_shape")


def _refuse_shapes(x, **vectors):
    """Say which of the shapes does not conform."""
    require(x.ndim >= 2, "batch_norm: x has shape {}, expected (N, C) or (N, C, ...)", x.shape)
    for name, vector in vectors.items():
        require(vector is None or vector.shape == x.shape[1:2],
                "batch_norm: {} has shape {}, expected ({},) as x.shape is {}",
                name, np.shape(vector), x.shape[1], x.shape)  # fmt: skip


@primitive
def layer_norm(x, normalized_shape, weight=None, bias=None, eps=1e-5):
    r"""Layer normalisation: each example by the mean and variance of its own features.

    .. math::
        \hat x = \theta\,(x-\mu),\quad \theta = \frac1{\sqrt{\sigma^2+\epsilon}},\quad z = \gamma\odot\hat x + \beta

    with :math:`\mu,\sigma^2` over the last axes. With :math:`\eta=\gamma\odot\zeta` and means over these axes

    .. math:: \bar x = \theta\,\bigl(\eta-\overline\eta-\hat x\,\overline{\hat x\eta}\bigr),

    while :math:`\bar\gamma=\sum\hat x\odot\zeta` and :math:`\bar\beta=\sum\zeta` are sums over the examples.

    Parameters
    ----------
    x : (..., \*normalized_shape) array.
    normalized_shape : the last axes' lengths, an integer or several.
    weight, bias : :math:`\gamma` and :math:`\beta`, arrays of shape normalized_shape, or None for 1 and 0.
    eps : number.

    Returns
    -------
    Array of the shape and dtype of x.

    Raises
    ------
    ValueError
        if a shape does not fit.

    Notes
    -----
    J. L. Ba, J. R. Kiros and G. E. Hinton, arXiv:1607.06450 (2016); as ``torch.nn.functional.layer_norm``.
    """
    shape = normalized_shape if isinstance(normalized_shape, tuple) else tuple(np.atleast_1d(normalized_shape).tolist())
    require(x.shape[x.ndim - len(shape) :] == shape,
            "layer_norm: x has shape {}, expected it to end in {}", x.shape, shape)  # fmt: skip
    for name, array in (("weight", weight), ("bias", bias)):
        if array is not None and array.shape != shape:
            raise ValueError(f"layer_norm: {name} has shape {array.shape}, expected {shape}")
    rows = x.reshape(-1, math.prod(shape))
    n = rows.shape[1]
    ones = np.ones(n, x.dtype)  # BLAS takes a product with them faster than NumPy a sum over a short last axis
    normed = rows - rows.dot(ones)[:, None] / n
    theta = 1 / np.sqrt(np.vecdot(normed, normed)[:, None] / n + float(eps))
    normed *= theta
    value = normed.copy() if weight is None else normed * weight.reshape(n)
    if bias is not None:
        value += bias.reshape(n)

    def pull_x(g):
        eta = g.reshape(rows.shape)
        eta = eta if weight is None else eta * weight.reshape(n)
        x_bar = normed * (np.vecdot(normed, eta)[:, None] / -n)
        x_bar += eta
        x_bar -= (eta @ ones)[:, None] / n
        x_bar *= theta
        return x_bar.reshape(x.shape)

    return (
        value.reshape(x.shape),
        pull_x,
        _constant,
        lambda g: np.einsum("ij,ij->j", normed, g.reshape(rows.shape)).reshape(shape),
        lambda g: g.reshape(rows.shape).sum(axis=0).reshape(shape),
    )


@primitive
def weight_norm(v, g, dim=0):
    r"""Weight normalisation: length and direction of each weight vector apart.

    .. math::
        w = g\,u,\quad u = \frac{v}{\|v\|},\qquad \bar g = \langle u,\bar w\rangle,\quad
        \bar v = \frac{g}{\|v\|}\bigl(\bar w-u\,\langle u,\bar w\rangle\bigr) \perp v

    Parameters
    ----------
    v : array; for a layer's weight (out, in, ...) the vectors are the rows, one for each output.
    g : lengths, of the shape of v with all axes but ``dim`` of length 1.
    dim : the axis that counts the vectors; None takes all of v as one vector, and g has one entry.

    Returns
    -------
    Array of the shape of v.

    Raises
    ------
    ValueError
        if g does not have that shape, or if a vector of v is 0 and has no direction.

    Notes
    -----
    T. Salimans and D. P. Kingma, NeurIPS 2016; the length is the Euclidean norm, as in ``torch.nn.utils``.
    """
    axes = tuple(k for k in range(v.ndim) if dim is None or k != dim % v.ndim)
    norm = np.sqrt(np.sum(v * v, axis=axes, keepdims=True))
    require(g.shape == norm.shape or (dim is None and g.size == 1),
            "weight_norm: g has shape {}, expected {} as v.shape is {}", g.shape, norm.shape, v.shape)  # fmt: skip
    require(bool(np.all(norm > 0)), "weight_norm: a vector of v is 0, expected one with a direction")
    u, length = v / norm, g.reshape(norm.shape)

    def along(w_bar):
        return np.sum(u * w_bar, axis=axes, keepdims=True)

    return (
        u * length,
        lambda w_bar: length / norm * (w_bar - u * along(w_bar)),
        lambda w_bar: along(w_bar).reshape(g.shape),
    )
