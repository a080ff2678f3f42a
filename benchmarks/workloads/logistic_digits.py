"""Multinomial logistic regression on all 1,797 digits, full batch: one product, one cross-entropy, one step of SGD."""

from benchmarks.networks import mlp
from benchmarks.timing import Pair
from derived.data import load_digits


def build() -> Pair:
    """One step of gradient descent."""
    digits = load_digits()
    X, y = digits.X, digits.y
    return mlp("logistic regression, 1,797 digits", (64, 10), X, y, len(X), 2.5, "SGD", lr=0.1)
