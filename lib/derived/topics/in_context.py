"""Learning in the context: each prompt comes with a dictionary of its own, shown by examples."""

from __future__ import annotations

import numpy as np

from derived.arguments import require
from derived.tensor import no_grad
from derived.topics.gpt import GPT
from derived.topics.warm_training import train as train_warm

__all__ = ["accuracy_by_shots", "best_accuracy", "prompts", "train"]


def prompts(count: int, shots: int, keys: int, values: int, rng: np.random.Generator) -> np.ndarray:
    """Prompts: ``shots`` examples (key, value) and another pair, whose value is to be guessed.

    For each prompt every key is given a value at random, and the keys of the pairs are drawn with replacement.

    Returns
    -------
    (count, 2 (shots + 1)) integers: keys are 0, …, keys - 1, values the next numbers.
    """
    require(min(count, keys, values) > 0 and shots >= 0,
            "prompts: count, keys and values are {}, {}, {}, expected positive, shots {} not negative",
            count, keys, values, shots)  # fmt: skip
    dictionary = rng.integers(keys, keys + values, (count, keys))
    asked = rng.integers(0, keys, (count, shots + 1))
    return np.stack([asked, np.take_along_axis(dictionary, asked, axis=1)], axis=2).reshape(count, -1)


def best_accuracy(shots: np.ndarray | int, keys: int, values: int) -> np.ndarray:
    r"""What no method can surpass: :math:`1-(1-\frac1K)^k(1-\frac1V)` after k shots."""
    return 1 - (1 - 1 / keys) ** np.asarray(shots) * (1 - 1 / values)


def train(model: GPT, shots: int, keys: int, values: int, steps: int, rng: np.random.Generator, *,
          lr: float = 5e-3, batch_size: int = 32) -> np.ndarray:  # fmt: skip
    """Next-token training on fresh prompts, where only the values count; returns the losses."""

    def loss():
        tokens = prompts(batch_size, shots, keys, values, rng)
        targets = tokens[:, 1:].copy()
        targets[:, 1::2] = -1  # the next key is pure chance
        return model.loss(tokens[:, :-1], targets)

    return train_warm(model, loss, steps, lr)


def accuracy_by_shots(model: GPT, shots: int, keys: int, values: int, rng: np.random.Generator,
                      count: int = 2000) -> np.ndarray:  # fmt: skip
    """Share of right values after 0, 1, …, ``shots`` examples; no parameter is changed."""
    tokens = prompts(count, shots, keys, values, rng)
    with no_grad():
        guesses = model(tokens).data[:, ::2].argmax(axis=2)
    return np.mean(guesses == tokens[:, 1::2], axis=0)
