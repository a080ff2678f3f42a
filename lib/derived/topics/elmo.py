"""ELMo in small: words from their letters, a language model in each direction, and a mixture of the layers."""

from __future__ import annotations

import numpy as np

from derived import nn, ops
from derived.arguments import require
from derived.tensor import Tensor
from derived.topics.toy_language import WORDS, sentences
from derived.topics.warm_training import train

__all__ = ["BidirectionalLM", "MixedTask", "letters", "mix", "pretrain"]

_WIDTH = max(map(len, WORDS)) + 2


def letters(words: list[str]) -> np.ndarray:
    """Words as rows of numbers: 1 to 26 for the letters, 27 at both ends, 0 behind; shape (len(words), longest + 2).

    Raises
    ------
    ValueError
        if a word is too long or not spelt in small letters a to z.
    """
    rows = np.zeros((len(words), _WIDTH), int)
    for row, word in zip(rows, words, strict=True):
        require(0 < len(word) <= _WIDTH - 2 and all("a" <= c <= "z" for c in word),
                "letters: {!r}, expected 1 to {} letters a to z", word, _WIDTH - 2)  # fmt: skip
        row[: len(word) + 2] = [27, *(ord(c) - 96 for c in word), 27]
    return rows


_SPELLING = letters(WORDS)


def mix(layers: list[Tensor], s: Tensor, gamma: Tensor) -> Tensor:
    r"""ELMo's vector for a task, :math:`\gamma\sum_j\mathrm{softmax}(s)_j\,h_j`.

    Parameters
    ----------
    layers : J arrays of one shape.
    s : (J,) tensor, learnt with the task.
    gamma : (1,) tensor, learnt with the task.
    """
    weights = ops.softmax(s)
    total = layers[0] * weights[0]
    for j in range(1, len(layers)):
        total = total + layers[j] * weights[j]
    return total * gamma


class MixedTask(nn.Module):
    """A classifier on the mixture of frozen layers, which learns the mixture, too.

    Parameters
    ----------
    layers, features, classes : number of layers, of features in each, and of logits.
    rng : source of the initial weights.

    Attributes
    ----------
    a, gamma : parameters of :func:`mix`, 0 and 1 at the start.
    """

    def __init__(self, layers: int, features: int, classes: int, *, rng: np.random.Generator) -> None:
        self.a, self.gamma = nn.Parameter(np.zeros(layers, np.float32)), nn.Parameter(np.ones(1, np.float32))
        self.output = nn.Linear(features, classes, rng=rng)

    def forward(self, layers: list[Tensor]) -> Tensor:
        """Logits (N, classes) from layers (N, features)."""
        return self.output(mix(layers, self.a, self.gamma))

    def fit(self, layers: list[Tensor], labels: np.ndarray, steps: int = 80, lr: float = 0.05) -> np.ndarray:
        """Train on all examples in every step; returns the weights of the layers."""
        train(self, lambda: ops.cross_entropy(self(layers), labels), steps, lr)
        return ops.softmax(self.a).data


class BidirectionalLM(nn.Module):
    """Two stacks of two LSTMs over the words of a sentence, one from each end, on a convolution over the letters.

    Parameters
    ----------
    d_model : features of a word and states of each LSTM.
    rng : source of the initial weights.

    Notes
    -----
    M. E. Peters et al., NAACL 2018; they have 4096 states, projections and a residual between the layers.
    """

    def __init__(self, d_model: int = 16, *, rng: np.random.Generator) -> None:
        self.letter = nn.Embedding(28, 8, rng=rng)
        self.filters = nn.Parameter((0.5 * rng.standard_normal((32, 8, 3))).astype(np.float32))
        self.word = nn.Linear(32, d_model, init="he_normal", rng=rng)
        self.ahead = [nn.LSTM(d_model, d_model, rng=rng) for _ in range(2)]
        self.back = [nn.LSTM(d_model, d_model, rng=rng) for _ in range(2)]
        for lstm in [*self.ahead, *self.back]:
            for name, p in lstm.named_parameters():
                if name.startswith("weight"):
                    p.data *= np.float32(2.5)  # with the usual weights some seeds rest for hundreds of steps
        self.output = nn.Linear(d_model, len(WORDS), rng=rng)

    def _read(self, spelling: np.ndarray) -> Tensor:
        x = ops.transpose(self.letter(spelling), 1, 2)
        return self.word(ops.amax(ops.conv1d(x, self.filters, padding=1), dim=2))

    def stacks(self, words: np.ndarray) -> tuple[list[Tensor], list[Tensor]]:
        """For sentences (N, L): word vectors and states of both LSTMs, each (L, N, d_model), forwards and backwards."""
        x = ops.embedding(words.T, self._read(_SPELLING))
        ahead, back = [x], [x]
        for forwards, backwards in zip(self.ahead, self.back, strict=True):
            ahead.append(forwards(ahead[-1])[0])
            back.append(ops.flip(backwards(ops.flip(back[-1], 0))[0], 0))
        return ahead, back

    def layers(self, words: np.ndarray) -> list[Tensor]:
        """The three layers (L, N, 2 d_model) of each word: its spelling twice, then the states of both directions."""
        return [ops.cat([a, b], dim=2) for a, b in zip(*self.stacks(words), strict=True)]

    def loss(self, words: np.ndarray) -> Tensor:
        """Cross-entropy of the next word, from the left, plus that of the word before, from the right."""
        ahead, back = self.stacks(words)
        states = ops.cat([ahead[-1][:-1], back[-1][1:]], dim=0)
        logits = self.output(states).reshape(-1, len(WORDS))
        targets = np.concatenate([words.T[1:], words.T[:-1]]).reshape(-1)
        return 2 * ops.cross_entropy(logits, targets)


def pretrain(model: BidirectionalLM, steps: int, rng: np.random.Generator, *, lr: float = 0.02,
             batch_size: int = 32) -> np.ndarray:  # fmt: skip
    """Both language models on fresh sentences of the toy language; returns the losses."""
    return train(model, lambda: model.loss(sentences(batch_size, rng)[0]), steps, lr)
