"""Kernels made by hand, and a photograph to try them on."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from derived import ops
from derived.arguments import require
from derived.data.datasets import load_images

__all__ = ["KERNELS", "filtered", "photograph"]

# All as a network slides them, without a flip: `sobel x` is positive where it gets brighter to the right.
KERNELS = MappingProxyType({
    "blur": np.full((3, 3), 1 / 9),
    "sobel x": np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
    "sobel y": np.array([[-1.0, -2, -1], [0, 0, 0], [1, 2, 1]]),
    "laplace": np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]]),
    "sharpen": np.array([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
})  # fmt: skip


def photograph(name: str = "china", step: int = 1) -> np.ndarray:
    """One of scikit-learn's photographs in grey, (H, W) float64 in [0, 1]: each pixel the mean of step x step.

    Grey is 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601).
    """
    data = load_images(dtype=np.float64)
    require(name in data.target_names, "photograph: name is {!r}, expected one of {}", name, data.target_names)
    grey = np.einsum("chw,c->hw", data.X[data.target_names.index(name)], [0.299, 0.587, 0.114])
    return ops.avg_pool2d.rule(grey[None, None], step)[0][0, 0]


def filtered(image: np.ndarray, kernel: np.ndarray, **options: int) -> np.ndarray:
    """The cross-correlation of one grey image with one kernel; stride, padding, dilation as in ``ops.conv2d``."""
    return ops.conv2d.rule(image[None, None], kernel[None, None], **options)[0][0, 0]
