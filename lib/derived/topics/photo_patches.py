"""A network for photographs that trains in seconds: from which of 24 places of two photographs does a patch come?"""

from __future__ import annotations

import numpy as np

from derived import nn, ops, optim
from derived.arguments import require
from derived.data import Batches, load_images
from derived.schedules import CosineAnnealingWarmRestarts, Scheduler
from derived.training import fit

__all__ = ["photographs", "place_net", "place_patches", "to_input", "to_picture", "trained_place_net"]

SIDE, JITTER, GRID = 16, 8, (3, 4)
SCALE = 4.0
BOUNDS = (-0.5 * SCALE, 0.5 * SCALE)  # of the network's input, black and white


def photographs(step: int = 3) -> np.ndarray:
    """Both of scikit-learn's photographs, each pixel the mean of step x step: (2, 3, H, W) float32 in [0, 1]."""
    return ops.avg_pool2d.rule(load_images().X, step)[0]


def to_input(pictures: np.ndarray) -> np.ndarray:
    """Pixels in [0, 1] as the networks of this room take them: 0 is mid-grey, and the spread about 1."""
    return SCALE * (pictures - np.asarray(0.5, pictures.dtype))


def to_picture(inputs: np.ndarray) -> np.ndarray:
    """The inverse of :func:`to_input`, cut off at 0 and 1."""
    return np.clip(inputs / SCALE + 0.5, 0, 1)


def place_patches(photos: np.ndarray, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Patches with the number of the place that they come from (exemplars of Dosovitskiy et al., 2014).

    Each of the 24 places is the surrounding of a point of a 3 x 4 grid over one of the two photographs. A patch is
    moved by up to 8 pixels in both directions, mirrored or not, and changed in contrast and colour.

    Parameters
    ----------
    photos : (2, 3, H, W) array in [0, 1].

    Returns
    -------
    inputs, places : (count, 3, 16, 16) float32 as :func:`to_input` gives them, (count,) integers below 24.
    """
    H, W = photos.shape[2:]
    require(photos.shape[:2] == (2, 3) and min(H, W) >= SIDE + 2 * JITTER,
            "place_patches: photos has shape {}, expected (2, 3, H, W) with H, W >= {}",
            photos.shape, SIDE + 2 * JITTER)  # fmt: skip
    tops, lefts = (np.linspace(JITTER, n - SIDE - JITTER, k).round().astype(int)
                   for n, k in zip((H, W), GRID, strict=True))  # fmt: skip
    places = rng.integers(0, 2 * len(tops) * len(lefts), count)
    picture, cell = np.divmod(places, len(tops) * len(lefts))
    row, column = np.divmod(cell, len(lefts))
    moves = rng.integers(-JITTER, JITTER + 1, (2, count))
    windows = np.lib.stride_tricks.sliding_window_view(photos, (SIDE, SIDE), (2, 3))
    patches = windows[picture, :, tops[row] + moves[0], lefts[column] + moves[1]]
    mirrored = rng.random(count) < 0.5
    patches = np.where(mirrored[:, None, None, None], patches[..., ::-1], patches)
    mean = patches.mean(axis=(2, 3), keepdims=True)
    contrast = rng.uniform(0.6, 1.4, (count, 1, 1, 1))
    tint = 0.1 * rng.standard_normal((count, 3, 1, 1))
    return to_input(((patches - mean) * contrast + mean + tint).astype(np.float32)), places


def place_net(*, rng: np.random.Generator, channels: tuple[int, int, int] = (16, 32, 48)) -> nn.Sequential:
    """Three stages of half-padded convolution and ReLU, pooling after two of them, global mean, 24 scores.

    The first kernels begin near 0, so that what one sees in them after training has been learnt.
    """
    a, b, c = channels
    options = {"rng": rng, "init": "he_normal"}
    return nn.Sequential(
        nn.Conv2d(3, a, 5, padding=2, rng=rng, init=lambda shape, rng, dtype: rng.normal(0, 0.01, shape).astype(dtype)),
        nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(a, b, 3, padding=1, **options), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(b, c, 3, padding=1, **options), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, 24, **options),
    )  # fmt: skip


def trained_place_net(photos: np.ndarray, seed: int, count: int = 2000, epochs: int = 6) -> nn.Sequential:
    """A :func:`place_net`, trained on ``count`` patches by AdamW with a rate that falls from 0.01 to 0."""
    X, y = place_patches(photos, count, np.random.default_rng([seed, 0]))
    model = place_net(rng=np.random.default_rng([seed, 1]))
    batches = Batches(X, y, 32, np.random.default_rng([seed, 2]))
    optimizer = optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.1)
    rate = Scheduler(optimizer, CosineAnnealingWarmRestarts(1e-2, epochs * len(batches)))
    fit(model, ops.cross_entropy, optimizer, batches, epochs, progress=False, scheduler=rate)
    return model
