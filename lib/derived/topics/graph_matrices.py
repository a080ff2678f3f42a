r"""Undirected graphs as matrices: adjacency, degrees, and the ways to normalise them.

A graph on nodes 0, …, n-1 is its symmetric adjacency matrix A, :math:`a_{ij}>0` where i and j are neighbours, 0
elsewhere. The functions take a NumPy array and return one, or take a matrix of scipy.sparse and return a
``csr_array``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from scipy import sparse

from derived.arguments import require

__all__ = ["blocks", "complete", "cycle", "degrees", "from_edges", "grid", "knn_graph", "laplacian", "normalized",
           "path", "random_graph", "renormalized"]  # fmt: skip

Matrix = np.ndarray | sparse.sparray


def from_edges(n: int, edges: Iterable[tuple[int, int]]) -> np.ndarray:
    """The adjacency matrix of n nodes with an edge of weight 1 for each pair; the order in a pair is of no account."""
    A = np.zeros((n, n))
    for i, j in edges:
        require(0 <= i < n and 0 <= j < n and i != j,
                "from_edges: an edge is {}, expected two different nodes below {}", (i, j), n)  # fmt: skip
        A[i, j] = A[j, i] = 1
    return A


def path(n: int) -> np.ndarray:
    """Nodes in a row, each joined with the next."""
    return from_edges(n, zip(range(n - 1), range(1, n), strict=True))


def cycle(n: int) -> np.ndarray:
    """Nodes in a ring, n at least 3: a path whose ends are joined."""
    require(n >= 3, "cycle: n is {}, expected at least 3", n)
    return from_edges(n, ((i, (i + 1) % n) for i in range(n)))


def complete(n: int) -> np.ndarray:
    """Everybody is everybody's neighbour."""
    return np.ones((n, n)) - np.eye(n)


def grid(rows: int, columns: int) -> np.ndarray:
    """The pixels of an image, row by row; each is joined with the next one in its row and in its column."""
    at = np.arange(rows * columns).reshape(rows, columns)
    across, down = zip(at[:, :-1].flat, at[:, 1:].flat, strict=True), zip(at[:-1].flat, at[1:].flat, strict=True)
    return from_edges(rows * columns, [*across, *down])


def random_graph(n: int, p: float, rng: np.random.Generator, *, connected: bool = False) -> np.ndarray:
    """Each of the n(n-1)/2 pairs is an edge with probability p; `connected` adds a path through all nodes first."""
    upper = np.triu(rng.random((n, n)) < p, 1)
    if connected:
        order = rng.permutation(n)
        upper[order[:-1], order[1:]] = True
        np.fill_diagonal(upper, False)
    return (upper | upper.T).astype(float)


def knn_graph(X: np.ndarray, k: int) -> sparse.csr_array:
    """Join i and j if one is among the k nearest neighbours of the other (Euclidean distance; oneself not counted).

    Parameters
    ----------
    X : (n, d) array.
    k : from 1 to n - 1.

    Returns
    -------
    (n, n) symmetric array of zeros and ones, float64.
    """
    from sklearn.neighbors import NearestNeighbors

    require(1 <= k < len(X), "knn_graph: k is {}, expected from 1 to {}", k, len(X) - 1)
    A = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(np.asarray(X, np.float64)).kneighbors_graph()
    return sparse.csr_array(A.maximum(A.T))


def degrees(A: Matrix) -> np.ndarray:
    r"""Row sums :math:`d_i=\sum_j a_{ij}`."""
    _require_graph("degrees", A)
    return np.asarray(A.sum(axis=1), dtype=float).ravel()


def normalized(A: Matrix) -> Matrix:
    r""":math:`S=D^{-1/2}AD^{-1/2}`, entries :math:`a_{ij}/\sqrt{d_id_j}`; rows of nodes without edges are 0."""
    d = degrees(A)
    return _scaled(A, np.divide(1, np.sqrt(d), out=np.zeros_like(d), where=d > 0))


def renormalized(A: Matrix) -> Matrix:
    r""":math:`Q=\tilde D^{-1/2}(A+I)\tilde D^{-1/2}`, entries
    :math:`(a_{ij}+\delta_{ij})/\sqrt{\tilde d_i\tilde d_j}` with :math:`\tilde d_i=1+d_i` (Kipf and Welling, 2017)."""
    d = degrees(A) + 1
    loops = sparse.eye_array(len(d), format="csr") if sparse.issparse(A) else np.eye(len(d))
    return _scaled(A + loops, 1 / np.sqrt(d))


def laplacian(A: Matrix) -> Matrix:
    r"""The normalised Laplacian :math:`L=I-S`."""
    S, n = normalized(A), A.shape[0]
    return sparse.csr_array(sparse.eye_array(n) - S) if sparse.issparse(A) else np.eye(n) - S


def blocks(Q: sparse.sparray, nodes: Sequence[int], layers: int) -> tuple[np.ndarray, list[sparse.csr_array]]:
    """What a network of some layers needs to compute its output at a few nodes: rows and columns of Q.

    Returns
    -------
    inputs : the nodes whose features are needed: those at most `layers` edges away.
    matrices : one a layer, first layer first; the rows of each are the columns of the next, the last rows `nodes`.
    """
    Q, wanted, matrices = sparse.csr_array(Q), np.asarray(nodes), []
    for _ in range(layers):
        rows = Q[wanted]
        wanted = np.unique(rows.indices)
        matrices.insert(0, sparse.csr_array(rows[:, wanted]))
    return wanted, matrices


def _scaled(A: Matrix, scale: np.ndarray) -> Matrix:
    """Entry (i, j) times ``scale[i] * scale[j]``."""
    if sparse.issparse(A):
        diagonal = sparse.diags_array(scale)
        return sparse.csr_array(diagonal @ A @ diagonal)
    return scale[:, None] * A * scale


def _require_graph(where: str, A: Matrix) -> None:
    require(A.ndim == 2 and A.shape[0] == A.shape[1], "{}: A has shape {}, expected a square matrix", where, A.shape)
    low = A.min() if A.shape[0] else 0
    require(low >= 0, "{}: A has the negative entry {}, expected weights of edges", where, low)
    require(abs(A - A.T).max() <= 1e-12 if A.shape[0] else True, "{}: A is not symmetric", where)
