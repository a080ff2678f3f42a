"""A small convolutional network on the digits: 8 x 8 pixels, two convolutions, batches of 32."""

import numpy as np

from benchmarks.networks import training_step
from benchmarks.timing import Pair
from derived import nn
from derived.data import load_digits


def build() -> Pair:
    """One training step."""
    digits, rng = load_digits(images=True), np.random.default_rng(0)
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, rng=rng), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1, rng=rng), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(128, 10, rng=rng),
    )  # fmt: skip
    return training_step("CNN on 8 x 8 digits, batch 32", model, digits.X, digits.y, 32, goal=2.5)
