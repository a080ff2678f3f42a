"""LeNet-5 (with ReLU and max-pooling) on images of 28 x 28 pixels, batches of 64."""

from dataclasses import replace

import numpy as np

from benchmarks.networks import training_step
from benchmarks.timing import Pair
from derived import nn


def build() -> Pair:
    """One training step on random images: time does not depend on the pixels."""
    rng = np.random.default_rng(0)
    X, y = rng.random((640, 1, 28, 28)), rng.integers(10, size=640)
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2, rng=rng), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5, rng=rng), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120, rng=rng), nn.ReLU(), nn.Linear(120, 84, rng=rng), nn.ReLU(), nn.Linear(84, 10, rng=rng),
    )  # fmt: skip
    step = training_step("LeNet-5, 28 x 28, batch 64", model, X, y, 64, goal=1.15)
    return replace(step, tolerance=2e-3)  # Adam's first step, lr g/|g|, loses the digits of a g near 0
