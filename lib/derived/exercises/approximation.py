"""Checkers for the chapter on approximation: ``step``, ``regions``, ``weights``, ``square``."""

from collections.abc import Callable, Iterator
from math import comb

import numpy as np

from derived.exercises.checker import Checker
from derived.topics.regions import most_regions

__all__ = ["regions", "square", "step", "weights"]


def _points(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        N = 1 if k == 0 else int(rng.integers(2, 9))
        yield np.cumsum(rng.uniform(0.2, 2.0, N)) - 1, rng.normal(size=N)


def _solve(z: np.ndarray, y: np.ndarray, positive: bool = True, first: float = 1.0) -> np.ndarray:
    kinks = np.concatenate([[z[0] - first], z[:-1]])
    A = z[:, None] - kinks
    return np.linalg.solve(np.maximum(A, 0) if positive else np.abs(A), y)


def _tent(x: np.ndarray) -> np.ndarray:
    return 1 - np.abs(2 * x - 1)


def _teeth(x: np.ndarray, K: int, base: float, start: int = 1, *, composed: bool = True) -> np.ndarray:
    """x minus the sum over k from start to K of the k-th tooth (or of the first one) over base^k."""
    total, tooth = np.array(x, dtype=np.float64), np.array(x, dtype=np.float64)
    for k in range(K + 1):
        tooth = tooth if k == 0 else (_tent(tooth) if composed else _tent(x))
        total = total - (tooth / base**k if k >= start else 0)
    return total


def _recursion(grow: Callable[[Callable, int, int], int]) -> Callable[[int, int], int]:
    def count(m: int, n: int) -> int:
        return 1 if m == 0 or n == 0 else grow(count, m, n)

    return count


step = Checker(
    "step",
    lambda position, slope: np.array([4 * slope, -4 * slope * position]),
    lambda rng: [(float(p), float(s)) for p, s in zip(rng.normal(size=24), rng.uniform(0.1, 9, 24), strict=True)],
    slips={
        "The bias has the other sign: wx + b vanishes at x = -b/w.":
            lambda position, slope: np.array([4 * slope, 4 * slope * position]),
        "The slope of the sigmoid at 0 is 1/4, so that of the unit is w/4, not w.":
            lambda position, slope: np.array([slope, -slope * position]),
        "The step is at -b/w, not at -b.": lambda position, slope: np.array([4 * slope, -position]),
    },
    expects="w and b such that the sigmoid of wx + b is 1/2 at position and has the given slope there",
)  # fmt: skip

regions = Checker(
    "regions",
    most_regions,
    lambda rng: [(m, n) for m in range(7) for n in range(1, 5)],
    slips={
        "Not every pattern occurs: with more lines than dimensions there are fewer than 2^m.": lambda m, n: 2**m,
        "The sum goes up to n, not to n - 1: these hyperplanes need not pass through 0.":
            lambda m, n: sum(comb(m, i) for i in range(n)),
        "A new hyperplane adds as many regions as the others cut it into, not one.":
            _recursion(lambda r, m, n: r(m - 1, n) + 1),
        "That counts the corners (or the largest term) only.": comb,
    },
    expects="the largest number of regions that m hyperplanes make in n dimensions, an int",
)  # fmt: skip

weights = Checker(
    "weights",
    lambda z, y: _solve(z, y),
    _points,
    slips={
        "The entries of the matrix are hinges: 0 where z is below the kink.":
            lambda z, y: _solve(z, y, positive=False),
        "The first kink lies at z_1 - 1.": lambda z, y: _solve(z, y, first=2.0),
        "Those are the slopes between the points; the weights are their jumps.":
            lambda z, y: np.diff(y, prepend=0) / np.diff(z, prepend=z[0] - 1),
    },
    expects="the output weights v (N,) for increasing z (N,) and values y (N,)",
    tol=1e-8,
)  # fmt: skip

square = Checker(
    "square",
    lambda x, K: _teeth(x, K, 4.0),
    lambda rng: [(rng.random(5), k % 6 + 1) for k in range(24)],
    slips={
        "Each correction is a quarter of the one before, not half.": lambda x, K: _teeth(x, K, 2.0),
        "K corrections, k = 1 to K; k = 0 would subtract x itself.": lambda x, K: _teeth(x, K, 4.0, start=0),
        "One correction is missing: the sum includes k = K.": lambda x, K: _teeth(x, K - 1, 4.0),
        "Compose the tooth with itself k times.": lambda x, K: _teeth(x, K, 4.0, composed=False),
    },
    expects="an approximation of the square of x (N,), points in [0, 1], from K sawtooths",
)  # fmt: skip
