"""Masked language modelling on the toy language: pre-training without labels, features for a probe with few."""

from __future__ import annotations

import numpy as np

from derived import nn, ops
from derived.arguments import require
from derived.tensor import Tensor, no_grad
from derived.topics.toy_language import WORDS, sentences
from derived.topics.warm_training import train

__all__ = ["MASK", "MaskedLM", "corrupt", "masked_accuracy", "pretrain"]

MASK = len(WORDS)


class MaskedLM(nn.Module):
    """An encoder that sees both sides: embedding, learnt positions, blocks; logits of the words that were hidden.

    Parameters
    ----------
    d_model, nhead, layers : of the blocks, which normalise first and have 2 d_model hidden units.
    length : number of words in a sentence.
    rng : source of the initial weights.
    dtype : of the parameters.
    """

    def __init__(self, d_model: int = 32, nhead: int = 2, layers: int = 2, *, length: int = 5,
                 rng: np.random.Generator, dtype: type = np.float32) -> None:  # fmt: skip
        self.embedding = nn.Embedding(len(WORDS) + 1, d_model, rng=rng, dtype=dtype)
        self.place = nn.Embedding(length, d_model, rng=rng, dtype=dtype)
        self.layers = [nn.TransformerEncoderLayer(d_model, nhead, 2 * d_model, 0.0, norm_first=True, rng=rng,
                                                  dtype=dtype) for _ in range(layers)]  # fmt: skip
        self.norm, self.output = nn.LayerNorm(d_model, dtype=dtype), nn.Linear(d_model, len(WORDS), rng=rng,
                                                                               dtype=dtype)  # fmt: skip

    def features(self, words: np.ndarray) -> Tensor:
        """A vector for each word (N, L) in its sentence: (N, L, d_model)."""
        x = self.embedding(words) + self.place(np.arange(words.shape[1]))
        for layer in self.layers:
            x = layer(x)
        return self.norm(x)

    def noun_features(self, words: np.ndarray, place: int = 2) -> np.ndarray:
        """The vectors (N, d_model) of the word at that place, as frozen features: an array, nothing recorded."""
        with no_grad():
            return self.features(words).data[:, place]

    def forward(self, words: np.ndarray) -> Tensor:
        """Logits (N, L, vocabulary)."""
        return self.output(self.features(words))


def corrupt(words: np.ndarray, rng: np.random.Generator, share: float = 0.15) -> tuple[np.ndarray, np.ndarray]:
    """BERT's corruption: of the chosen words 80 % are masked, 10 % replaced by a random word, 10 % left as they are.

    Parameters
    ----------
    words : (N, L) integers below the size of the vocabulary.
    rng : source of the choices.
    share : the probability of a word to be chosen.

    Returns
    -------
    corrupted : (N, L) integers.
    chosen : (N, L) booleans, True where a word has to be predicted.

    Notes
    -----
    J. Devlin et al., NAACL 2019, section 3.1.
    """
    require(0 < share <= 1, "corrupt: share is {}, expected a probability above 0", share)
    chosen, kind = rng.random(words.shape) < share, rng.random(words.shape)
    corrupted = np.where(chosen & (kind < 0.8), MASK, words)
    return np.where(chosen & (kind >= 0.9), rng.integers(0, len(WORDS), words.shape), corrupted), chosen


def pretrain(model: MaskedLM, steps: int, rng: np.random.Generator, *, lr: float = 5e-3, batch_size: int = 64,
             share: float = 0.2) -> np.ndarray:  # fmt: skip
    """Cross-entropy of the chosen words of fresh sentences; returns the losses."""

    def loss() -> Tensor:
        words = sentences(batch_size, rng)[0]
        corrupted, chosen = corrupt(words, rng, share)
        places = np.flatnonzero(chosen)
        hidden = ops.embedding(places, model.features(corrupted).reshape(words.size, -1))  # only the chosen words
        return ops.cross_entropy(model.output(hidden), words.reshape(-1)[places])

    return train(model, loss, steps, lr)


def masked_accuracy(model: MaskedLM, words: np.ndarray) -> np.ndarray:
    """For each place, how often the hidden word is guessed when it alone is masked: (L,) shares."""
    scores = np.empty(words.shape[1])
    with no_grad():
        for place in range(words.shape[1]):
            hidden = words.copy()
            hidden[:, place] = MASK
            scores[place] = np.mean(model(hidden).data[:, place].argmax(axis=1) == words[:, place])
    return scores
