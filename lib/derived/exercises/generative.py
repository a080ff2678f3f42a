"""Checkers for the chapter on flows and GANs: ``coupling``, ``js``."""

from collections.abc import Iterator

import numpy as np

from derived.exercises.checker import Checker

__all__ = ["coupling", "js"]


def _layers(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        n, m = 1 + k % 4, 1 + k % 3
        yield tuple(rng.normal(size=(n, m)) for _ in range(3))


def _pairs(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        n = 1 + k % 5
        p, q = rng.dirichlet(np.ones(n), 2)
        if k % 3 == 0 and n > 1:  # an outcome that only one of them has
            p = np.r_[0.0, p[1:] / p[1:].sum()]
        yield p, q


def _kl(p: np.ndarray, q: np.ndarray) -> float:
    some = p > 0
    return float(np.sum(p[some] * np.log(p[some] / q[some])))


coupling = Checker(
    "coupling",
    lambda x_b, s, t: ((x_b - t) * np.exp(-s), -s.sum(axis=1)),
    _layers,
    slips={
        "That is the way from noise to data; undo it: subtract first, then divide.":
            lambda x_b, s, t: (x_b * np.exp(s) + t, s.sum(axis=1)),
        "Undo in the reverse order: subtract t before you divide.":
            lambda x_b, s, t: (x_b * np.exp(-s) - t, -s.sum(axis=1)),
        "The determinant of this direction: minus the sum of s.":
            lambda x_b, s, t: ((x_b - t) * np.exp(-s), s.sum(axis=1)),
        "One determinant a row: sum over the coordinates only.":
            lambda x_b, s, t: ((x_b - t) * np.exp(-s), -s.sum()),
        "The scale is exp(s), not s: undo it by exp(-s).": lambda x_b, s, t: ((x_b - t) / s, -s.sum(axis=1)),
        "The logarithm of the determinant: add the logarithms, no exponential is left.":
            lambda x_b, s, t: ((x_b - t) * np.exp(-s), np.exp(-s).prod(axis=1)),
    },
    expects="z_b of the shape of x_b and the log determinants, one a row",
)  # fmt: skip

js = Checker(
    "js",
    lambda p, q: (_kl(p, (p + q) / 2) + _kl(q, (p + q) / 2)) / 2,
    _pairs,
    slips={
        "Half of each divergence: take the mean, not the sum.":
            lambda p, q: _kl(p, (p + q) / 2) + _kl(q, (p + q) / 2),
        "Compare each with the mean (p + q)/2, not with the other.": lambda p, q: (_kl(p, q) + _kl(q, p)) / 2,
        "The distributions come first, the mean second: KL(p, m), not KL(m, p).":
            lambda p, q: (_kl((p + q) / 2, p) + _kl((p + q) / 2, q)) / 2,
        "The mean of the two is (p + q)/2; halve the sum.": lambda p, q: (_kl(p, p + q) + _kl(q, p + q)) / 2,
        "That is its root, the Jensen–Shannon distance.":
            lambda p, q: np.sqrt((_kl(p, (p + q) / 2) + _kl(q, (p + q) / 2)) / 2),
        "Use the natural logarithm.": lambda p, q: (_kl(p, (p + q) / 2) + _kl(q, (p + q) / 2)) / 2 / np.log(2),
    },
    expects="a number, in nats; 0 log 0 is 0",
)  # fmt: skip
