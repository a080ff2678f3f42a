"""Checkers: ``sinusoidal``, ``rotary``, ``cached_mask``."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from derived.exercises.checker import Checker

__all__ = ["cached_mask", "rotary", "sinusoidal"]


# --- sinusoidal encoding --------------------------------------------------------------------------------------------


def _tables(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        length, dim = (1, 2) if k == 0 else (int(rng.integers(1, 9)), 2 * int(rng.integers(1, 5)))
        yield length, dim, [1e4, 100.0][k % 2]


def _table(length: int, dim: int, frequencies: np.ndarray) -> np.ndarray:
    angles = np.arange(length)[:, None] * frequencies
    P = np.empty((length, dim))
    P[:, 0::2], P[:, 1::2] = np.sin(angles), np.cos(angles)
    return P


def _sinusoidal(length: int, dim: int, base: float) -> np.ndarray:
    return _table(length, dim, base ** (-np.arange(0, dim, 2) / dim))


def _own_frequencies(length: int, dim: int, base: float) -> np.ndarray:
    angles = np.arange(length)[:, None] * base ** (-np.arange(dim) / dim)
    return np.where(np.arange(dim) % 2 == 0, np.sin(angles), np.cos(angles))


def _halves(length: int, dim: int, base: float) -> np.ndarray:
    P = _sinusoidal(length, dim, base)
    return np.concatenate([P[:, 0::2], P[:, 1::2]], axis=1)


sinusoidal = Checker(
    "sinusoidal", _sinusoidal, _tables,
    slips={
        "The exponent is negative: frequencies fall from 1.": lambda length, dim, base: _table(
            length, dim, base ** (np.arange(0, dim, 2) / dim)),
        "The sine and the cosine of a pair share one frequency.": _own_frequencies,
        "The exponent is 2i/n for pair i, not i/n.": lambda length, dim, base: _table(
            length, dim, base ** (-np.arange(dim // 2) / dim)),
        "Sines and cosines take turns; yours stand in two halves.": _halves,
        "Positions start at 0.": lambda length, dim, base: _sinusoidal(length + 1, dim, base)[1:],
    },
    expects="the (length, dim) array of the encodings of the positions 0, …, length - 1",
)  # fmt: skip


# --- rotary positions -----------------------------------------------------------------------------------------------


def _rows(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        length, dim = (1, 2) if k == 0 else (int(rng.integers(2, 6)), 2 * int(rng.integers(2, 5)))
        yield rng.standard_normal((length, dim)), rng.integers(1, 30, length), [1e4, 100.0][k % 2]


def _rotary(x: np.ndarray, positions: np.ndarray, base: float, *, sign: float = 1.0,
            mirror: float = -1.0) -> np.ndarray:  # fmt: skip
    angles = sign * positions[:, None] * base ** (-np.arange(0, x.shape[1], 2) / x.shape[1])
    c, s = np.cos(angles), np.sin(angles)
    turned = np.empty_like(x)
    turned[:, 0::2], turned[:, 1::2] = x[:, 0::2] * c + mirror * x[:, 1::2] * s, x[:, 0::2] * s + x[:, 1::2] * c
    return turned


rotary = Checker(
    "rotary", lambda x, positions, base: _rotary(x, positions, base), _rows,
    slips={
        "You turn backwards: (1, 0) goes to (cos, sin).": partial(_rotary, sign=-1.0),
        "Use the positions that are given, not 0, 1, 2, …": lambda x, positions, base: _rotary(
            x, np.arange(len(x)), base),
        "Each pair has a frequency of its own.": lambda x, positions, base: _rotary(x, positions, 1.0),
        "One of the two sines has a minus sign: a rotation keeps lengths.": partial(_rotary, mirror=1.0),
        "Turn the pairs, do not add the encoding.": lambda x, positions, base: x + _table(
            int(positions.max()) + 1, x.shape[1], base ** (-np.arange(0, x.shape[1], 2) / x.shape[1]))[positions],
    },
    expects="the rows of x (T, d), each pair of features (2i, 2i + 1) turned by positions[t] · base^(-2i/d)",
)  # fmt: skip


# --- the mask of cached attention -----------------------------------------------------------------------------------


def _lengths(rng: np.random.Generator) -> Iterator[tuple]:
    yield 1, 0
    yield 1, 5
    for _ in range(22):
        yield int(rng.integers(1, 6)), int(rng.integers(0, 6))


def _cached_mask(new: int, cached: int) -> np.ndarray:
    return np.arange(cached + new)[None] <= cached + np.arange(new)[:, None]


cached_mask = Checker(
    "cached_mask", _cached_mask, _lengths,
    slips={
        "The first new token stands at place `cached`, not at 0.": lambda new, cached: np.tri(
            new, cached + new, dtype=bool),
        "True is where a token MAY look.": lambda new, cached: ~_cached_mask(new, cached),
        "A token sees itself, too.": lambda new, cached: np.tri(new, cached + new, cached - 1, dtype=bool),
        "New tokens must not see those that come later.": lambda new, cached: np.ones((new, cached + new), bool),
        "The cached keys are there to be looked at.": lambda new, cached: np.concatenate(
            [np.zeros((new, cached), bool), np.tri(new, dtype=bool)], axis=1),
    },
    expects="the (new, cached + new) booleans, True where a new token may look at a key",
)  # fmt: skip
