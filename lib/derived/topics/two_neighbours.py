"""A task for which one attention is not enough: name both neighbours of every place in a ring."""

from __future__ import annotations

import numpy as np

from derived import ops
from derived.nn import Linear, Module, MultiheadAttention
from derived.optim import Adam
from derived.tensor import Tensor, no_grad

LENGTH, SYMBOLS = 8, 6


def rings(rng: np.random.Generator, N: int) -> tuple[np.ndarray, np.ndarray]:
    """Random symbols in a ring of 8 places.

    Returns
    -------
    X : (N, 8, 14) float32 rows: the symbol and the place, one-hot each.
    y : (N, 8, 2) integers: the symbols before and behind each place.
    """
    symbols = rng.integers(0, SYMBOLS, (N, LENGTH))
    places = np.broadcast_to(np.eye(LENGTH, dtype=np.float32), (N, LENGTH, LENGTH))
    X = np.concatenate([np.eye(SYMBOLS, dtype=np.float32)[symbols], places], axis=-1)
    return X, np.stack([np.roll(symbols, 1, axis=1), np.roll(symbols, -1, axis=1)], axis=-1)


class Neighbours(Module):
    """A linear embedding, one layer of self-attention, and a linear map to the scores of both neighbours.

    Parameters
    ----------
    num_heads : of the attention.
    rng : source of the initial weights.
    dim : number of features, a multiple of num_heads.
    """

    def __init__(self, num_heads: int, rng: np.random.Generator, dim: int = 24) -> None:
        self.embed = Linear(LENGTH + SYMBOLS, dim, rng=rng)
        self.attention = MultiheadAttention(dim, num_heads, rng=rng)
        self.out = Linear(dim, 2 * SYMBOLS, rng=rng)

    def forward(self, X: np.ndarray) -> Tensor:
        """(N, 8, 14) to logits (N, 8, 2, 6)."""
        x = self.embed(X)
        logits = self.out(self.attention(x, x, x, need_weights=False)[0])
        return logits.reshape(*X.shape[:2], 2, SYMBOLS)

    def weights(self, X: np.ndarray) -> np.ndarray:
        """Attention of each head, (N, heads, 8, 8)."""
        with no_grad():
            x = self.embed(X)
            return self.attention(x, x, x, average_attn_weights=False)[1].data


def train(model: Neighbours, rng: np.random.Generator, steps: int = 150, *, N: int = 32, lr: float = 0.02) -> None:
    """Adam on fresh rings, at a rate that falls linearly to 0."""
    optimizer = Adam(model.parameters(), lr=lr)
    for k in range(steps):
        optimizer.lr = lr * (1 - k / steps)
        X, y = rings(rng, N)
        optimizer.zero_grad()
        ops.cross_entropy(model(X).reshape(-1, SYMBOLS), y.reshape(-1)).backward()
        optimizer.step()


def accuracy(model: Neighbours, rng: np.random.Generator, N: int = 300) -> np.ndarray:
    """(2,) shares of places whose neighbour before, and behind, is named rightly."""
    X, y = rings(rng, N)
    with no_grad():
        return (model(X).data.argmax(axis=-1) == y).mean(axis=(0, 1))
