"""Checkers for the chapter on activation functions: ``elu``, ``pull_prelu``, ``pull_maxout``, ``constants``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from derived import ops
from derived.exercises.checker import Checker
from derived.topics.self_normalizing import fixed_point, negative_exponential

__all__ = ["constants", "elu", "pull_maxout", "pull_prelu"]


def _elu(z: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    value, pull = ops.elu.rule(z, alpha)
    return value, pull(np.ones_like(z))


def _elu_cases(rng: np.random.Generator) -> Iterator[tuple]:
    yield np.array([-1000.0, -1e-9, 0.0, 1e-9, 1000.0]), 0.7
    yield np.array([-3e-9, -1e-9]), 1e9  # the digits that exp(z) - 1 loses, made large
    for k in range(22):
        yield 2 * rng.standard_normal(rng.integers(1, 7) if k else 1), float(rng.uniform(0.3, 2))


def _elu_with(negative: Callable, slope: Callable) -> Callable:
    def by_hand(z: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray]:
        return np.where(z > 0, z, negative(z, alpha)), np.where(z > 0, 1.0, slope(z, alpha))

    return by_hand


def _overflowing(z: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    positive = z > 0
    return positive * z + ~positive * alpha * np.expm1(z), positive + ~positive * alpha * np.exp(z)


elu = Checker(
    "elu",
    _elu,
    _elu_cases,
    {
        "The factor alpha is missing.": _elu_with(lambda z, a: np.expm1(np.minimum(z, 0)),
                                                  lambda z, a: np.exp(np.minimum(z, 0))),
        "The slope for z < 0 is the value plus alpha, not the value.":
            _elu_with(lambda z, a: a * np.expm1(np.minimum(z, 0)), lambda z, a: a * np.expm1(np.minimum(z, 0))),
        "Right up to a slope without the factor alpha.":
            _elu_with(lambda z, a: a * np.expm1(np.minimum(z, 0)), lambda z, a: np.exp(np.minimum(z, 0))),
        "z = 0 belongs to the exponential piece: the slope there is alpha.": lambda z, a: (
            _elu(z, a)[0], np.where(z >= 0, 1.0, _elu(z, a)[1])),
        "exp(z) - 1 loses its digits near 0: use expm1.":
            _elu_with(lambda z, a: a * (np.exp(np.minimum(z, 0)) - 1), lambda z, a: a * np.exp(np.minimum(z, 0))),
        "For large z the unused branch overflows and 0 times infinity is NaN: exponentiate min(z, 0).": _overflowing,
        "At z < 0 the exponential tends to -alpha only after 1 is subtracted.":
            _elu_with(lambda z, a: a * np.exp(np.minimum(z, 0)), lambda z, a: a * np.exp(np.minimum(z, 0))),
    },
    expects="value and slope of ELU at each entry of z, two arrays; slope alpha at 0, z of any size",
)  # fmt: skip


def _prelu_cases(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(22):
        N, n = (1, 1) if k == 0 else rng.integers(1, 6, 2)
        yield *rng.standard_normal((2, N, n)), rng.uniform(0.1, 2, n)


def _pull_prelu(g: np.ndarray, Z: np.ndarray, a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    _, pull_z, pull_a = ops.prelu.rule(Z, a)
    return pull_z(g), pull_a(g)


pull_prelu = Checker(
    "pull_prelu",
    _pull_prelu,
    _prelu_cases,
    {
        "Every example contributes to the gradient of a: sum over the rows.":
            lambda g, Z, a: (np.where(Z > 0, g, a * g), np.where(Z > 0, 0, g * Z)),
        "The sign: where z is negative, y = az, so its derivative in a is z, not -z.":
            lambda g, Z, a: (np.where(Z > 0, g, a * g), np.where(Z > 0, 0, -g * Z).sum(axis=0)),
        "Sum over the examples, do not average: the mean is in g already.":
            lambda g, Z, a: (np.where(Z > 0, g, a * g), np.where(Z > 0, 0, g * Z).mean(axis=0)),
        "a acts only where z is negative.": lambda g, Z, a: (np.where(Z > 0, g, a * g), (g * Z).sum(axis=0)),
        "Each unit has its own a: keep the columns apart.":
            lambda g, Z, a: (np.where(Z > 0, g, a * g), np.where(Z > 0, 0, g * Z).sum() * np.ones_like(a)),
        "This is the derivative of max(az, z), another function where a > 1: ask for the sign of z.":
            lambda g, Z, a: (np.where(Z > a * Z, g, a * g), np.where(Z > a * Z, 0, g * Z).sum(axis=0)),
    },
    expects="the gradients in Z (N, n) and in a (n,); g is the gradient in the values, one slope a for each column",
)  # fmt: skip


def _maxout_cases(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(22):
        N, d, m, pieces = (1, 1, 1, 1) if k == 0 else rng.integers(1, 5, 4)
        yield (rng.standard_normal((N, m)), rng.standard_normal((N, d)), rng.standard_normal((m, pieces, d)),
               rng.standard_normal((m, pieces)))  # fmt: skip


def _pull_maxout(g: np.ndarray, X: np.ndarray, W: np.ndarray, b: np.ndarray) -> tuple:
    m, pieces, d = W.shape
    Z, pull_X, pull_W, pull_b = ops.linear.rule(X, W.reshape(-1, d), b.reshape(-1))
    G = ops.maxout.rule(Z, pieces)[1](g)
    return pull_X(G), pull_W(G).reshape(W.shape), pull_b(G).reshape(b.shape)


def _maxout_with(g: np.ndarray, X: np.ndarray, W: np.ndarray, b: np.ndarray, *, share: Callable) -> tuple:
    """A backward pass in which ``share(Z)`` (N, m, k) says what part of g each piece receives."""
    G = g[:, :, None] * share(np.einsum("nd,mkd->nmk", X, W) + b)
    return np.einsum("nmk,mkd->nd", G, W), np.einsum("nmk,nd->mkd", G, X), G.sum(axis=0)


def _winner(Z: np.ndarray) -> np.ndarray:
    return (Z.argmax(axis=2)[:, :, None] == np.arange(Z.shape[2])).astype(float)


pull_maxout = Checker(
    "pull_maxout",
    _pull_maxout,
    _maxout_cases,
    {
        "Only the largest piece gets the gradient; this gives it to all.": partial(_maxout_with, share=np.ones_like),
        "The gradient goes to one piece whole; this divides it.":
            partial(_maxout_with, share=lambda Z: np.ones_like(Z) / Z.shape[2]),
        "This is the gradient of the smallest piece.": partial(_maxout_with, share=lambda Z: _winner(-Z)),
        "The largest piece wins, not the piece of largest absolute value.":
            partial(_maxout_with, share=lambda Z: _winner(np.abs(Z))),
        "A maxout unit does not stop at 0: a negative maximum passes its gradient, too.":
            partial(_maxout_with, share=lambda Z: _winner(Z) * (Z > 0)),
        "Each example has its own winners; these are those of the first.":
            partial(_maxout_with, share=lambda Z: np.repeat(_winner(Z)[:1], len(Z), axis=0)),
    },
    expects="the gradients in X (N, d), W (m, k, d) and b (m, k) of m maxout units of k pieces; g is (N, m)",
)  # fmt: skip


def _constants(variance: float, *, moment: Callable, second: Callable) -> tuple[float, float]:
    """Alpha from the first moments (positive part, E_1), the scale from the second moment."""
    one, two = negative_exponential(1, variance), negative_exponential(2, variance)
    alpha = moment(variance, one)
    return float(alpha), float(np.sqrt(variance / second(variance, alpha, one, two)))


def _alpha(variance: float, one: float) -> float:
    return np.sqrt(variance / (2 * np.pi)) / (0.5 - one)


def _square(variance: float, alpha: float, one: float, two: float) -> float:
    return variance / 2 + alpha**2 * (two - 2 * one + 0.5)


constants = Checker(
    "constants",
    fixed_point,
    lambda rng: ((float(v),) for v in [1.0, *rng.uniform(0.2, 4, 21)]),
    {
        "These are the constants for variance 1, whatever the variance.": lambda variance: fixed_point(1.0),
        "The mean of the positive part is the root of variance/(2 pi), not 1/root(2 pi).":
            partial(_constants, moment=lambda v, one: 1 / np.sqrt(2 * np.pi) / (0.5 - one), second=_square),
        "The second moment shall be the variance, not 1.": lambda variance: (
            fixed_point(variance)[0], fixed_point(variance)[1] / np.sqrt(variance)),
        "The second moment is quadratic in lambda: take the root.": lambda variance: (
            fixed_point(variance)[0], fixed_point(variance)[1] ** 2),
        "(e^x - 1)^2 has a middle term -2 e^x.":
            partial(_constants, moment=_alpha, second=lambda v, a, one, two: v / 2 + a**2 * (two + 0.5)),
    },
    expects="alpha and lambda for which selu takes N(0, variance) to mean 0 and the same variance",
)  # fmt: skip
