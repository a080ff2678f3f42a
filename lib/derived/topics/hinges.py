r"""Functions of several variables with flat pieces: maxima of affine functions, their differences and signed sums.

A family of K affine functions :math:`l_k(x)=\theta_k\cdot x+b_k` is a matrix ``theta`` (K, n) and a vector ``b`` (K,).
"""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
from scipy.linalg import null_space

from derived import nn
from derived.arguments import require

__all__ = ["affine", "convex_difference", "max_min_sets", "polyhedral", "shorten"]


def affine(theta: np.ndarray, b: np.ndarray, X: np.ndarray) -> np.ndarray:
    r"""Values :math:`l_k(x)` of all K functions at the N rows of X: (N, K)."""
    theta, b, X = (np.asarray(a, dtype=np.float64) for a in (theta, b, X))
    require(theta.ndim == 2 and b.shape == theta.shape[:1] and X.ndim == 2 and X.shape[1] == theta.shape[1],
            "affine: theta has shape {}, b {}, X {}, expected (K, n), (K,), (N, n)",
            theta.shape, b.shape, X.shape)  # fmt: skip
    return X @ theta.T + b


def polyhedral(theta: np.ndarray, b: np.ndarray, X: np.ndarray) -> np.ndarray:
    r"""The hinge :math:`\max_kl_k(x)` at the N rows of X: (N,). It is convex."""
    return affine(theta, b, X).max(axis=1)


def shorten(theta: np.ndarray, b: np.ndarray) -> dict[tuple[int, ...], int]:
    r"""Write the maximum of K affine functions on :math:`\mathbb R^n` as a signed sum of maxima of at most n + 1.

    Any n + 2 of the functions split into P and Q such that everywhere some :math:`l_p`, p in P, is at most
    :math:`\max_Ql_q`. Then :math:`\sum_{T\subseteq P}(-1)^{|T|}\max_{R\cup Q\cup T}l=0` for every R, which expresses
    the maximum over all by maxima over fewer; repeat.

    Returns
    -------
    The integer coefficient of :math:`\max_{k\in S}l_k` for each index set S.
    """
    theta, b = np.asarray(theta, dtype=np.float64), np.asarray(b, dtype=np.float64)
    require(theta.ndim == 2 and b.shape == theta.shape[:1] and len(b) > 0,
            "shorten: theta has shape {}, b {}, expected (K, n) and (K,)", theta.shape, b.shape)  # fmt: skip
    most, done, todo = theta.shape[1] + 1, {}, {tuple(range(len(b))): 1}
    while todo:
        indices, coefficient = todo.popitem()
        if len(indices) <= most:
            done[indices] = done.get(indices, 0) + coefficient
            continue
        P = _dominated(theta, b, indices[: most + 1])
        rest = sorted(set(indices) - set(P))
        for T in chain.from_iterable(combinations(P, size) for size in range(len(P))):
            key = tuple(sorted((*rest, *T)))
            todo[key] = todo.get(key, 0) + coefficient * (-1) ** (len(P) - len(T) + 1)
    return {indices: c for indices, c in done.items() if c}


def _dominated(theta: np.ndarray, b: np.ndarray, indices: tuple[int, ...]) -> list[int]:
    """P of Radon's partition: a mean of the functions in P is at most a mean of the others, by a constant."""
    rows = list(indices)
    alpha = null_space(np.vstack([theta[rows].T, np.ones(len(rows))]))[:, 0]
    if alpha @ b[rows] > 0:
        alpha = -alpha
    return [k for k, a in zip(indices, alpha, strict=True) if a > 1e-12 * np.abs(alpha).max()]


def max_min_sets(pieces: np.ndarray, values: np.ndarray) -> np.ndarray:
    r"""The index sets :math:`S_y=\{k:l_k(y)\ge f(y)\}` of :math:`f=\max_y\min_{k\in S_y}l_k`, each once.

    Parameters
    ----------
    pieces : (N, K) values :math:`l_k(y)` at N points.
    values : (N,) values f(y), each equal to one of the pieces.

    Returns
    -------
    Boolean (sets, K).
    """
    pieces, values = np.asarray(pieces, dtype=np.float64), np.asarray(values, dtype=np.float64)
    require(pieces.ndim == 2 and values.shape == pieces.shape[:1],
            "max_min_sets: pieces has shape {}, values {}, expected (N, K) and (N,)",
            pieces.shape, values.shape)  # fmt: skip
    return np.unique(pieces >= values[:, None] - 1e-9 * np.maximum(1, np.abs(values[:, None])), axis=0)


def convex_difference(model: nn.Sequential, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r"""Two convex functions p and q with ``model(X)`` = p - q, for a network of Linear and ReLU layers.

    If the inputs of a layer are p - q, then with :math:`W=W^+-W^-` (both parts at least 0)
    :math:`W(p-q)+b=(W^+p+W^-q+b)-(W^-p+W^+q)`, and :math:`(p-q)_+=\max(p,q)-q`.

    Parameters
    ----------
    model : Sequential of Linear and ReLU.
    X : (N, n) points.

    Returns
    -------
    p, q : (N, K) values of maxima of affine functions.
    """
    p, q = np.asarray(X, dtype=np.float64), np.zeros(np.shape(X))
    for layer in model.layers:
        if isinstance(layer, nn.Linear):
            up, down = np.maximum(layer.weight.data, 0).T, np.maximum(-layer.weight.data, 0).T
            p, q = p @ up + q @ down, p @ down + q @ up
            p = p if layer.bias is None else p + layer.bias.data
        else:
            require(isinstance(layer, nn.ReLU), "convex_difference: model has a layer {}, expected Linear or ReLU",
                    type(layer).__name__)  # fmt: skip
            p = np.maximum(p, q)
    return p, q
