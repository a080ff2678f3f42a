"""Labels that are wrong by chance, in the two usual models of such noise."""

import numpy as np

from derived.arguments import require

__all__ = ["redrawn_labels", "wrong_labels"]


def wrong_labels(y: np.ndarray, share: float, classes: int, rng: np.random.Generator) -> np.ndarray:
    """A copy of the labels y (N,) in which each is replaced by *another* class with probability `share`."""
    _check("wrong_labels", share)
    shift = rng.integers(1, classes, len(y)) * (rng.random(len(y)) < share)
    return (y + shift) % classes


def redrawn_labels(y: np.ndarray, share: float, classes: int, rng: np.random.Generator) -> np.ndarray:
    """A copy of the labels y (N,) in which each is drawn anew with probability `share`, perhaps the same again."""
    _check("redrawn_labels", share)
    return np.where(rng.random(len(y)) < share, rng.integers(0, classes, len(y)), y)


def _check(where: str, share: float) -> None:
    require(0 <= share <= 1, "{}: share is {}, expected a number from 0 to 1", where, share)
