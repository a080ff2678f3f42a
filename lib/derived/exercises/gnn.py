"""Checkers for the chapter on graphs: ``renormalized``, ``mixed``, ``pull``."""

from collections.abc import Iterator

import numpy as np

from derived.exercises.checker import Checker
from derived.topics import graph_matrices as gm

__all__ = ["mixed", "pull", "renormalized"]


def _graphs(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        n = 1 + k % 6
        yield (gm.random_graph(n, 0.6, rng, connected=k % 2 == 0),)


def _edge_lists(rng: np.random.Generator) -> Iterator[tuple]:
    for (A,) in _graphs(rng):
        i, j = np.nonzero(np.triu(A))
        swap = rng.random(len(i)) < 0.5
        edges = [(int(b), int(a)) if s else (int(a), int(b)) for a, b, s in zip(i, j, swap, strict=True)]
        yield edges, rng.normal(size=(len(A), int(rng.integers(1, 4))))


def _layers(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        n, m, a, b = (int(size) for size in rng.integers(1, 5, 4))
        Q = rng.random((m if k % 2 else n, n))  # not symmetric, and every other one not square
        yield rng.normal(size=(len(Q), b)), Q, rng.normal(size=(n, a)), rng.normal(size=(b, a))


def _mixed(edges: list, X: np.ndarray, both: bool = True, own: bool = True, plus: int = 1) -> np.ndarray:
    """The sum over the edges, or a slip of it."""
    d = np.full(len(X), float(plus))
    for i, j in edges:
        d[i] += 1
        d[j] += 1
    Y = X / d[:, None] if own else np.zeros_like(X)
    for i, j in edges:
        Y[i] += X[j] / np.sqrt(d[i] * d[j])
        if both:
            Y[j] += X[i] / np.sqrt(d[i] * d[j])
    return Y


def _scaled(A: np.ndarray, d: np.ndarray) -> np.ndarray:
    return A / np.sqrt(np.outer(d, d))


renormalized = Checker(
    "renormalized",
    lambda A: gm.renormalized(A),
    _graphs,
    slips={
        "Count the self-loop in the degree, too: d + 1.": lambda A: _scaled(A + np.eye(len(A)), A.sum(axis=1)),
        "Every node keeps a part of its own: add the identity to A.": lambda A: _scaled(A, A.sum(axis=1) + 1),
        "That is the mean over the neighbourhood; divide by the root of both degrees.":
            lambda A: (A + np.eye(len(A))) / (A.sum(axis=1, keepdims=True) + 1),
        "Take the square root of the product of the degrees.":
            lambda A: (A + np.eye(len(A))) / np.outer(A.sum(axis=1) + 1, A.sum(axis=1) + 1),
        "Add the identity before normalising, not after.": lambda A: np.eye(len(A)) + gm.normalized(A),
    },
    expects="the matrix Q, (n, n)",
)  # fmt: skip

mixed = Checker(
    "mixed",
    lambda edges, X: _mixed(edges, X),
    _edge_lists,
    slips={
        "An edge carries in both directions.": lambda edges, X: _mixed(edges, X, both=False),
        "Every node hears itself, too.": lambda edges, X: _mixed(edges, X, own=False),
        "The self-loop counts in the degree.": lambda edges, X: _mixed(edges, X, plus=0),
        "Divide by the root of both degrees: this only adds up.":
            lambda edges, X: gm.from_edges(len(X), edges) @ X + X,
    },
    expects="QX, of the shape of X",
)  # fmt: skip

pull = Checker(
    "pull",
    lambda g, Q, X, W: (Q.T @ g @ W, g.T @ Q @ X, g.sum(axis=0)),
    _layers,
    slips={
        "Back along the edges: the transpose of Q.":
            lambda g, Q, X, W: (Q @ g @ W, g.T @ Q @ X, g.sum(axis=0)),
        "The weight met the mixed features QX.":
            lambda g, Q, X, W: (Q.T @ g @ W, g.T @ X, g.sum(axis=0)),
        "The bias is added after the mixing, so its gradient is not mixed.":
            lambda g, Q, X, W: (Q.T @ g @ W, g.T @ Q @ X, (Q.T @ g).sum(axis=0)),
        "The bias acts at every node: add up, do not average.":
            lambda g, Q, X, W: (Q.T @ g @ W, g.T @ Q @ X, g.mean(axis=0)),
    },
    expects="the gradients of X, W and b, in this order",
)  # fmt: skip
