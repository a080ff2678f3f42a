"""Digits in a larger frame, so that they can be moved without losing a pixel, and training for their comparison."""

from __future__ import annotations

import numpy as np

from derived import nn, ops, optim
from derived.arguments import require
from derived.data import Batches
from derived.data.augmentation import shift
from derived.schedules import CosineAnnealingWarmRestarts, Scheduler
from derived.training import accuracy, fit, predict

__all__ = ["framed", "shift_scores", "train"]


def framed(images: np.ndarray, margin: int = 2) -> np.ndarray:
    """(N, C, H, W) images with ``margin`` pixels of 0 on each side."""
    require(images.ndim == 4, "framed: images has shape {}, expected (N, C, H, W)", images.shape)
    return np.pad(images, ((0, 0), (0, 0), (margin, margin), (margin, margin)))


def shift_scores(model: nn.Module, images: np.ndarray, y: np.ndarray, most: int = 2) -> np.ndarray:
    """Accuracy on images moved by d = 0, 1, …, ``most`` pixels, where along a diagonal both shifts are d.

    The eight directions take turns over the images, and the turns begin anew in each class: every class is moved
    equally often in every direction, up to one image.
    """
    turn = np.empty(len(y), int)
    for label in np.unique(y):
        turn[y == label] = np.arange(np.sum(y == label)) % 8
    ways = np.array([(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if a or b])[turn]
    return np.array([accuracy(predict(model, shift(images, *(d * ways.T)), 64), y) for d in range(most + 1)])


def train(model: nn.Module, X: np.ndarray, y: np.ndarray, epochs: int, lr: float, seed: int) -> nn.Module:
    """Adam on batches of 32, the rate falling from ``lr`` to 0 along half a cosine; returns the model."""
    batches = Batches(X, y, 32, np.random.default_rng(seed))
    optimizer = optim.Adam(model.parameters(), lr=lr)
    rate = Scheduler(optimizer, CosineAnnealingWarmRestarts(lr, epochs * len(batches)))
    fit(model, ops.cross_entropy, optimizer, batches, epochs, progress=False, scheduler=rate)
    return model
