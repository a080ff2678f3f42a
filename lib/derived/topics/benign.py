r"""Interpolation that does no harm: few strong features carry the signal, many weak ones swallow the noise."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from derived.arguments import require
from derived.topics.double_descent import minimum_norm

__all__ = ["Interpolation", "fourier_features", "spiky_fit", "with_weak_features"]


class Interpolation(NamedTuple):
    """Predictions of the interpolating solution of least norm, at the training inputs and at new ones."""

    train: np.ndarray
    new: np.ndarray


def with_weak_features(X: np.ndarray, y: np.ndarray, X_new: np.ndarray, gamma: float, p: int, *,
                       rng: np.random.Generator) -> Interpolation:  # fmt: skip
    r"""Interpolate with the features :math:`\bigl(x,\sqrt{\gamma/p}\,z\bigr)`, z being p independent normal numbers.

    As p grows the predictions at new inputs tend to those of ridge regression on x alone, with the penalty
    :math:`\gamma\lVert w\rVert^2` beside the sum of squares, while at the training inputs they are y.

    Parameters
    ----------
    X, y : (N, k) inputs and (N,) values; N at most k + p.
    X_new : (M, k) new inputs, whose weak features are independent of all others.
    gamma : mean squared length of the weak part of the features, > 0.
    p : number of weak features.
    """
    require(gamma > 0 and p >= 1, "with_weak_features: gamma is {}, p is {}, expected > 0 and >= 1", gamma, p)
    require(len(X) <= X.shape[1] + p, "with_weak_features: {} examples, {} features, expected as many features or more",
            len(X), X.shape[1] + p)  # fmt: skip
    weak, unseen = (np.sqrt(gamma / p) * rng.standard_normal((len(A), p)) for A in (X, X_new))
    Phi = np.hstack([X, weak])
    w, _ = minimum_norm(Phi, y)
    return Interpolation(Phi @ w, np.hstack([X_new, unseen]) @ w)


def fourier_features(x: np.ndarray, largest: int) -> np.ndarray:
    r"""Waves on the circle: :math:`1`, then :math:`\sqrt2\cos2\pi jx`, :math:`\sqrt2\sin2\pi jx` for j = 1 … `largest`.

    (N,) to (N, 2 largest + 1); every column but the first has mean square 1 over the circle.
    """
    angle = 2 * np.pi * np.outer(x, np.arange(1, largest + 1))
    waves = np.sqrt(2) * np.stack([np.cos(angle), np.sin(angle)], axis=2).reshape(len(x), -1)
    return np.column_stack([np.ones(len(x)), waves])


def spiky_fit(x: np.ndarray, y: np.ndarray, x_new: np.ndarray, strong: int, largest: int,
              gamma: float | None) -> Interpolation:  # fmt: skip
    r"""Interpolate on the circle with waves up to `largest`, those above `strong` made weak.

    Parameters
    ----------
    x, y : (N,) places in [0, 1) and values.
    x_new : (M,) places.
    strong : highest frequency that keeps its strength.
    largest : highest frequency, at least N / 2.
    gamma : sum of the squares of the factors of all weak waves; None leaves all waves equally strong.
    """
    require(2 * largest + 1 >= len(x), "spiky_fit: largest is {}, expected at least {}", largest, len(x) // 2)
    require(0 <= strong < largest, "spiky_fit: strong is {}, expected 0 to {}", strong, largest - 1)
    factor = np.ones(2 * largest + 1)
    if gamma is not None:
        factor[2 * strong + 1 :] = np.sqrt(gamma / (2 * (largest - strong)))
    Phi, unseen = (fourier_features(places, largest) * factor for places in (x, x_new))
    w, _ = minimum_norm(Phi, y)
    return Interpolation(Phi @ w, unseen @ w)
