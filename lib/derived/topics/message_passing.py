"""Layers on graphs in general: every node collects messages from its neighbours. Loops, written as the definitions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived.arguments import require

__all__ = ["colours", "graph_attention", "graph_sage", "propagate"]


def propagate(A: np.ndarray, X: np.ndarray, message: Callable, aggregate: Callable, update: Callable) -> np.ndarray:
    r"""One round, :math:`x_i'=\gamma\bigl(x_i,\;\bigoplus_{j\,:\,a_{ij}\ne0}\psi(x_i,x_j,a_{ij})\bigr)`.

    Parameters
    ----------
    A : (n, n) adjacency matrix; a diagonal entry makes a node its own neighbour.
    X : (n, d) features.
    message : :math:`\psi`, of two rows and the weight of the edge; returns a vector.
    aggregate : :math:`\bigoplus`, of the array of all messages, one a row (no rows for a node without neighbours);
        it must not depend on their order.
    update : :math:`\gamma`, of a row and the aggregate.
    """
    out = []
    for i, row in enumerate(A):
        inbox = [message(X[i], X[j], row[j]) for j in np.flatnonzero(row)]
        width = len(inbox[0]) if inbox else len(message(X[i], X[i], 0.0))
        out.append(update(X[i], aggregate(np.array(inbox).reshape(len(inbox), width))))
    return np.array(out)


def graph_sage(A: np.ndarray, X: np.ndarray, own: np.ndarray, others: np.ndarray) -> np.ndarray:
    r"""The linear part of GraphSAGE with means, :math:`z_i=U x_i+V\,\frac1{|N(i)|}\sum_{j\in N(i)}x_j`.

    Parameters
    ----------
    A : (n, n) array of zeros and ones; a node without neighbours gets the mean 0.
    X : (n, d) features.
    own, others : U and V, (out, d) each.
    """
    d = A.sum(axis=1, keepdims=True)
    return X @ own.T + np.divide(A @ X, d, out=np.zeros_like(X), where=d > 0) @ others.T


def graph_attention(A: np.ndarray, X: np.ndarray, W: np.ndarray, a: np.ndarray,
                    slope: float = 0.2) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    r"""One head of a graph attention layer without its activation, :math:`z_i=\sum_j\alpha_{ij}Wx_j`,
    :math:`\alpha_{ij}\propto e^{\mathrm{lrelu}(a^\top[Wx_i;\,Wx_j])}` over :math:`N(i)\cup\{i\}`.

    Parameters
    ----------
    A : (n, n) array, nonzero where there is an edge.
    X : (n, d) features.
    W : (out, d) array.
    a : (2 out,) array: first what meets the receiving node, then what meets the sending one.
    slope : of the leaky ReLU below 0.

    Returns
    -------
    alpha : (n, n), rows sum to 1.
    z : (n, out).
    """
    H = X @ W.T
    require(len(a) == 2 * H.shape[1], "graph_attention: a has {} entries, expected {}", len(a), 2 * H.shape[1])
    receives, sends = H @ a[: H.shape[1]], H @ a[H.shape[1] :]
    scores = receives[:, None] + sends
    scores = np.where(scores > 0, scores, slope * scores)
    scores[(A == 0) & ~np.eye(len(A), dtype=bool)] = -np.inf
    alpha = np.exp(scores - scores.max(axis=1, keepdims=True))
    alpha /= alpha.sum(axis=1, keepdims=True)
    return alpha, alpha @ H


def colours(A: np.ndarray, rounds: int) -> np.ndarray:
    """Colour refinement (Weisfeiler and Leman, 1968): two nodes keep the same colour in a round if they had the same
    colour and their neighbours had the same colours, counted.

    Parameters
    ----------
    A : (n, n) array of zeros and ones.
    rounds : how often; at the start all nodes have one colour.

    Returns
    -------
    (n,) integers: colours as numbers that mean the same in the whole graph (not in another call).
    """
    now = np.zeros(len(A), int)
    for _ in range(rounds):
        seen = [(now[i], tuple(sorted(now[np.flatnonzero(row)]))) for i, row in enumerate(A)]
        names = {signature: k for k, signature in enumerate(sorted(set(seen)))}
        now = np.array([names[signature] for signature in seen])
    return now
