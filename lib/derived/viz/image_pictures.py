"""Pictures of images: tiles in rows, grey, signed or coloured, and maps over them."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from derived.viz.style import diverging

__all__ = ["draw_image", "draw_signed", "tiles"]


def draw_image(ax: Axes, image: np.ndarray, title: str = "") -> None:
    """An image (1, H, W) in grey or (3, H, W) in colour, entries in [0, 1], without ticks."""
    if len(image) == 1:
        ax.imshow(image[0], cmap="gray", vmin=0, vmax=1, interpolation="none")
    else:
        ax.imshow(np.clip(image.transpose(1, 2, 0), 0, 1), interpolation="none")
    _bare(ax, title)


def draw_signed(ax: Axes, values: np.ndarray, title: str = "", limit: float | None = None) -> None:
    """A map (H, W): white is 0, red positive, blue negative; the strongest colour is ``limit`` or the largest entry."""
    limit = limit or np.abs(values).max() or 1.0
    ax.imshow(values, cmap=diverging, vmin=-limit, vmax=limit, interpolation="none")
    _bare(ax, title)


def tiles(rows: Sequence[Sequence[np.ndarray]], names: Sequence[str] = (), heads: Sequence[str] = (), *,
          width: float = 7.2, label: float = 1.0) -> Figure:  # fmt: skip
    """Images in rows: (C, H, W) as in :func:`draw_image`, (H, W) as in :func:`draw_signed`, None is left empty.

    Parameters
    ----------
    rows : one list of images for each row, the same number in all rows. Square grey ones of one shape are drawn
        as a strip: axes for each would take most of the time.
    names, heads : texts to the left of the rows and above the columns.
    width, label : width of the figure and of the texts on the left, in inches.
    """
    label = label if names else 0.0
    columns = len(rows[0])
    side = (width - label) / columns
    top = 0.26 if heads else 0.0
    height = side * len(rows) + top
    fig = plt.figure(figsize=(width, height), layout="none")
    for r, row in enumerate(rows):
        bottom = height - top - side * (r + 0.96)
        strip = _square_and_grey(row)
        pieces = [_strip(row)] if strip else row
        wide = columns if strip else 1
        for c, image in enumerate(pieces):
            if image is None:
                continue
            box = (label + side * (c + 0.04), bottom, side * (wide - 0.08), side * 0.92)
            ax = fig.add_axes((box[0] / width, box[1] / height, box[2] / width, box[3] / height))
            (draw_image if image.ndim == 3 else draw_signed)(ax, image)
        if names:
            fig.text(0.0, (height - top - side * (r + 0.5)) / height, names[r], va="center", fontsize=9)
    for c, head in enumerate(heads):
        fig.text((label + side * (c + 0.5)) / width, 1 - 0.13 / height, head, ha="center", va="center", fontsize=9)
    return fig


def _square_and_grey(row: Sequence[np.ndarray | None]) -> bool:
    shapes = {() if image is None else image.shape for image in row}
    return len(shapes) == 1 and (shape := shapes.pop())[:1] == (1,) and len(shape) == 3 and shape[1] == shape[2]


def _strip(row: Sequence[np.ndarray]) -> np.ndarray:
    """Grey images of one shape side by side, white between them, (1, H, W); small ones in larger dots."""
    _, h, w = row[0].shape
    k = -(-24 // w)
    gap = np.ones((k * h, max(1, round(0.087 * k * w))))
    parts = [part for image in row for part in (image[0].repeat(k, axis=0).repeat(k, axis=1), gap)]
    return np.hstack(parts[:-1])[None]


def _bare(ax: Axes, title: str) -> None:
    ax.set(xticks=[], yticks=[])
    if title:
        ax.set_title(title, fontsize=9)
    ax.spines[:].set_visible(False)
