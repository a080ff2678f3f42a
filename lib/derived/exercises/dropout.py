"""Checkers for the chapter on dropout and distillation: ``inverted``, ``geometric``, ``student_gradient``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from derived import ops
from derived.exercises.checker import Checker
from derived.topics.distillation import soften
from derived.topics.ensembles import geometric_mean

__all__ = ["geometric", "inverted", "student_gradient"]


def _inverted(a: np.ndarray, g: np.ndarray, u: np.ndarray, p: float) -> tuple[np.ndarray, np.ndarray]:
    value, pull = ops.dropout.rule(a, p, mask=u < 1 - p)
    return value, pull(g)


def _inverted_cases(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(22):
        shape = (1, 1) if k == 0 else rng.integers(1, 6, 2)
        p = 0.0 if k == 1 else float(rng.uniform(0.1, 0.9))
        yield *rng.standard_normal((2, *shape)), rng.uniform(size=shape), p


def _with(keep: Callable, forward: Callable, backward: Callable | None = None) -> Callable:
    """Masks ``keep(u, p)`` with the factors ``forward(p)`` and ``backward(p)``."""

    def by_hand(a: np.ndarray, g: np.ndarray, u: np.ndarray, p: float) -> tuple[np.ndarray, np.ndarray]:
        mask = keep(u, p)
        return mask * a * forward(p), mask * g * (backward or forward)(p)

    return by_hand


_kept = lambda u, p: u < 1 - p

inverted = Checker(
    "inverted",
    _inverted,
    _inverted_cases,
    {
        "p is the probability to drop, not to keep: an entry is kept with probability 1 - p.":
            _with(lambda u, p: u < p, lambda p: 1 / (1 - p)),
        "Here p is the probability to drop: keep with probability 1 - p, and divide by 1 - p, not by p.":
            _with(lambda u, p: u < p, lambda p: 1 / p if p else np.nan),
        "As many are kept with u > p, but others: here an entry is kept where u < 1 - p.":
            _with(lambda u, p: u > p, lambda p: 1 / (1 - p)),
        "Divide by the keep probability 1 - p, or the mean is not a.": _with(_kept, lambda p: 1.0),
        "Kept entries are divided by the keep probability, not multiplied by it.": _with(_kept, lambda p: 1 - p),
        "The factor 1/(1 - p) belongs to the backward pass, too.": _with(_kept, lambda p: 1 / (1 - p), lambda p: 1.0),
        "The gradient passes only where the unit was kept: multiply by the mask.":
            lambda a, g, u, p: (a * _kept(u, p) / (1 - p), g / (1 - p)),
        "Dropout acts on the gradient too; you passed g on unchanged.":
            lambda a, g, u, p: (a * _kept(u, p) / (1 - p), g),
    },
    expects="value and pullback of inverted dropout: a, g and the uniform numbers u have one shape, p is the "
            "probability to drop, entries with u < 1 - p are kept",
)  # fmt: skip


def _geometric_cases(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(22):
        K, N, M = (1, 1, 2) if k == 0 else rng.integers(2, 6, 3)
        yield rng.dirichlet(np.ones(M), (K, N)), rng.dirichlet(np.ones(K))


def _normalised(G: np.ndarray) -> np.ndarray:
    return G / G.sum(axis=-1, keepdims=True)


geometric = Checker(
    "geometric",
    lambda P, w: geometric_mean(P, w),
    _geometric_cases,
    {
        "The products do not sum to 1 over the classes: divide by their sum.":
            lambda P, w: np.exp(np.tensordot(w, np.log(P), axes=1)),
        "This is the arithmetic mean: average the logarithms instead.": lambda P, w: np.tensordot(w, P, axes=1),
        "The members have unequal weights: each logarithm is multiplied by its w.":
            lambda P, w: _normalised(np.exp(np.log(P).mean(axis=0))),
        "Without exponents this is a product, not a mean: use the weights.": lambda P, w: _normalised(P.prod(axis=0)),
        "The sum over the classes runs over the last axis only, for each example on its own.":
            lambda P, w: (G := np.exp(np.tensordot(w, np.log(P), axes=1))) / G.sum(),
        "Normalise at the end, over the classes: this normalises over the examples.":
            lambda P, w: (G := np.exp(np.tensordot(w, np.log(P), axes=1))) / G.sum(axis=0),
    },
    expects="the renormalised geometric mean (N, M) of the distributions P (K, N, M) with weights w (K,) of sum 1",
)  # fmt: skip


def _gradient(z: np.ndarray, y: np.ndarray, v: np.ndarray, T: float, alpha: float, power: int = 1) -> np.ndarray:
    hard = soften(z) - np.eye(z.shape[1])[y]
    return (alpha * hard + (1 - alpha) * T**power * (soften(z, T) - soften(v, T))) / len(z)


def _gradient_cases(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(22):
        N, M = (1, 2) if k == 0 else rng.integers(2, 6, 2)
        yield (*(3 * rng.standard_normal((1, N, M))), rng.integers(0, M, N), 3 * rng.standard_normal((N, M)),
               float(rng.uniform(1.5, 5)), float(rng.uniform(0.1, 0.4)))  # fmt: skip


student_gradient = Checker(
    "student_gradient",
    lambda z, y, v, T, alpha: _gradient(z, y, v, T, alpha),
    _gradient_cases,
    {
        "T² in the loss and 1/T from the chain rule leave one factor T, not T².": partial(_gradient, power=2),
        "The factor T² of the loss is missing: this has 1/T instead of T.": partial(_gradient, power=-1),
        "The chain rule through z/T gives 1/T, so T² becomes T, not 1.": partial(_gradient, power=0),
        "The loss is a mean over the batch: divide by N.":
            lambda z, y, v, T, alpha: _gradient(z, y, v, T, alpha) * len(z),
        "alpha weighs the hard labels, 1 - alpha the teacher.":
            lambda z, y, v, T, alpha: _gradient(z, y, v, T, 1 - alpha),
        "The sign: student minus teacher, prediction minus target.":
            lambda z, y, v, T, alpha: -_gradient(z, y, v, T, alpha),
        "The student's logits are divided by T, too, in the soft term.": lambda z, y, v, T, alpha: (
            alpha * (soften(z) - np.eye(z.shape[1])[y]) + (1 - alpha) * T * (soften(z) - soften(v, T))) / len(z),
        "The teacher's logits are divided by T, too.": lambda z, y, v, T, alpha: (
            alpha * (soften(z) - np.eye(z.shape[1])[y]) + (1 - alpha) * T * (soften(z, T) - soften(v))) / len(z),
    },
    expects="the gradient (N, M) of the mean loss in the student's logits z (N, M); y (N,) are labels, v (N, M) the "
            "teacher's logits",
)  # fmt: skip
