"""Finite-sample expressivity: a network with one hidden layer through any N points, written down without training."""

from __future__ import annotations

import numpy as np

from derived import nn
from derived.arguments import require, require_finite
from derived.topics.ridge import network

__all__ = ["memorize"]


def memorize(X: np.ndarray, Y: np.ndarray, *, rng: np.random.Generator) -> nn.Sequential:
    r"""ReLU network with N hidden units that takes the value :math:`y_i` at :math:`x_i` for all i.

    A random direction a gives different numbers :math:`z=a\cdot x` to different points; let :math:`z_1<\dots<z_N`. With
    the kinks :math:`t_1=z_1-1` and :math:`t_j=z_{j-1}` the matrix :math:`A_{ij}=(z_i-t_j)_+` is lower triangular with
    a positive diagonal, so :math:`Av=y` has a solution: :math:`v_j` is the jump of the slope from chord to chord.

    Parameters
    ----------
    X : (N, d) points, all different.
    Y : (N,) or (N, K) values.
    rng : source of the direction; drawn again if it fails to tell two points apart in float64.

    Returns
    -------
    float64 network d-N-K without output bias: N d + N + K N weights, of which only d + N + K N are chosen freely.

    Raises
    ------
    ValueError
        if two rows of X are equal.
    """
    X, Y = np.asarray(X, dtype=np.float64), np.asarray(Y, dtype=np.float64)
    require(X.ndim == 2 and len(X) == len(Y) > 0 and Y.ndim in (1, 2),
            "memorize: X has shape {}, Y {}, expected (N, d) and (N,) or (N, K)",
            X.shape, Y.shape)  # fmt: skip
    require_finite("memorize", "X", X)
    require_finite("memorize", "Y", Y)
    require(len(np.unique(X, axis=0)) == len(X),
            "memorize: X has equal rows, expected {} different ones", len(X))  # fmt: skip
    for _ in range(100):
        a = rng.standard_normal(X.shape[1])
        a /= np.linalg.norm(a)
        z = X @ a
        order = np.argsort(z)
        if np.all(np.diff(z[order]) > 0):
            break
    else:
        raise ValueError("memorize: X has rows too close to be told apart in float64")
    z, y = z[order], Y[order].reshape(len(X), -1)
    kinks = np.concatenate([[z[0] - 1], z[:-1]])
    slopes = np.diff(y, axis=0, prepend=0) / np.diff(z, prepend=z[0] - 1)[:, None]
    jumps = np.diff(slopes, axis=0, prepend=0)
    return network(np.tile(a, (len(X), 1)), -kinks, jumps.T, 0.0, "relu")
