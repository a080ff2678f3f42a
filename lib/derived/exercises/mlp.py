"""Checkers for the chapter on multilayer perceptrons."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from derived.exercises.checker import Checker

__all__ = ["balanced", "forward", "parameters", "parity_weights"]


def _sizes(rng: np.random.Generator) -> Iterator[tuple]:
    yield from ([2, 2, 1], [64, 128, 10], [1, 1], [784, 10, 10])
    for _ in range(20):
        yield rng.integers(1, 50, rng.integers(2, 6)).tolist()


parameters = Checker(
    "parameters",
    lambda sizes: sum(m * (n + 1) for n, m in pairwise(sizes)),
    lambda rng: ((sizes,) for sizes in _sizes(rng)),
    {
        "each unit also has a bias": lambda sizes: sum(m * n for n, m in pairwise(sizes)),
        "one bias for each unit that receives, not for each that sends": lambda sizes: sum(
            n * (m + 1) for n, m in pairwise(sizes)
        ),
        "the inputs are no units: they have no bias": lambda sizes: (
            sum(m * n for n, m in pairwise(sizes)) + sum(sizes)
        ),
    },
    expects="the number of weights and biases of an MLP with these numbers of units, inputs first",
)


def _network(rng: np.random.Generator) -> tuple[np.ndarray, list[np.ndarray], list[np.ndarray]]:
    sizes = rng.integers(1, 5, rng.integers(2, 5))
    weights = [rng.standard_normal((m, n)) for n, m in pairwise(sizes)]
    return rng.standard_normal((rng.integers(1, 6), sizes[0])), weights, [rng.standard_normal(m) for m in sizes[1:]]


def _forward(x: np.ndarray, weights: list[np.ndarray], biases: list[np.ndarray]) -> np.ndarray:
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        x = np.tanh(x @ W.T + b)
    return x @ weights[-1].T + biases[-1]


def _all_tanh(x: np.ndarray, weights: list[np.ndarray], biases: list[np.ndarray]) -> np.ndarray:
    for W, b in zip(weights, biases, strict=True):
        x = np.tanh(x @ W.T + b)
    return x


forward = Checker(
    "forward",
    _forward,
    lambda rng: (_network(rng) for _ in range(25)),
    {
        "the last layer is affine: no tanh there": _all_tanh,
        "the biases are missing": lambda x, weights, biases: _forward(x, weights, [0 * b for b in biases]),
        "there is a tanh between the layers": lambda x, weights, biases: _affine(x, weights, biases),
        "W has one row for each unit that receives: use its transpose": lambda x, weights, biases: _forward(
            x, [W.T for W in weights], biases
        ),
    },
    expects="the outputs (N, n_L) of a tanh network with an affine last layer, examples in rows, W of shape (out, in)",
)


def _affine(x: np.ndarray, weights: list[np.ndarray], biases: list[np.ndarray]) -> np.ndarray:
    for W, b in zip(weights, biases, strict=True):
        x = x @ W.T + b
    return x


def _parity(n: int) -> np.ndarray:
    v = 2.0 * (-1.0) ** np.arange(n)
    v[0] = 1.0
    return v


parity_weights = Checker(
    "parity_weights",
    _parity,
    lambda rng: ((n,) for n in [*range(1, 21)]),
    {
        "the first weight is 1: only one unit is active at s = 1": lambda n: 2.0 * (-1.0) ** np.arange(n),
        "the slope must change by 2, from +1 to -1 and back": lambda n: (-1.0) ** np.arange(n),
        "the third unit must turn the slope up again": lambda n: np.array([1.0] + [-2.0] * (n - 1)),
    },
    expects="the outgoing weights of the units relu(s - k), k = 0 ... n - 1, that give 0, 1, 0, ... at s = 0 ... n",
)


def _one_hidden(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    n, m, k = rng.integers(1, 5, 3)
    return rng.standard_normal((m, n)), rng.standard_normal(m), rng.standard_normal((k, m))


def _balance(W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, bias: bool = True, power: float = 0.5) -> tuple:
    into = np.sqrt(np.sum(W1**2, axis=1) + (b1**2 if bias else 0))
    c = (np.sqrt(np.sum(W2**2, axis=0)) / into) ** power
    return W1 * c[:, None], b1 * c, W2 / c


balanced = Checker(
    "balanced",
    lambda W1, b1, W2: _balance(W1, b1, W2),
    lambda rng: (_one_hidden(rng) for _ in range(25)),
    {
        "the bias counts among the incoming weights": lambda W1, b1, W2: _balance(W1, b1, W2, bias=False),
        "c is the square root of the ratio": lambda W1, b1, W2: _balance(W1, b1, W2, power=1.0),
        "the ratio is upside down: large outgoing weights ask for c > 1": lambda W1, b1, W2: _balance(
            W1, b1, W2, power=-0.5
        ),
    },
    expects="W1, b1, W2 rescaled unit by unit so that incoming weights with bias and outgoing weights have equal norms",
)
