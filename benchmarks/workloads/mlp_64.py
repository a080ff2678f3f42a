"""A small network on the digits: 64-128-10, batches of 32, where the cost of a step is mostly bookkeeping."""

from benchmarks.networks import mlp
from benchmarks.timing import Pair
from derived.data import load_digits


def build() -> Pair:
    """One training step."""
    digits = load_digits()
    return mlp("MLP 64-128-10, batch 32", (64, 128, 10), digits.X, digits.y, 32, goal=4.0)
