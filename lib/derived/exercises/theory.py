"""Checkers for the chapter on generalisation theory: ``shatters``, ``sauer``, ``maurer``."""

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np

from derived.exercises.checker import Checker
from derived.topics import pac_bayes as pb
from derived.topics.growth_function import intervals, sauer_bound, shattered_subsets, thresholds

__all__ = ["maurer", "sauer", "shatters"]


def _tables(rng: np.random.Generator) -> Iterator[tuple]:
    yield (np.zeros((1, 1), int),)
    yield (np.array([[0, 0], [1, 1], [0, 1], [0, 1]]),)  # four rows, three different
    yield (np.array([[0, 0], [1, 1], [0, 0], [1, 1], [1, 0], [0, 1]]),)
    yield (np.array([[0, 0], [1, 1], [1, 1], [0, 0]]),)
    for n in (1, 2, 3):
        everything = np.array(list(product((0, 1), repeat=n)))
        yield (everything,)
        yield (everything[:-1],)
        yield (rng.integers(0, 2, (2**n, n)),)
        yield (np.repeat(everything, 2, axis=0),)
        yield (thresholds(rng.random(n)),)
        yield (intervals(rng.random(n)),)


def _sizes(rng: np.random.Generator) -> Iterator[tuple]:
    yield from ((0, 0), (1, 0), (3, 3), (3, 5), (0, 2), (2, 1))
    for _ in range(18):
        yield int(rng.integers(1, 25)), int(rng.integers(0, 8))


def _certificates(rng: np.random.Generator) -> Iterator[tuple]:
    yield 0.0, 0.0, 100, 0.05
    yield 0.5, 3.0, 50, 0.05
    for _ in range(20):
        risk, kl = float(rng.uniform(0, 0.6)), float(rng.uniform(0, 60))
        yield risk, kl, int(rng.integers(20, 2000)), float(rng.uniform(0.01, 0.2))


def _budget(kl: float, n: int, delta: float) -> float:
    return (kl + np.log(2 * np.sqrt(n) / delta)) / n


shatters = Checker(
    "shatters",
    lambda L: len(shattered_subsets(L)) == 2 ** L.shape[1],
    _tables,
    slips={
        "Count different rows: a labelling may be listed twice.": lambda L: len(L) >= 2 ** L.shape[1],
        "A labelling may be listed twice: the number of rows says nothing, count different ones.":
            lambda L: len(L) == 2 ** L.shape[1],
        "Both labels at every point are not enough: all patterns must occur together.":
            lambda L: bool(np.all(L.min(axis=0) != L.max(axis=0))),
        "More than n labellings are not enough: all 2ⁿ must occur.":
            lambda L: len(np.unique(L, axis=0)) > L.shape[1],
    },
    expects="L has shape (m, n), rows of 0 and 1; True if all 2ⁿ rows occur",
)

sauer = Checker(
    "sauer",
    lambda n, d: sauer_bound(n, d),
    _sizes,
    slips={
        "The sum ends with i = d, that term included.": lambda n, d: sauer_bound(n, d - 1) if d else 0,
        "The empty set counts, too: the sum begins with i = 0.": lambda n, d: sauer_bound(n, d) - 1,
        "A sum of binomial coefficients up to d, not the last one alone.":
            lambda n, d: sauer_bound(n, d) - (sauer_bound(n, d - 1) if d else 0),
    },
    expects="whole numbers n, d >= 0; the largest number of labellings of n points, a whole number",
)

maurer = Checker(
    "maurer",
    lambda risk, kl, n, delta: float(pb.maurer_bound(risk, kl, n, delta)),
    _certificates,
    slips={
        "The unknown error is the second argument of kl: solve kl(risk ‖ R) = c for R.":
            lambda risk, kl, n, delta: _bisected(risk, lambda a: pb.binary_kl(a, risk), _budget(kl, n, delta)),
        "Start the bisection at the training error, not at 0: below it kl(risk ‖ R) is large, too.":
            lambda risk, kl, n, delta: _bisected(0.0, lambda R: pb.binary_kl(risk, R), _budget(kl, n, delta)),
        "That is McAllester's form; solve kl(risk ‖ R) = c for R.":
            lambda risk, kl, n, delta: float(pb.mcallester_bound(risk, kl, n, delta)),
        "Divide by n, not by 2n: the 2 belongs to McAllester's root.":
            lambda risk, kl, n, delta: float(pb.binary_kl_inverse(risk, _budget(kl, n, delta) / 2)),
        "The logarithm is of 2√n/δ.":
            lambda risk, kl, n, delta: float(pb.binary_kl_inverse(risk, (kl + np.log(1 / delta)) / n)),
    },
    tol=1e-6,
    expects="numbers; the largest R in [risk, 1] with kl(risk ‖ R) <= (kl + ln(2√n/δ))/n",
)


def _bisected(low: float, divergence: Callable, budget: float) -> float:
    """Where a divergence that rises from `low` on exceeds the budget."""
    high = 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if divergence(middle) <= budget else (low, middle)
    return low
