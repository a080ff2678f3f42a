"""Occlusion: cover a part of the image, and see what the score loses."""

from __future__ import annotations

import numpy as np

from derived import nn
from derived.arguments import require
from derived.tensor import no_grad

__all__ = ["occlusion_map"]


def occlusion_map(model: nn.Module, images: np.ndarray, classes: np.ndarray, size: int, stride: int = 1,
                  fill: float = 0.0) -> np.ndarray:  # fmt: skip
    r"""Loss of score for each place of a square that covers the image,
    :math:`m_{uv}=s_c(I)-s_c(I\text{ with the square at }(uS,vS)\text{ filled})`.

    Parameters
    ----------
    model : images (N, C, H, W) to scores (N, K).
    images : (N, C, H, W) array.
    classes : (N,) integers c.
    size, stride : side of the square, and the step S between its places, in pixels.
    fill : value of all channels inside the square.

    Returns
    -------
    (N, h, w) array with :math:`h=\lfloor(H-\text{size})/S\rfloor+1`; entries may be negative.
    """
    N, _, H, W = images.shape
    require(1 <= size <= min(H, W), "occlusion_map: size is {}, expected 1 to {}", size, min(H, W))
    require(stride >= 1, "occlusion_map: stride is {}, expected at least 1", stride)
    require(len(classes) == N, "occlusion_map: {} images and {} classes", N, len(classes))
    rows, columns = range(0, H - size + 1, stride), range(0, W - size + 1, stride)
    pick = np.arange(N), classes
    with no_grad():
        whole = model(images).data[pick]
        drops = np.empty((N, len(rows), len(columns)), whole.dtype)
        for u, top in enumerate(rows):
            covered = np.repeat(images[None], len(columns), axis=0)
            for v, left in enumerate(columns):
                covered[v, :, :, top : top + size, left : left + size] = fill
            scores = model(covered.reshape(-1, *images.shape[1:])).data.reshape(len(columns), N, -1)
            drops[:, u] = whole[:, None] - scores[:, *pick].T
    return drops
