"""Checkers for the chapter on associative memories: ``recall``, ``couplings``, ``energy``, ``sweep``."""

from collections.abc import Iterator

import numpy as np

from derived.exercises.checker import Checker

__all__ = ["couplings", "energy", "recall", "sweep"]


def _recall_cases(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        m, n = (1, 1) if k == 0 else rng.integers(2, 9, 2)
        yield rng.integers(0, 2, (m, n)), rng.integers(0, 2, n), int(rng.integers(1, n + 1))


def _patterns(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        s, n = (1, 1) if k == 0 else rng.integers(1, 7, 2)
        yield (rng.choice([-1, 1], (s, n)),)


def _networks(rng: np.random.Generator) -> Iterator[tuple]:
    """Symmetric couplings without self-coupling, every other one of small integers, so that fields of 0 occur."""
    for k in range(24):
        n = 1 if k == 0 else int(rng.integers(2, 8))
        A = rng.integers(-1, 2, (n, n)).astype(float) if k % 2 else rng.normal(size=(n, n))
        theta = A + A.T
        np.fill_diagonal(theta, 0)
        bias = rng.integers(-1, 2, n).astype(float) if k % 2 else rng.normal(size=n)
        yield theta, bias, rng.choice([-1.0, 1.0], n), rng.permutation(n)


def _sweep(theta: np.ndarray, bias: np.ndarray, x: np.ndarray, order: np.ndarray) -> np.ndarray:
    x = np.array(x, dtype=float)
    for i in order:
        h = theta[i] @ x + bias[i]
        x[i] = np.sign(h) if h != 0 else x[i]
    return x


def _sweep_fires_at_zero(theta: np.ndarray, bias: np.ndarray, x: np.ndarray, order: np.ndarray) -> np.ndarray:
    x = np.array(x, dtype=float)
    for i in order:
        x[i] = 1.0 if theta[i] @ x + bias[i] >= 0 else -1.0
    return x


def _sweep_np_sign(theta: np.ndarray, bias: np.ndarray, x: np.ndarray, order: np.ndarray) -> np.ndarray:
    x = np.array(x, dtype=float)
    for i in order:
        x[i] = np.sign(theta[i] @ x + bias[i])
    return x


def _at_once(theta: np.ndarray, bias: np.ndarray, x: np.ndarray, order: np.ndarray) -> np.ndarray:
    h = theta @ x + bias
    return np.where(h == 0, x, np.sign(h))


recall = Checker(
    "recall",
    lambda theta, x, r: (theta @ x >= r).astype(int),
    _recall_cases,
    slips={
        "A unit answers 1 when r lines meet: at least r, not more than r.":
            lambda theta, x, r: (theta @ x > r).astype(int),
        "Row j belongs to the answering unit j: multiply by Θ, not by its transpose.":
            lambda theta, x, r: (theta.T @ x >= r).astype(int),
        "Any one line is not enough: all r of them must meet.": lambda theta, x, r: (theta @ x > 0).astype(int),
        "A key with more than r ones may bring more than r lines: at least r, not exactly r.":
            lambda theta, x, r: (theta @ x == r).astype(int),
        "These are the sums: compare them with r.": lambda theta, x, r: theta @ x,
    },
    expects="the answer of the matrix theta (m, n) of 0 and 1 to the key x (n,), as m entries 0 and 1",
)  # fmt: skip

couplings = Checker(
    "couplings",
    lambda X: X.T @ X - len(X) * np.eye(X.shape[1]),
    _patterns,
    slips={
        "Take the diagonal away: no unit is its own input.": lambda X: X.T @ X,
        "Each of the s patterns puts 1 on the diagonal: subtract s I, not I.": lambda X: X.T @ X - np.eye(X.shape[1]),
        "Units, not patterns: the matrix is n by n, the sum runs over patterns.":
            lambda X: X @ X.T - X.shape[1] * np.eye(len(X)),
        "The book's couplings are the plain sum, without a factor.":
            lambda X: (X.T @ X - len(X) * np.eye(X.shape[1])) / X.shape[1],
    },
    expects="the Hebbian couplings (n, n) of the patterns in the rows of X (s, n), with zero diagonal",
)  # fmt: skip

energy = Checker(
    "energy",
    lambda theta, bias, x: -0.5 * x @ theta @ x - bias @ x,
    lambda rng: (case[:3] for case in _networks(rng)),
    slips={
        "Each pair of units stands twice in the double sum: the factor ½ is missing.":
            lambda theta, bias, x: -x @ theta @ x - bias @ x,
        "The factor ½ belongs to the pairs alone: each bias stands once.":
            lambda theta, bias, x: -0.5 * (x @ theta @ x + bias @ x),
        "The sign is turned round: the energy falls where a unit follows its field.":
            lambda theta, bias, x: 0.5 * x @ theta @ x + bias @ x,
        "The bias enters with a minus sign, like the couplings.":
            lambda theta, bias, x: -0.5 * x @ theta @ x + bias @ x,
        "The biases are missing.": lambda theta, bias, x: -0.5 * x @ theta @ x,
    },
    expects="the energy of the state x (n,) for symmetric couplings theta (n, n) with zero diagonal, biases (n,)",
)  # fmt: skip

sweep = Checker(
    "sweep",
    _sweep,
    _networks,
    slips={
        "One unit at a time: the later ones must see the new values of the earlier ones.": _at_once,
        "Where the field is exactly 0 the unit stays as it is; np.sign makes it 0.": _sweep_np_sign,
        "Where the field is exactly 0 the unit stays as it is, whichever state that is.": _sweep_fires_at_zero,
        "The bias belongs to the field.": lambda theta, bias, x, order: _sweep(theta, 0 * bias, x, order),
        "Visit the units in the order given.": lambda theta, bias, x, order: _sweep(theta, bias, x, np.sort(order)),
    },
    expects="the state (n,) after each unit, in the given order, has taken the sign of its field, or stayed at field 0",
)  # fmt: skip
