"""Checkers for the chapter on threshold units: ``margin``, ``perceptron``, ``pocket``, ``cover``."""

from collections.abc import Callable, Iterator
from functools import partial
from math import comb

import numpy as np

from derived.data import separable, signed_rows
from derived.exercises.checker import Checker
from derived.topics import separability
from derived.topics.perceptron import Perceptron

__all__ = ["cover", "margin", "perceptron", "pocket"]


def _margin_cases(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(20):
        N, n = (1, 1) if k == 0 else rng.integers(1, 7, size=2)
        yield rng.normal(size=n) + 0.1, rng.normal(size=(N, n)), rng.choice([-1, 1], N)


def _separable_sets(rng: np.random.Generator) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Sets of small margin; on the last, each pass undoes a little of the first step, so that it takes 101."""
    for k in range(19):
        X, y, _ = separable(int(rng.integers(1, 31)), 1 + k % 4, 0.05, rng=rng)
        yield X, y
    yield np.array([[100.0, 0.1], [-1.0, 0.1]]), np.array([1, 1])


def _sets(rng: np.random.Generator) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Every other set has integer coordinates, so that products are exact and ties with 0 occur."""
    for k in range(20):
        if k % 2:
            X, y, _ = separable(int(rng.integers(1, 12)), 1 + k % 4, 0.2, rng=rng)
            yield X, y
        else:
            X = rng.integers(-3, 4, size=(int(rng.integers(1, 9)), 1 + k % 3)).astype(float)
            yield X, rng.choice([-1, 1], len(X))


def _rule(X: np.ndarray, y: np.ndarray, *, update: Callable, passes: int = 30) -> np.ndarray:
    """A run of so many passes in which `update` says whether to update and by what."""
    theta = np.zeros(X.shape[1])
    for _ in range(passes):
        for x, label in zip(X, y, strict=True):
            theta = theta + update(x, label, theta)
    return theta


def _best(X: np.ndarray, y: np.ndarray, epochs: int) -> tuple[np.ndarray, np.ndarray]:
    """All weights of a run, and how many examples each gets wrong."""
    path = Perceptron().fit(X, y, epochs).path
    return path, (signed_rows(X, y) @ path.T <= 0).sum(axis=0)


def _pocket(X: np.ndarray, y: np.ndarray, epochs: int) -> np.ndarray:
    path, errors = _best(X, y, epochs)
    return path[np.argmin(errors)]


def _pocket_last(X: np.ndarray, y: np.ndarray, epochs: int) -> np.ndarray:
    path, errors = _best(X, y, epochs)
    return path[len(errors) - 1 - np.argmin(errors[::-1])]


margin = Checker(
    "margin",
    separability.margin,
    _margin_cases,
    slips={
        "Divide by the norm of theta: the margin belongs to the hyperplane, not to the length of its normal.":
            lambda theta, X, y: (y * (X @ theta)).min(),
        "The labels are missing: an example on the wrong side has a negative margin.":
            lambda theta, X, y: (X @ theta).min() / np.linalg.norm(theta),
        "A distance is not enough: drop the absolute value, so that mistakes count as negative.":
            lambda theta, X, y: np.abs(X @ theta).min() / np.linalg.norm(theta),
        "The margin is that of the worst example, not the mean over all.":
            lambda theta, X, y: (y * (X @ theta)).mean() / np.linalg.norm(theta),
    },
    expects="the smallest y x·theta/‖theta‖ over the rows x of X, a number",
)  # fmt: skip

perceptron = Checker(
    "perceptron",
    lambda X, y: Perceptron().fit(X, y).theta,
    _separable_sets,
    slips={
        "From theta = 0 every product is 0: update when y x·theta <= 0, or the run never starts.":
            partial(_rule, update=lambda x, label, theta: label * x * (label * (x @ theta) < 0)),
        "One pass is not enough: go on until a whole pass makes no mistake.":
            partial(_rule, update=lambda x, label, theta: label * x * (label * (x @ theta) <= 0), passes=1),
        "A fixed number of passes is not enough: go on until a whole pass makes no mistake.":
            partial(_rule, update=lambda x, label, theta: label * x * (label * (x @ theta) <= 0)),
        "Update only on mistakes, not on every example.": partial(_rule, update=lambda x, label, theta: label * x),
        "Add y x, not x: a mistake on a negative example has to push the other way.":
            partial(_rule, update=lambda x, label, theta: x * (label * (x @ theta) <= 0)),
        "The sign is turned round: add y x, do not subtract it.":
            partial(_rule, update=lambda x, label, theta: -label * x * (label * (x @ theta) <= 0)),
    },
    expects="weights (n,) after passes through the rows of X in their order, from 0, until one makes no mistake",
)  # fmt: skip

pocket = Checker(
    "pocket",
    _pocket,
    lambda rng: ((X, y, int(rng.integers(1, 8))) for X, y in _sets(rng)),
    slips={
        "These are the last weights of the run: return the best ones that it passed through.":
            lambda X, y, epochs: Perceptron().fit(X, y, epochs).theta,
        "Among equally good weights return the first, so replace the pocket only by something strictly better.":
            _pocket_last,
    },
    expects="the weights (n,) with the fewest mistakes (y x·theta <= 0) among all that `epochs` passes of the "
            "perceptron reach, the start 0 included; the first of equals",
)  # fmt: skip

cover = Checker(
    "cover",
    separability.cover_count,
    lambda rng: [(s, n) for s in range(1, 8) for n in range(1, 6)],
    slips={
        "The sum starts at i = 0: with one input there are 2 labellings, not 0.":
            lambda s, n: 2 * sum(comb(s - 1, i) for i in range(1, n)),
        "The sum ends at n - 1: that is the count for dimension n + 1, or for planes with a bias.":
            lambda s, n: 2 * sum(comb(s - 1, i) for i in range(n + 1)),
        "Binomials of s - 1, not of s: the first point alone has its 2 labellings already.":
            lambda s, n: 2 * sum(comb(s, i) for i in range(n)),
        "A factor 2 is missing: the opposite of a separable labelling is separable, too.":
            lambda s, n: sum(comb(s - 1, i) for i in range(n)),
    },
    expects="the number of separable labellings of s points in general position in n dimensions, an integer",
)  # fmt: skip
