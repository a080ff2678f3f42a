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
    rows : one list of images for each row, the same number in all rows.
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
        for c, image in enumerate(row):
            if image is None:
                continue
            box = (label + side * (c + 0.04), height - top - side * (r + 0.96), side * 0.92, side * 0.92)
            ax = fig.add_axes((box[0] / width, box[1] / height, box[2] / width, box[3] / height))
            (draw_image if image.ndim == 3 else draw_signed)(ax, image)
        if names:
            fig.text(0.0, (height - top - side * (r + 0.5)) / height, names[r], va="center", fontsize=9)
    for c, head in enumerate(heads):
        fig.text((label + side * (c + 0.5)) / width, 1 - 0.13 / height, head, ha="center", va="center", fontsize=9)
    return fig


def _bare(ax: Axes, title: str) -> None:
    ax.set(xticks=[], yticks=[])
    if title:
        ax.set_title(title, fontsize=9)
    ax.spines[:].set_visible(False)
