"""The network of the MNIST chapters: 784-256-10, batches of 128, where matrix products dominate."""

import numpy as np

from benchmarks.networks import mlp
from benchmarks.timing import Pair


def build() -> Pair:
    """One training step on random images: time does not depend on the pixels."""
    rng = np.random.default_rng(0)
    X, y = rng.random((1280, 784)), rng.integers(10, size=1280)
    return mlp("MLP 784-256-10, batch 128", (784, 256, 10), X, y, 128, goal=1.3)
