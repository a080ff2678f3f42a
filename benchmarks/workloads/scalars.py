"""One digit at a time through 64-128-10, squared error, gradient descent: work that a tape of scalars can do, too."""

import numpy as np

from benchmarks.networks import mlp
from benchmarks.timing import Pair
from derived.data import load_digits


def build() -> Pair:
    """One training step."""
    digits = load_digits()
    targets = np.eye(10, dtype=np.float32)[digits.y]
    return mlp("MLP 64-128-10, one digit, squared error", (64, 128, 10), digits.X, targets, 1, None, "SGD",
               loss="mse_loss", lr=0.01)  # fmt: skip
