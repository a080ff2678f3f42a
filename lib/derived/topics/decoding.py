"""Looking for the most probable sequence: greedy search, beam search, and all sequences.

A model is a function from a prefix, a tuple of letters, to the log-probabilities of the next letter, an array (V,).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np

from derived.arguments import require

Model = Callable[[tuple], np.ndarray]


def log_probability(model: Model, sequence: tuple) -> float:
    """The chain rule: the sum over t of the log-probability of letter t after the letters before it."""
    return float(sum(model(sequence[:t])[letter] for t, letter in enumerate(sequence)))


def all_sequences(model: Model, length: int) -> Iterator[tuple[tuple, float]]:
    """Every sequence with its log-probability, prefixes evaluated once each."""
    frontier = [((), 0.0)]
    for _ in range(length):
        frontier = [(p + (v,), s + float(q)) for p, s in frontier for v, q in enumerate(model(p))]
    yield from frontier


def brute_force(model: Model, length: int) -> tuple[tuple, float]:
    """The most probable of all sequences, and its log-probability."""
    return max(all_sequences(model, length), key=lambda pair: pair[1])


def beam_steps(model: Model, length: int, width: int) -> list[list[tuple[tuple, float]]]:
    """What beam search keeps after each step: the ``width`` most probable continuations of what it kept before."""
    require(width >= 1, "beam_steps: width is {}, expected at least 1", width)
    kept, steps = [((), 0.0)], []
    for _ in range(length):
        longer = [(p + (v,), s + float(q)) for p, s in kept for v, q in enumerate(model(p))]
        kept = sorted(longer, key=lambda pair: -pair[1])[:width]
        steps.append(kept)
    return steps


def beam(model: Model, length: int, width: int) -> tuple[tuple, float]:
    """The best sequence that beam search of this width finds, and its log-probability."""
    return beam_steps(model, length, width)[-1][0]


def table_model(table: dict[tuple, list[float]], letters: int) -> Model:
    """A model that looks probabilities up by prefix; a prefix that is missing has all letters equally probable."""

    def model(prefix: tuple) -> np.ndarray:
        return np.log(table.get(tuple(prefix), np.full(letters, 1 / letters)))

    return model


def random_model(letters: int, rng: np.random.Generator, scale: float = 2.0) -> Model:
    """Log-probabilities drawn once for every prefix that is asked for."""
    known: dict[tuple, np.ndarray] = {}

    def model(prefix: tuple) -> np.ndarray:
        if prefix not in known:
            z = scale * rng.standard_normal(letters)
            known[prefix] = z - np.log(np.exp(z).sum())
        return known[prefix]

    return model


def late_model(letters: int, length: int, rng: np.random.Generator) -> Model:
    """The least probable prefix of ``length - 1`` letters, 0…0, has the best end: every narrower beam drops it.

    Nearly uniform, but 0 is a little less probable as long as all letters are 0, and after ``length - 1`` of them 0 is
    nearly certain.
    """
    flat = random_model(letters, rng, scale=0.003)

    def model(prefix: tuple) -> np.ndarray:
        z = flat(prefix).copy()
        if not any(prefix):
            z[0] += 9 if len(prefix) == length - 1 else -0.05
        return z - np.logaddexp.reduce(z)

    return model


#: Three letters 0, 1, 2 and three steps: greedy search finds the best sequence, a beam of two does not.
TRAP = {
    (): [0.40, 0.36, 0.24],
    (0,): [0.36, 0.33, 0.31],
    (1,): [0.47, 0.45, 0.08],
    (2,): [0.34, 0.33, 0.33],
    (0, 0): [0.998, 0.001, 0.001],
    (1, 0): [0.346, 0.327, 0.327],
    (1, 1): [0.340, 0.330, 0.330],
}


def sequence_table(model: Model, letters: int, length: int) -> np.ndarray:
    """The probabilities of all sequences, an array with ``length`` axes of ``letters`` entries."""
    table = np.empty((letters,) * length)
    for sequence in product(range(letters), repeat=length):
        table[sequence] = np.exp(log_probability(model, sequence))
    return table


def finished(model: Model, length: int, end: int) -> tuple[list[tuple[tuple, float]], float]:
    """All sequences of at most ``length`` letters that stop at their first ``end``, with log-probabilities.

    Returns
    -------
    finished : (sequence with its end symbol, log-probability), a list.
    alive : the probability that none of the first ``length`` letters is the end symbol.
    """
    alive, done = [((), 0.0)], []
    for _ in range(length):
        longer = [((*p, v), s + float(q)) for p, s in alive for v, q in enumerate(model(p))]
        done += [pair for pair in longer if pair[0][-1] == end]
        alive = [pair for pair in longer if pair[0][-1] != end]
    return done, float(sum(np.exp(s) for _, s in alive))
