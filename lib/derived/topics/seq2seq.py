"""Sequences as outputs: a decoder that is fed its own outputs or the right ones, and the encoder-decoder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from derived import nn, ops
from derived.arguments import one_of, require
from derived.tensor import Tensor, no_grad
from derived.topics.long_memory import LAYERS

State = Any


class Decoder(nn.Module):
    """Letters one after the other, each from a state that has been told the letter before.

    Parameters
    ----------
    letters : V, the size of the alphabet 0, …, V - 1; the number V is fed before the first letter.
    hidden_size : of the state.
    embedding_dim : of the vectors that stand for letters.
    kind : "GRU", "LSTM" or "RNN".
    feedback : False feeds the start symbol at every step, so that the state never learns what was put out.
    rng : source of the initial weights.
    dtype : of the parameters.
    """

    def __init__(self, letters: int, hidden_size: int, embedding_dim: int = 32, *, kind: str = "LSTM",
                 feedback: bool = True, rng: np.random.Generator, dtype: type = np.float32) -> None:  # fmt: skip
        layer = LAYERS[one_of("Decoder", "kind", kind, LAYERS)]
        self.letters, self.feedback = letters, feedback
        self.embedding = nn.Embedding(letters + 1, embedding_dim, rng=rng, dtype=dtype)
        self.layer = layer(embedding_dim, hidden_size, rng=rng, dtype=dtype)
        self.head = nn.Linear(hidden_size, letters, rng=rng, dtype=dtype)

    def forward(self, target: np.ndarray, state: State = None) -> Tensor:
        """Teacher forcing: logits (T, N, V) of all letters, each given the *right* ones before it, (T, N) integers."""
        fed = np.full_like(target, self.letters)
        if self.feedback:
            fed[1:] = target[:-1]
        return self.head(self.layer(self.embedding(fed), state)[0])

    def step(self, previous: np.ndarray, state: State) -> tuple[Tensor, State]:
        """Logits (N, V) of the next letter and the next state, from the letters (N,) before it."""
        fed = previous if self.feedback else np.full_like(previous, self.letters)
        output, state = self.layer(self.embedding(fed[None]), state)
        return self.head(output[0]), state

    def free(self, length: int, state: State, count: int | None = None,
             rng: np.random.Generator | None = None) -> tuple[np.ndarray, Tensor]:  # fmt: skip
        """Free running: each letter is fed back, the most probable one, or one that is drawn if there is an ``rng``.

        Parameters
        ----------
        length : T.
        state : the first state; None for zeros, then ``count`` says how many sequences are wanted.

        Returns
        -------
        letters : (T, N) integers.
        logits : (T, N, V) tensor, recorded as usual.
        """
        if count is None:
            require(state is not None, "Decoder.free: neither state nor count is given")
            count = (state[0] if isinstance(state, tuple) else state).shape[1]
        previous, letters, logits = np.full(count, self.letters), [], []
        for _ in range(length):
            z, state = self.step(previous, state)
            noise = 0 if rng is None else rng.gumbel(size=z.shape)  # the largest of z + noise is a draw from softmax(z)
            previous = (z.data + noise).argmax(axis=1)
            letters.append(previous)
            logits.append(z)
        return np.array(letters), ops.stack(logits)

    def next_log_probs(self, state: State = None) -> Callable[[tuple], np.ndarray]:
        """A function from a prefix, a tuple of letters, to the log-probabilities (V,) of the next letter, float64.

        Parameters
        ----------
        state : first state for one sequence; None for zeros.
        """

        def log_probs(prefix: tuple) -> np.ndarray:
            fed = np.array([*prefix, 0])[:, None]  # the last entry is never fed
            with no_grad():
                z = self(fed, state).data[-1, 0].astype(float)
            return z - np.logaddexp.reduce(z)

        return log_probs


class EncoderDecoder(nn.Module):
    """An encoder reads the source; its last state is the first state of the decoder, all that the decoder is told.

    Parameters
    ----------
    source_letters, target_letters : sizes of the alphabets.
    hidden_size, embedding_dim, kind, rng, dtype : as for :class:`Decoder`.
    """

    def __init__(self, source_letters: int, target_letters: int, hidden_size: int, embedding_dim: int = 32, *,
                 kind: str = "LSTM", rng: np.random.Generator, dtype: type = np.float32) -> None:  # fmt: skip
        self.decoder = Decoder(target_letters, hidden_size, embedding_dim, kind=kind, rng=rng, dtype=dtype)
        self.embedding = nn.Embedding(source_letters, embedding_dim, rng=rng, dtype=dtype)
        self.layer = LAYERS[kind](embedding_dim, hidden_size, rng=rng, dtype=dtype)

    def encode(self, source: np.ndarray) -> State:
        """The last state after reading (S, N) integers."""
        return self.layer(self.embedding(source))[1]

    def forward(self, source: np.ndarray, target: np.ndarray) -> Tensor:
        """Logits (T, N, V) with teacher forcing."""
        return self.decoder(target, self.encode(source))

    def greedy(self, source: np.ndarray, length: int) -> np.ndarray:
        """The most probable letter at every step, fed back; (length, N)."""
        with no_grad():
            return self.decoder.free(length, self.encode(source))[0]


def sequence_loss(logits: Tensor, target: np.ndarray) -> Tensor:
    """Cross-entropy, averaged over all letters, of logits (T, N, V) at (T, N) integers."""
    return ops.cross_entropy(logits.reshape((-1, logits.shape[-1])), np.ascontiguousarray(target).reshape(-1))


def exact_match(letters: np.ndarray, target: np.ndarray) -> float:
    """Share of the sequences (columns) without any mistake."""
    return float((letters == target).all(axis=0).mean())


def held_out_strings(length: int, share: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """All strings of ``length`` decimal digits, (length, 10**length), in two parts that share none.

    Returns
    -------
    For training and for testing; the second holds the given share.
    """
    codes = rng.permutation(10**length)
    digits = codes // 10 ** np.arange(length)[:, None] % 10
    cut = round(share * 10**length)
    return digits[:, cut:], digits[:, :cut]
