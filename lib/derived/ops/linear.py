"""Matrix products and the affine map."""

from __future__ import annotations

import numpy as np

from derived.arguments import require
from derived.ops.broadcasting import unbroadcast
from derived.tensor import primitive


@primitive
def matmul(x, y):
    r"""Matrix product ``x @ y`` with NumPy's rules for vectors and stacks of matrices.

    .. math:: Z = XY, \qquad \bar X = \bar Z Y^\top, \qquad \bar Y = X^\top \bar Z
    """
    value = x @ y

    def pull_x(g):
        if y.ndim == 1:
            return unbroadcast(np.multiply.outer(g, y), x.shape)
        rows = g[..., None, :] if x.ndim == 1 else g
        product = rows @ np.swapaxes(y, -1, -2)
        return unbroadcast(product[..., 0, :] if x.ndim == 1 else product, x.shape)

    def pull_y(g):
        if x.ndim == 1:
            return unbroadcast(x[:, None] * g[..., None, :] if y.ndim > 1 else g * x, y.shape)
        columns = g[..., None] if y.ndim == 1 else g
        product = np.swapaxes(x, -1, -2) @ columns
        return unbroadcast(product[..., 0] if y.ndim == 1 else product, y.shape)

    return value, pull_x, pull_y


@primitive
def linear(x, W, b=None):
    r"""Affine map of each row, :math:`Z = XW^\top + \mathbf 1 b^\top`.

    .. math:: \bar X = \bar Z W, \qquad \bar W = \bar Z^\top X, \qquad \bar b = \bar Z^\top \mathbf 1

    Parameters
    ----------
    x : (..., in_features) array, examples in rows.
    W : (out_features, in_features) array.
    b : (out_features,) array or None.

    Returns
    -------
    (..., out_features) array.
    """
    if x.ndim == 0 or W.ndim != 2 or x.shape[-1] != W.shape[1] or (b is not None and b.shape != W.shape[:1]):
        _refuse_shapes(x, W, b)

    def rows(a):
        return a if a.ndim == 2 else a.reshape(-1, a.shape[-1])

    def pull_x(g):
        if x.ndim == 2 and x.flags.fnc:  # the batch lies innermost, as after a convolution: so shall the gradient
            return W.T.dot(g.T).T
        return rows(g).dot(W).reshape(x.shape)

    value = rows(x).dot(W.T)  # dot is @, but costs less on small matrices
    if b is not None:
        value += b
    return (
        value if x.ndim == 2 else value.reshape(*x.shape[:-1], len(W)),
        pull_x,
        lambda g: rows(g).T.dot(rows(x)),
        lambda g: rows(g).sum(axis=0),
    )


def _refuse_shapes(x, W, b):
    """Say which of the shapes does not conform."""
    require(W.ndim == 2 and x.ndim > 0,
            f"linear: shapes of x and W are {x.shape} and {W.shape}, expected (..., in) and (out, in)")  # fmt: skip
    require(x.shape[-1] == W.shape[1],
            f"linear: x has {x.shape[-1]} features, W expects {W.shape[1]} "
            f"(x.shape {x.shape}, W.shape {W.shape})")  # fmt: skip
    raise ValueError(f"linear: b has shape {b.shape}, W expects {W.shape[:1]}")
