"""Which parts of which images a unit answers to most, traced back through its receptive field."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from derived import nn
from derived.arguments import require
from derived.tensor import no_grad
from derived.topics.receptive_fields import Stage, window

__all__ = ["Patch", "stages_of", "top_patches", "without_padding"]


@dataclass(frozen=True)
class Patch:
    """One place where a unit was strong.

    Attributes
    ----------
    image, row, column : number of the image, and the unit's place in its map.
    activation : its value there.
    top, left, bottom, right : the receptive field in pixels, bottom and right exclusive; outside the image where
        padding was seen.
    """

    image: int
    row: int
    column: int
    activation: float
    top: int
    left: int
    bottom: int
    right: int

    def cut(self, images: np.ndarray) -> np.ndarray:
        """The pixels (C, h, w) of the receptive field, as far as it lies inside the image."""
        return images[self.image, :, max(self.top, 0) : self.bottom, max(self.left, 0) : self.right]


def stages_of(model: nn.Sequential) -> list[Stage]:
    """Kernel, stride, padding and dilation of the layers that have windows; the same along rows and columns."""
    stages = []
    for layer in model.layers:
        if isinstance(layer, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d):
            geometry = [layer.kernel_size, layer.stride, layer.padding, getattr(layer, "dilation", 1)]
            pairs = [n if isinstance(n, tuple) else (n, n) for n in geometry]
            require(all(a == b for a, b in pairs), "stages_of: {} differs along rows and columns", layer)
            stages.append(Stage(*(a for a, _ in pairs)))
    return stages


def without_padding(model: nn.Sequential) -> nn.Sequential:
    """The same convolutions and pooling layers, parameters shared, with padding 0."""
    layers = []
    for layer in model.layers:
        if isinstance(layer, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d):
            bare = object.__new__(type(layer))
            bare.__dict__.update(layer.__dict__)
            bare.padding = (0, 0)
            layer = bare
        layers.append(layer)
    return nn.Sequential(*layers)


def top_patches(model: nn.Sequential, images: np.ndarray, channel: int, count: int, *,
                once: bool = False) -> list[Patch]:  # fmt: skip
    """The strongest activations of one channel, strongest first; units that see padding are left out.

    Parameters
    ----------
    model : the layers up to the unit, convolutions, pooling and activations only.
    images : (N, C, H, W) array.
    channel, count : number of the channel, and how many patches are asked for.
    once : at most one patch of each image; otherwise neighbouring places of one pattern fill the list.
    """
    stages = stages_of(model)
    with no_grad():
        maps = model(images).data[:, channel]
    (H, W), (h, w) = images.shape[2:], maps.shape[1:]
    spans = [[window(stages, u) for u in range(n)] for n in (h, w)]
    kept = [np.array([first >= 0 and last < n for first, last in span]) for span, n in zip(spans, (H, W), strict=True)]
    values = np.where(kept[0][:, None] & kept[1], maps, -np.inf)
    if once:
        strongest = values.max(axis=(1, 2), keepdims=True)
        values = np.where(values == strongest, values, -np.inf)
    found = []
    for k in np.argsort(-values, axis=None, kind="stable")[:count]:
        n, u, v = (int(i) for i in np.unravel_index(k, values.shape))
        (top, bottom), (left, right) = spans[0][u], spans[1][v]
        require(np.isfinite(values[n, u, v]), "top_patches: count is {}, more than there are units", count)
        found.append(Patch(n, u, v, float(values[n, u, v]), top, left, bottom + 1, right + 1))
    return found
