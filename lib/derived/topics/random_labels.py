"""Networks that learn labels without sense: how fast, and what they then know about other images."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from derived import nn, ops
from derived.data import redrawn_labels
from derived.optim import Adam
from derived.training import accuracy

__all__ = ["Memory", "learn", "learn_redrawn"]


class Memory(NamedTuple):
    """Accuracy on the training labels as given, at the steps in `steps`, and at the end on the test set."""

    steps: np.ndarray
    train: np.ndarray
    test: float


def learn(train: tuple[np.ndarray, np.ndarray], test: tuple[np.ndarray, np.ndarray], *, width: int = 256,
          steps: int = 150, every: int = 10, lr: float = 3e-3, rng: np.random.Generator) -> Memory:  # fmt: skip
    """Train a network with one hidden layer by Adam on all training examples at once.

    Parameters
    ----------
    train, test : pairs of inputs (N, d) float32 and class indices (N,).
    width : hidden units.
    steps, lr : of Adam.
    every : training accuracy is measured after so many steps, and before the first.
    rng : source of the initial weights.
    """
    (X, y), (Z, z) = train, test
    model = nn.MLP([X.shape[1], width, int(max(y.max(), z.max())) + 1], rng=rng)
    optimizer, seen = Adam(model.parameters(), lr=lr), []
    for step in range(steps + 1):
        optimizer.zero_grad()
        outputs = model(X)
        if step % every == 0:
            seen.append(np.mean(outputs.data.argmax(axis=1) == y))
        if step < steps:
            ops.cross_entropy(outputs, y).backward()
            optimizer.step()
    return Memory(np.arange(0, steps + 1, every), np.array(seen), float(accuracy(model, Z, z)))


def learn_redrawn(train: tuple[np.ndarray, np.ndarray], test: tuple[np.ndarray, np.ndarray], share: float, N: int,
                  seed: int, **options: float) -> Memory:  # fmt: skip
    """:func:`learn` on N random training examples, of whose labels the given share was drawn anew by lot."""
    rng = np.random.default_rng(seed)
    (X, y), chosen = train, rng.permutation(len(train[0]))[:N]
    labels = redrawn_labels(y[chosen], share, int(y.max()) + 1, rng)
    return learn((X[chosen], labels), test, rng=rng, **options)
