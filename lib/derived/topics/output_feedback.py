"""Outputs that belong together: what a model loses that does not feed its outputs back."""

from __future__ import annotations

import numpy as np

from derived.arguments import one_of
from derived.tensor import Tensor
from derived.topics.decoding import sequence_table
from derived.topics.seq2seq import Decoder, sequence_loss
from derived.topics.sequence_training import train_steps

MODES = ("teacher forcing", "free running", "no feedback")


def entropy(p: np.ndarray) -> float:
    """In nats, of an array of probabilities of any shape."""
    p = p[p > 0]
    return float(-(p * np.log(p)).sum())


def margins(p: np.ndarray) -> list[np.ndarray]:
    """The distribution of each letter alone, given the joint distribution as an array with one axis a letter."""
    return [p.sum(axis=tuple(a for a in range(p.ndim) if a != t)) for t in range(p.ndim)]


def product_of_margins(p: np.ndarray) -> np.ndarray:
    """The joint distribution of independent letters with the same margins."""
    out = np.ones(())
    for m in margins(p):
        out = np.multiply.outer(out, m)
    return out


def total_correlation(p: np.ndarray) -> float:
    r"""Sum of the letters' entropies minus the entropy of the sequence: :math:`\mathrm{KL}(p\,\|\,\prod_t p_t)`."""
    return sum(entropy(m) for m in margins(p)) - entropy(p)


def two_modes(length: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Sequences (T, N) of one letter, 0 or 1, repeated; each with probability one half."""
    return np.tile(rng.integers(0, 2, count), (length, 1))


def train_two_modes(mode: str, seed: int, *, length: int = 4, steps: int = 60, lr: float = 0.03, batch: int = 64,
                    hidden: int = 8) -> np.ndarray:  # fmt: skip
    """Train a small decoder on :func:`two_modes`; return its distribution of all sequences, by enumeration.

    Parameters
    ----------
    mode : "teacher forcing" feeds the right letters, "free running" letters drawn from the model, "no feedback" none.
    seed : of weights and batches.
    length, steps, lr, batch, hidden : of the task and the training.

    Returns
    -------
    Array with ``length`` axes of 2 entries that sums to one.
    """
    one_of("train_two_modes", "mode", mode, MODES)
    rng = np.random.default_rng(seed)
    model = Decoder(2, hidden, 4, kind="GRU", feedback=mode != "no feedback", rng=rng)

    def loss() -> Tensor:
        target = two_modes(length, batch, rng)
        logits = model.free(length, None, batch, rng)[1] if mode == "free running" else model(target)
        return sequence_loss(logits, target)

    train_steps(model, loss, steps, lr)
    return sequence_table(model.next_log_probs(), 2, length)
