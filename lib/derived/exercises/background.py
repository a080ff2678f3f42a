"""Checkers for the chapter on mathematical background: ``kl``, ``maximizer``, ``sample_size``."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from derived.exercises.checker import Checker
from derived.topics.information import kl_discrete
from derived.topics.norms import dual_norm_maximizer
from derived.topics.tails import hoeffding_sample_size

__all__ = ["kl", "maximizer", "sample_size"]


def _pairs(rng: np.random.Generator) -> Iterator[tuple]:
    """Distributions, every other pair with zeros in p, every fifth with a zero in q where p is not."""
    for k in range(25):
        n = 1 if k == 0 else int(rng.integers(3, 7))
        p, q = rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(n))
        if n > 1 and k % 2:
            p[0] = 0.0
            q[0] *= k % 4 != 3  # both zero for k = 3, 7, 11, …
        if n > 1 and k % 5 == 4:
            q[1] = 0.0
        yield p / p.sum(), q / q.sum()


def _kl(p: np.ndarray, q: np.ndarray, *, term: Callable) -> float:
    """A sum of ``term(p, q)`` over the entries, taken as NumPy comes, without complaints about zeros."""
    with np.errstate(all="ignore"):
        return float(np.sum(term(p, q)))


def _vectors(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        z = rng.normal(size=1 if k < 2 else int(rng.integers(2, 7))) * 10.0 ** rng.integers(-2, 3)
        yield z, [1.25, 1.5, 2.0, 3.0, 4.0, 7.0][k % 6]


def _power(z: np.ndarray, p: float, *, exponent: Callable, signed: bool = True) -> np.ndarray:
    """Entries to a power, scaled to the p-sphere."""
    x = np.abs(z) ** exponent(p)
    x = np.sign(z) * x if signed else x
    return x / np.linalg.norm(x, p)


def _sizes(formula: Callable) -> Callable:
    return lambda t, delta, m: int(np.ceil(formula(t, delta, m)))


kl = Checker(
    "kl",
    lambda p, q: float(kl_discrete(p, q)),
    _pairs,
    slips={
        "0 log 0 counts as 0: leave out the entries with p = 0.": partial(_kl, term=lambda p, q: p * np.log(p / q)),
        "Where p > 0 and q = 0 the divergence is infinite: do not leave those entries out.":
            partial(_kl, term=lambda p, q: np.where((p > 0) & (q > 0), p * np.log(p / q), 0)),
        "The arguments are exchanged: the expectation is taken under p.": lambda p, q: float(kl_discrete(q, p)),
        "The sign is turned round.": lambda p, q: -float(kl_discrete(p, q)),
        "Natural logarithms, please: this is in bits.": lambda p, q: float(kl_discrete(p, q)) / np.log(2),
    },
    expects="the divergence of q (n,) from p (n,) in nats, a number that may be infinite",
)  # fmt: skip

maximizer = Checker(
    "maximizer",
    lambda z, p: dual_norm_maximizer(z, p),
    _vectors,
    slips={
        "The sign of z is lost: z·x should be as large as possible.":
            partial(_power, exponent=lambda p: 1 / (p - 1), signed=False),
        "This points along z, which is best for p = 2 only.": partial(_power, exponent=lambda p: 1.0),
        "The exponent is q - 1 with 1/p + 1/q = 1, not p - 1.": partial(_power, exponent=lambda p: p - 1),
        "Scale to length 1 in the p-norm.":
            lambda z, p: np.sign(z) * np.abs(z) ** (1 / (p - 1)),
    },
    expects="the x (n,) with p-norm 1 that makes z·x largest, for z (n,) without zeros and 1 < p < ∞",
)  # fmt: skip

sample_size = Checker(
    "sample_size",
    lambda t, delta, m: hoeffding_sample_size(t, delta, m),
    lambda rng: ((t, d, m) for t in (0.01, 0.05, 0.2) for d in (0.01, 0.1) for m in (1, 2, 50, 1000)),
    slips={
        "An accuracy may be off to either side: the factor 2 is missing.":
            _sizes(lambda t, delta, m: np.log(m / delta) / (2 * t**2)),
        "All m models at once: replace delta by delta/m.": _sizes(lambda t, delta, m: np.log(2 / delta) / (2 * t**2)),
        "The tolerance enters squared.": _sizes(lambda t, delta, m: np.log(2 * m / delta) / (2 * t)),
        "This is Chebyshev's answer: it pays 1/δ where Hoeffding pays log(1/δ).":
            _sizes(lambda t, delta, m: m / (4 * delta * t**2)),
    },
    expects="the smallest integer n with 2 m exp(-2 n t²) <= delta",
)  # fmt: skip
