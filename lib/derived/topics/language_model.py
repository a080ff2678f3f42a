"""Language models of characters: tables of counts, a recurrent network, and the perplexity that compares them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from derived import nn, ops, optim
from derived.arguments import require
from derived.data.text import random_windows
from derived.nn import Module
from derived.optim import clip_grad_norm_
from derived.tensor import Tensor, no_grad

__all__ = ["CharacterRNN", "NGram", "perplexity", "train"]

Pieces = Sequence[np.ndarray]


def perplexity(log_probabilities: np.ndarray) -> float:
    r"""Perplexity :math:`\exp\bigl(-\frac1L\sum_t\log p(q_t\mid\dots)\bigr)` of L characters; K if all K are equally
    likely each time."""
    return float(np.exp(-np.mean(log_probabilities)))


class NGram:
    r"""Probabilities of the next character given the k before it, from counts.

    .. math:: p(q\mid z)=\frac{N(z,q)+\alpha\,p'(q)}{N(z)+\alpha}

    N(z, q) counts how often the character q follows the context z of k characters, N(z) how often any does. Plain
    tables have the uniform :math:`p'=1/K`; with ``interpolate`` p' is the model whose context lacks the first character
    of z, and so on down to the uniform one.

    Parameters
    ----------
    context : k, 0 for a unigram, 1 for a bigram.
    symbols : K.
    strength : :math:`\alpha>0`.
    """

    def __init__(self, context: int, symbols: int, strength: float = 1.0, interpolate: bool = False) -> None:
        require(context >= 0 and strength > 0,
                "NGram: context is {}, strength {}, expected k >= 0 and α > 0", context, strength)  # fmt: skip
        require(symbols ** (context + 1) < 2**62, "NGram: {} symbols to the power {} overflow", symbols, context + 1)
        self.context, self.symbols, self.strength, self.interpolate = context, symbols, strength, interpolate

    def _codes(self, pieces: Pieces, skip: int, k: int) -> np.ndarray:
        """Each run of k + 1 characters as a number in base K; the last of a run is character skip, skip + 1, …"""
        codes = []
        for piece in pieces:
            run = np.zeros(max(len(piece) - skip, 0), dtype=np.int64)
            for j in range(skip - k, skip + 1):
                run = run * self.symbols + piece[j : j + len(run)]
            codes.append(run)
        return np.concatenate(codes)

    def fit(self, pieces: Pieces) -> NGram:
        """Count in the pieces of a text (lists of numbers from 0 to K - 1); no context reaches across a seam."""
        self.tables = []
        for k in range(self.context + 1):
            runs = self._codes(pieces, k, k)
            self.tables.append((np.unique(runs, return_counts=True),
                                np.unique(runs // self.symbols, return_counts=True)))  # fmt: skip
        return self

    def log_probabilities(self, pieces: Pieces, skip: int | None = None) -> np.ndarray:
        """The log-probability of each character but the first `skip` of every piece (k by default, no less)."""
        skip = self.context if skip is None else skip
        require(skip >= self.context, "NGram: skip is {}, expected at least {}", skip, self.context)
        return self._smoothed(self._met(pieces, skip))

    def _met(self, pieces: Pieces, skip: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """How often each run of the pieces was counted, and its context: two arrays for every k that takes part."""
        found = []
        for k in range(0 if self.interpolate else self.context, self.context + 1):
            runs = self._codes(pieces, skip, k)
            pair, single = self.tables[k]
            found.append((_looked_up(*pair, runs), _looked_up(*single, runs // self.symbols)))
        return found

    def _smoothed(self, met: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        p = 1 / self.symbols
        for pair, single in met:
            p = (pair + self.strength * p) / (single + self.strength)
        return np.log(p)

    def tune(self, pieces: Pieces, strengths: Sequence[float], skip: int) -> NGram:
        """Keep the strength with the least perplexity on the pieces, which are not those that were counted."""
        require(skip >= self.context, "NGram: skip is {}, expected at least {}", skip, self.context)
        met, found = self._met(pieces, skip), {}
        for strength in strengths:
            self.strength = strength
            found[strength] = perplexity(self._smoothed(met))
        self.strength = min(found, key=found.get)
        return self

    def known(self, pieces: Pieces, skip: int) -> float:
        """The share of contexts in the pieces that were met when counting."""
        contexts = self._codes(pieces, skip, self.context) // self.symbols
        return float(np.mean(_looked_up(*self.tables[-1][1], contexts) > 0))


def _looked_up(keys: np.ndarray, counts: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The count of each wanted key, 0 where it is not among the sorted keys."""
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, counts[at], 0)


class CharacterRNN(Module):
    r"""Scores of the next character, :math:`y_t=Vh_t+c`, from the state of recurrent layers that read one-hot inputs.

    Parameters
    ----------
    symbols : K, the size of the vocabulary.
    recurrent : a layer with K inputs, such as ``nn.RNN(K, 128, rng=rng)``; also an LSTM or a GRU.
    rng : source of the output layer's weights. The layers' input weights are drawn anew from N(0, 1): a one-hot input
        has a single 1, so variance 1 gives pre-activations of size 1.
    """

    def __init__(self, symbols: int, recurrent: nn.Recurrent, *, rng: np.random.Generator) -> None:
        self.recurrent = recurrent
        self.output = nn.Linear(recurrent.directions * recurrent.hidden_size, symbols, rng=rng)
        weight = recurrent.weight_ih_l0
        weight.data = rng.standard_normal(weight.shape).astype(weight.dtype)
        self.one_hot = np.eye(symbols, dtype=weight.dtype)

    def forward(self, codes: np.ndarray, state: object = None) -> tuple[Tensor, object]:
        """Scores (T, N, K) for numbers (T, N) of characters, and the last state."""
        outputs, state = self.recurrent(self.one_hot[codes], state)
        return self.output(outputs), state

    def log_probabilities(self, pieces: Pieces, skip: int = 1) -> np.ndarray:
        """The log-probability of each character of every piece but the first `skip`; each piece starts from state 0."""
        found = []
        with no_grad():
            for piece in pieces:
                scores = ops.log_softmax(self(piece[:-1, None])[0]).data[:, 0]
                found.append(scores[np.arange(len(piece) - 1), piece[1:]][skip - 1 :])
        return np.concatenate(found)

    def sample(self, start: np.ndarray, length: int, rng: np.random.Generator, temperature: float = 1.0) -> np.ndarray:
        """Read the numbers `start`, then draw `length` more, each from softmax(scores / temperature)."""
        require(len(start) > 0 and temperature > 0,
                "sample: start has {} characters, temperature is {}, expected at least one and > 0",
                len(start), temperature)  # fmt: skip
        drawn, codes, state = list(start), np.asarray(start)[:, None], None
        with no_grad():
            for _ in range(length):
                scores, state = self(codes, state)
                p = ops.softmax(scores[-1, 0].data.astype(np.float64) / temperature).data
                drawn.append(int(rng.choice(len(p), p=p)))
                codes = np.array([[drawn[-1]]])
        return np.array(drawn)


def train(model: CharacterRNN, pieces: Pieces, lr: float, steps: int, rng: np.random.Generator, *, window: int = 32,
          batch_size: int = 32, max_norm: float = 1.0) -> np.ndarray:  # fmt: skip
    """Adam on random windows of text, clipped gradients, a rate that falls linearly to 0: truncated backpropagation.

    Returns
    -------
    (steps, 2) array: the mean loss of each batch in nats a character, and the norm of the gradient before clipping.
    """
    long_enough = [p for p in pieces if len(p) > window]
    parameters, record = model.parameters(), []
    optimizer = optim.Adam(parameters, lr=lr)
    for step in range(steps):
        inputs, targets = random_windows(long_enough, window, batch_size, rng)
        optimizer.lr = lr * (1 - step / steps)
        optimizer.zero_grad()
        scores, _ = model(inputs.T)
        loss = ops.cross_entropy(scores.reshape((-1, scores.shape[-1])), targets.T.ravel())
        loss.backward()
        record.append((loss.item(), clip_grad_norm_(parameters, max_norm)))
        optimizer.step()
    return np.array(record)
