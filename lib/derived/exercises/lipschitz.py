"""Checkers for the chapter on Lipschitz constants: ``local_slope``, ``graph_bound``, ``normalized``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from derived.exercises.checker import Checker
from derived.topics import graph_bounds

__all__ = ["graph_bound", "local_slope", "normalized"]


def _networks(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        n, m, out = (1, 1, 1) if k == 0 else (int(size) for size in rng.integers(1, 5, 3))
        yield (rng.standard_normal((m, n)), rng.standard_normal(m), rng.standard_normal((out, m)),
               rng.standard_normal(n))  # fmt: skip


def _local_slope(W1: np.ndarray, b: np.ndarray, W2: np.ndarray, x: np.ndarray, *, norm: int | None = 2,
                 bias: bool = True, masked: bool = True) -> float:  # fmt: skip
    active = (W1 @ x + (b if bias else 0) > 0) if masked else np.ones(len(b))
    return float(np.linalg.norm(W2 @ (active[:, None] * W1), norm))


local_slope = Checker(
    "local_slope",
    lambda W1, b, W2, x: _local_slope(W1, b, W2, x),
    _networks,
    slips={
        "That is the Frobenius norm, which counts all singular values; take the largest.":
            partial(_local_slope, norm=None),
        "Units that are off at x pass nothing on.": partial(_local_slope, masked=False),
        "Whether a unit is on depends on its bias, too.": partial(_local_slope, bias=False),
        "That is the product bound; multiply the matrices first, then take the norm.":
            lambda W1, b, W2, x: float(np.linalg.norm(W1, 2) * np.linalg.norm(W2, 2)),
        "Multiply W2 with the rows of W1 that are active first, then take the norm.":
            lambda W1, b, W2, x: float(np.linalg.norm(W1 * (W1 @ x + b > 0)[:, None], 2) * np.linalg.norm(W2, 2)),
        "That is the length of the output; the slope is the norm of a matrix, W2 with the active rows of W1.":
            lambda W1, b, W2, x: float(np.linalg.norm(W2 @ np.maximum(0, W1 @ x + b))),
    },
    expects="the operator norm of the derivative of W2 max(0, W1 x + b) at x",
)  # fmt: skip


def _graphs(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        steps = []
        for j in range(1, 2 + k % 5):
            used = [i for i in range(j) if i == j - 1 or rng.random() < 0.6]
            steps.append({i: float(rng.uniform(0.2, 2)) for i in used})
        yield (steps,)


def _recursion(start: float, keep: Callable[[int, int], bool], join: Callable) -> Callable:
    def wrong(steps: list) -> float:
        found = [start]
        for k, step in enumerate(steps, 1):
            found.append(join([l * found[i] for i, l in step.items() if keep(i, k)] or [0.0]))
        return float(found[-1])

    return wrong


graph_bound = Checker(
    "graph_bound",
    lambda steps: float(graph_bounds.graph_bound(steps)[-1]),
    _graphs,
    slips={
        "The sum begins at i = 0: the input may be used again later.":
            lambda steps: _recursion(1.0, lambda i, k: i > 0 or k == 1, sum)(steps),
        "All earlier values count, not only the one before.":
            lambda steps: _recursion(1.0, lambda i, k: i == k - 1, sum)(steps),
        "Contributions add up; the largest alone is no bound.":
            lambda steps: _recursion(1.0, lambda i, k: True, max)(steps),
        "Orthogonal they are not: add the norms, not their squares.":
            lambda steps: _recursion(1.0, lambda i, k: True, lambda a: float(np.linalg.norm(a)))(steps),
        "The bound for the input itself is 1: it changes as fast as itself.":
            lambda steps: _recursion(0.0, lambda i, k: True, sum)(steps),
        "Each number on an edge is multiplied by the bound for the value where the edge starts.":
            lambda steps: float(np.prod([sum(step.values()) for step in steps])),
    },
    expects="the bound for the last value; steps[k - 1][i] bounds the derivative of step k in value i",
)  # fmt: skip


def _weights(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        m, n = (1, 1) if k == 0 else (int(size) for size in rng.integers(1, 5, 2))
        yield rng.standard_normal((m, n)), rng.standard_normal(n), int(k % 4) + 1


def _normalized(W: np.ndarray, v: np.ndarray, rounds: int, *, transpose: bool = True, power: float = 1.0,
                stale: bool = False) -> np.ndarray:  # fmt: skip
    v = v / np.linalg.norm(v)
    for _ in range(rounds):
        u = W @ v / np.linalg.norm(W @ v)
        old, v = v, W.T @ u / np.linalg.norm(W.T @ u)
    sigma = u @ W @ (old if stale else v) if transpose else np.linalg.norm(W)
    return W / sigma**power


def _unnormalized(W: np.ndarray, v: np.ndarray, rounds: int) -> np.ndarray:
    for _ in range(rounds):
        u = W @ v
        v = W.T @ u
    return W / (u @ W @ v)


normalized = Checker(
    "normalized",
    lambda W, v, rounds: _normalized(W, v, rounds),
    _weights,
    slips={
        "Divide by σ, not by its square.": partial(_normalized, power=2.0),
        "The Frobenius norm counts all directions; divide by uᵀWv.": partial(_normalized, transpose=False),
        "Use the v of the last round in uᵀWv, not the one before.": partial(_normalized, stale=True),
        "That is the exact norm; the exercise asks for σ after that many rounds.":
            lambda W, v, rounds: W / np.linalg.norm(W, 2),
        "u and v are unit vectors: divide both by their lengths in every round.": _unnormalized,
        "That is one round too many.": lambda W, v, rounds: _normalized(W, v, rounds + 1),
    },
    expects="W / σ, where σ = uᵀWv after that many rounds u ← Wv/‖Wv‖, v ← Wᵀu/‖Wᵀu‖",
)  # fmt: skip
