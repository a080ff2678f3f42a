"""Checkers: ``triangular``, ``cosine_restarts``, ``trials_needed``, ``log_rate``."""

from collections.abc import Callable, Iterator
from math import ceil, cos, floor, log, pi

import numpy as np

from derived.exercises.checker import Checker

__all__ = ["cosine_restarts", "log_rate", "trials_needed", "triangular"]


# --- triangles ------------------------------------------------------------------------------------------------------


def _triangles(rng: np.random.Generator) -> Iterator[tuple]:
    yield 0, 0.1, 1.0, 20
    yield 20, 0.1, 1.0, 20
    yield 40, 0.1, 1.0, 20
    for _ in range(27):
        low = float(rng.uniform(0, 0.2))
        yield int(rng.integers(0, 200)), low, low + float(rng.uniform(0.1, 1)), int(rng.integers(2, 40))


def _height(t: int, s: int) -> float:
    return max(0.0, 1 - abs(t / s - (2 * floor(t / (2 * s)) + 1)))


triangular = Checker(
    "triangular", lambda t, low, high, s: low + (high - low) * _height(t, s), _triangles,
    slips={
        "1 − |…|, without a further + 1: the largest rate is η_max.":
            lambda t, low, high, s: low + (high - low) * max(0.0, 2 - abs(t / s - (2 * floor(t / (2 * s)) + 1))),
        "A cycle has 2s steps: count cycles by ⌊t/(2s)⌋.":
            lambda t, low, high, s: low + (high - low) * max(0.0, 1 - abs(t / s - (2 * floor(t / s) + 1))),
        "After 2s steps the next triangle begins: t counts from there.":
            lambda t, low, high, s: low + (high - low) * max(0.0, 1 - abs(t / s - 1)),
        "At t = 0 the rate is the least one: up first, then down.":
            lambda t, low, high, s: high - (high - low) * _height(t, s),
        "Scale the height by η_max − η_min.": lambda t, low, high, s: low + high * _height(t, s),
    },
    expects="the rate at step t = 0, 1, …: low at 0, high at s, low at 2s, and so on",
)  # fmt: skip


# --- cosines --------------------------------------------------------------------------------------------------------


def _cosines(rng: np.random.Generator) -> Iterator[tuple]:
    yield 0, 1.0, 10, 2, 0.1
    yield 10, 1.0, 10, 2, 0.1
    yield 30, 1.0, 10, 2, 0.1
    yield 7, 0.5, 1, 1, 0.0
    for _ in range(26):
        high = float(rng.uniform(0.2, 1))
        yield (int(rng.integers(0, 150)), high, int(rng.integers(1, 12)), int(rng.integers(1, 4)),
               float(rng.uniform(0, 0.1)))  # fmt: skip


def _position(t: int, T_0: int, T_mult: int) -> tuple[int, int]:
    length = T_0
    while t >= length:
        t, length = t - length, length * T_mult
    return t, length


def _cosine(angle: Callable) -> Callable:
    def rate(t: int, lr: float, T_0: int, T_mult: int, eta_min: float) -> float:
        return eta_min + (lr - eta_min) / 2 * (1 + cos(pi * angle(t, T_0, T_mult)))

    return rate


def _short(t: int, lr: float, T_0: int, T_mult: int, eta_min: float) -> float:
    tau, length = _position(t, T_0, T_mult)
    return eta_min + lr / 2 * (1 + cos(pi * tau / length))


cosine_restarts = Checker(
    "cosine_restarts", _cosine(lambda t, T_0, m: (p := _position(t, T_0, m))[0] / p[1]), _cosines,
    slips={
        "Each cycle is T_mult times as long as the one before.": _cosine(lambda t, T_0, m: t % T_0 / T_0),
        "Half a cosine a cycle: from η₀ down to η_min, not back.":
            _cosine(lambda t, T_0, m: 2 * (p := _position(t, T_0, m))[0] / p[1]),
        "Count from the start of the present cycle, not from 0.":
            _cosine(lambda t, T_0, m: t / _position(t, T_0, m)[1]),
        "Scale by η₀ − η_min.": _short,
    },
    expects="the rate at step t; cycle i has T_0 · T_mult**i steps",
)  # fmt: skip


# --- how many trials ------------------------------------------------------------------------------------------------


def _chances(rng: np.random.Generator) -> Iterator[tuple]:
    yield 0.05, 0.95
    yield 0.5, 0.5
    for _ in range(28):
        yield float(rng.uniform(0.01, 0.6)), float(rng.uniform(0.3, 0.99))


trials_needed = Checker(
    "trials_needed", lambda q, P: ceil(log(1 - P) / log(1 - q) - 1e-9), _chances,
    slips={
        "Round up: with fewer trials the chance is below P.": lambda q, P: floor(log(1 - P) / log(1 - q)),
        "All n must miss for a failure: (1 − q)ⁿ ≤ 1 − P, not n q ≥ P.": lambda q, P: ceil(P / q - 1e-9),
        "The chance of at least one hit is 1 − (1 − q)ⁿ, not qⁿ.": lambda q, P: ceil(log(P) / log(q) - 1e-9),
    },
    expects="the least whole n for which n random trials hit a share q of the space with probability P or more",
)  # fmt: skip


# --- one draw -------------------------------------------------------------------------------------------------------


def _uniforms(rng: np.random.Generator) -> Iterator[tuple]:
    yield 0.0, 1e-4, 1.0
    yield 0.5, 1e-4, 1.0
    for _ in range(28):
        low = float(10 ** rng.uniform(-5, -2))
        yield float(rng.random()), low, low * float(10 ** rng.uniform(0.5, 4))


log_rate = Checker(
    "log_rate", lambda p, low, high: high * (low / high) ** p, _uniforms,
    slips={
        "Uniform in η: nine tenths of the draws fall into the last decade. Make log η uniform.":
            lambda p, low, high: high - p * (high - low),
        "p = 0 gives high, p = 1 gives low, as in η = 10^(−4p).": lambda p, low, high: low * (high / low) ** p,
        "low**p runs from 1 to low, whatever high is.": lambda p, low, high: low**p,
        "10^(−4p) runs from 1 to 10⁻⁴, whatever low and high are.": lambda p, low, high: 10 ** (-4 * p),
    },
    expects="the rate for p in [0, 1]: high at p = 0, low at p = 1, log-uniform if p is uniform",
)  # fmt: skip
