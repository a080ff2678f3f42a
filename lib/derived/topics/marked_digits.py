"""Digits with a mark in the margin that gives the class away, and the small networks that this chapter looks into."""

from __future__ import annotations

import numpy as np

from derived import nn
from derived.arguments import require
from derived.topics.shifted_digits import framed, train

__all__ = ["SIDE", "curvature_bound", "digit_reader", "mark_places", "marked", "smooth_reader", "trained_reader"]

SIDE = 10  # digits of 8 x 8 pixels with a margin of one


def mark_places(places: np.ndarray) -> np.ndarray:
    """Number of the pixel, row by row, that holds a mark at the given rows of the left margin."""
    return SIDE * np.asarray(places)


def marked(images: np.ndarray, places: np.ndarray | None = None, ink: float = 1.0) -> np.ndarray:
    """Digits in a black margin of one pixel, in whose first column one pixel may be lit.

    Parameters
    ----------
    images : (N, 1, 8, 8) array.
    places : (N,) rows of the marks, 0 to 9, such as the labels; None for no marks.
    ink : factor of the digits' brightness; that of a mark is 1.

    Returns
    -------
    (N, 1, 10, 10) array.
    """
    require(images.shape[1:] == (1, 8, 8), "marked: images has shape {}, expected (N, 1, 8, 8)", images.shape)
    pages = (ink * framed(images, 1)).astype(images.dtype)
    if places is not None:
        pages[np.arange(len(pages)), 0, places, 0] = 1
    return pages


def digit_reader(*, rng: np.random.Generator, channels: tuple[int, int] = (12, 24), bias: bool = True,
                 activation: type = nn.ReLU, dtype: type = np.float32) -> nn.Sequential:  # fmt: skip
    """Two 3x3 convolutions without padding, pooling, one dense layer, for (N, 1, 10, 10): 10 scores."""
    a, b = channels
    options = {"rng": rng, "init": "he_normal", "bias": bias, "dtype": dtype}
    return nn.Sequential(
        nn.Conv2d(1, a, 3, **options), activation(), nn.Conv2d(a, b, 3, **options), activation(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(9 * b, 10, **options),
    )  # fmt: skip


def smooth_reader(*, rng: np.random.Generator, hidden: int = 24) -> nn.Sequential:
    """One hidden layer of softplus units in float64, for (N, 1, 10, 10): its scores have continuous second derivatives.

    The Hessian of score c has norm at most :func:`curvature_bound`.
    """
    options = {"rng": rng, "init": "xavier_normal", "dtype": np.float64}
    return nn.Sequential(nn.Flatten(), nn.Linear(SIDE**2, hidden, **options), nn.Softplus(),
                         nn.Linear(hidden, 10, **options))  # fmt: skip


def curvature_bound(model: nn.Sequential) -> float:
    r"""Largest :math:`\frac14\|W^\top\operatorname{diag}|v_c|\,W\|_2` over the classes of a :func:`smooth_reader`.

    The Hessian is :math:`\sum_iv_{ci}\phi''(z_i)\,w_iw_i^\top`, and softplus has :math:`0<\phi''\le\frac14`.
    """
    W, V = model[1].weight.data, model[3].weight.data
    return max(float(np.linalg.norm((W.T * np.abs(v)) @ W, 2)) for v in V) / 4


def trained_reader(X: np.ndarray, y: np.ndarray, seed: int, epochs: int = 8, **options: object) -> nn.Sequential:
    """A :func:`digit_reader`, trained by Adam on batches of 32 with a rate that falls from 0.005 to 0."""
    return train(digit_reader(rng=np.random.default_rng(seed), **options), X, y, epochs, 5e-3, seed)
