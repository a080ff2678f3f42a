r"""How evenly a gradient is spread over an image, and whether it points along the image."""

from __future__ import annotations

import numpy as np

from derived.arguments import require

__all__ = ["alignment", "spread"]


def _rows(x: np.ndarray) -> np.ndarray:
    return x.reshape(len(x), -1)


def spread(gradients: np.ndarray) -> np.ndarray:
    r"""Share of the d pixels that a map occupies, :math:`\|g\|_1^2/(d\,\|g\|_2^2)`, (N,): 1/d for one pixel, 1 for all.

    Parameters
    ----------
    gradients : (N, ...) maps, not zero.
    """
    g = _rows(gradients)
    squares = np.sum(g * g, axis=1)
    require(np.all(squares > 0), "spread: a map is zero")
    return np.abs(g).sum(axis=1) ** 2 / (g.shape[1] * squares)


def alignment(gradients: np.ndarray, images: np.ndarray) -> np.ndarray:
    r"""Cosine of the angle between map and image without its sign, :math:`|\langle g,x\rangle|/(\|g\|_2\|x\|_2)`, (N,).

    Etmann, Lunz, Maass and Schönlieb (2019) divide by the length of g only.
    """
    require(gradients.shape == images.shape,
            "alignment: gradients has shape {}, images {}", gradients.shape, images.shape)  # fmt: skip
    g, x = _rows(gradients), _rows(images)
    lengths = np.linalg.norm(g, axis=1) * np.linalg.norm(x, axis=1)
    require(np.all(lengths > 0), "alignment: a map or an image is zero")
    return np.abs(np.sum(g * x, axis=1)) / lengths
