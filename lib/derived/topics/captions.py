"""Captions: an image goes in, an English word comes out, letter by letter."""

from __future__ import annotations

import numpy as np

from derived import nn
from derived.arguments import require
from derived.tensor import Tensor, no_grad
from derived.topics.seq2seq import Decoder, sequence_loss
from derived.topics.sequence_training import train_steps

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
LETTERS = "".join(sorted(set("".join(WORDS))))
END = len(LETTERS)
LENGTH = max(map(len, WORDS)) + 1


def spell(labels: np.ndarray) -> np.ndarray:
    """The words of labels from 0 to 9 as columns of letters, (LENGTH, N); ends are filled with the end symbol."""
    table = np.full((len(WORDS), LENGTH), END)
    for row, word in zip(table, WORDS, strict=True):
        row[: len(word)] = [LETTERS.index(letter) for letter in word]
    return table[labels].T


def read(letters: np.ndarray) -> list[str]:
    """The words in the columns of (T, N) numbers of letters, up to the first end symbol."""
    symbols = [*LETTERS, "."]
    return ["".join(symbols[i] for i in column).split(".")[0] for column in np.asarray(letters).T]


class Captioner(nn.Module):
    """A small convolutional network whose features are the first state of a decoder of letters.

    Parameters
    ----------
    hidden_size : of the decoder's state.
    rng : source of the initial weights.
    """

    def __init__(self, hidden_size: int = 32, *, rng: np.random.Generator) -> None:
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1, rng=rng), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
            nn.Linear(128, hidden_size, rng=rng),
        )  # fmt: skip
        self.decoder = Decoder(END + 1, hidden_size, 16, kind="GRU", rng=rng)

    def encode(self, images: np.ndarray) -> Tensor:
        """(N, 1, 8, 8) images to the decoder's first state (1, N, hidden_size)."""
        require(images.shape[1:] == (1, 8, 8), "Captioner: images have shape {}, expected (N, 1, 8, 8)", images.shape)
        return self.encoder(images)[None]

    def forward(self, images: np.ndarray, letters: np.ndarray) -> Tensor:
        """Logits (LENGTH, N, letters) with teacher forcing."""
        return self.decoder(letters, self.encode(images))

    def captions(self, images: np.ndarray) -> list[str]:
        """Words found by greedy search."""
        with no_grad():
            return read(self.decoder.free(LENGTH, self.encode(images))[0])


def train_captioner(X: np.ndarray, y: np.ndarray, seed: int, *, epochs: int = 6, batch: int = 64,
                    lr: float = 0.03) -> Captioner:  # fmt: skip
    """Train on images (N, 1, 8, 8) and labels by teacher forcing."""
    rng = np.random.default_rng(seed)
    model = Captioner(rng=rng)
    letters = spell(y)
    rows = np.concatenate([rng.permutation(len(X)) for _ in range(epochs)])
    turns = iter(np.array_split(rows, max(1, len(rows) // batch)))

    def loss() -> Tensor:
        b = next(turns)
        return sequence_loss(model(X[b], letters[:, b]), letters[:, b])

    train_steps(model, loss, max(1, len(rows) // batch), lr)
    return model
