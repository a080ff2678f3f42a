"""Adversarial images that are made on one network and shown to another."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from derived import nn
from derived.training import accuracy

__all__ = ["transfer_errors"]


def transfer_errors(models: Sequence[nn.Module], images: np.ndarray, labels: np.ndarray,
                    attack: Callable[[nn.Module, np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:  # fmt: skip
    """Share of wrong answers, one row for the network that is attacked, one column for the one that answers.

    Parameters
    ----------
    models : images (N, ...) to scores (N, K).
    images, labels : (N, ...) floats and (N,) integers.
    attack : function of model, images, labels that returns images.
    """
    made = [attack(model, images, labels) for model in models]
    return np.array([[1 - accuracy(judge, x, labels) for judge in models] for x in made])
