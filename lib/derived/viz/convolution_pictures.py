"""Pictures of convolution: a kernel that slides, its matrix, receptive fields as a triangle of windows."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from derived.topics.convolution_matrices import weight_index
from derived.topics.filters import filtered
from derived.topics.receptive_fields import Stage, receptive_field, sizes_through, window
from derived.viz.style import colors

__all__ = ["LAYERS", "draw_connections", "draw_gray", "draw_matrix", "draw_numbers", "draw_sliding", "draw_windows",
           "sliding_value"]  # fmt: skip

IMAGE = np.array([[0, 0, 1, 2, 0], [0, 1, 3, 1, 0], [0, 2, 2, 0, 1], [1, 3, 0, 0, 2], [2, 1, 0, 1, 3]], float)
LAYERS = {  # kernel and geometry; each has 3 x 3 outputs on the 5 x 5 image
    "3×3": (np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]), Stage(3)),
    "3×3, padding 1, stride 2": (np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]), Stage(3, 2, 1)),
    "3×3, padding 1, dilation 2": (np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]), Stage(3, 1, 1, 2)),
    "2×2, padding 1, stride 2": (np.array([[1.0, -1], [-1, 1]]), Stage(2, 2, 1)),
}


def sliding_value(layer: str) -> np.ndarray:
    """What the layer named in LAYERS puts out for the image of the picture, 3 x 3."""
    kernel, s = LAYERS[layer]
    return filtered(IMAGE, kernel, stride=s.stride, padding=s.padding, dilation=s.dilation)


def draw_sliding(layer: str, position: int) -> Figure:
    """The kernel over the image at one of nine places (1 to 9), and the outputs up to there."""
    kernel, s = LAYERS[layer]
    out, (r, c) = sliding_value(layer).ravel(), divmod(position - 1, 3)
    out[position:] = np.nan
    fig = plt.figure(figsize=(5.4, 3.3), layout="none")
    ax = fig.add_axes((0.01, 0.01, 0.98, 0.87))
    ax.set(xlim=(-1.2, 11.4), ylim=(6.1, -1.1), aspect="equal")  # the same for every layer, or the image would jump
    ax.axis("off")
    _grid(ax, 5 + 2 * s.padding, 5 + 2 * s.padding, -s.padding, color=colors.grey, lw=0.6, ls=":")
    _cells(ax, IMAGE)
    _cells(ax, out.reshape(3, 3), 8, 1)
    corners = [(c * s.stride - s.padding + j * s.dilation, r * s.stride - s.padding + i * s.dilation)
               for i, j in np.ndindex(kernel.shape)]  # fmt: skip
    cells = [Rectangle(corner, 1, 1) for corner in corners]
    ax.add_collection(PatchCollection(cells, facecolor="#D9571A4D", edgecolor=colors.orange, lw=2, zorder=3))
    for (x, y), weight in zip(corners, kernel.ravel(), strict=True):
        ax.text(x + 0.96, y + 0.96, f"×{weight:.0f}".replace("-", "−"), ha="right", va="bottom",
                color=colors.red, fontsize=9, zorder=4)  # fmt: skip
    ax.add_patch(Rectangle((8 + c, 1 + r), 1, 1, fill=False, edgecolor=colors.orange, lw=3, zorder=5))
    ax.text(2.5, -1.35, "image, kernel in orange", ha="center")
    ax.text(9.5, -1.35, "output", ha="center")
    return fig


def _cells(ax: Axes, values: np.ndarray, left: int = 0, top: int = 0) -> None:
    """Numbers in cells, what is NaN empty."""
    H, W = values.shape
    ax.add_patch(Rectangle((left, top), W, H, facecolor=colors.light, edgecolor="none"))
    _grid(ax, H, W, top, left, color=colors.grey, lw=0.8, ls="-")
    for y, x in zip(*np.nonzero(~np.isnan(values)), strict=True):
        number = f"{values[y, x] + 0.0:.0f}".replace("-", "−")
        ax.text(left + x + 0.38, top + y + 0.42, number, ha="center", va="center")


def _grid(ax: Axes, rows: int, columns: int, top: int, left: int | None = None, **look: object) -> None:
    left = top if left is None else left
    ax.hlines(top + np.arange(rows + 1), left, left + columns, **look)
    ax.vlines(left + np.arange(columns + 1), top, top + rows, **look)


def draw_numbers(ax: Axes, values: np.ndarray, title: str = "", *, marked: np.ndarray | None = None,
                 window: int | None = None) -> None:  # fmt: skip
    """A matrix as numbers in cells; orange where ``marked``, thick lines around blocks of ``window`` cells."""
    H, W = values.shape
    ax.add_patch(Rectangle((0, 0), W, H, facecolor=colors.light, edgecolor="none"))
    for i, j in np.argwhere(np.zeros((H, W), bool) if marked is None else marked):
        ax.add_patch(Rectangle((j, i), 1, 1, facecolor="#D9571A4D", edgecolor="none"))
    _grid(ax, H, W, 0, color=colors.grey, lw=0.8, ls="-")
    if window:
        ax.hlines(np.arange(0, H + 1, window), 0, W, color=colors.ink, lw=2)
        ax.vlines(np.arange(0, W + 1, window), 0, H, color=colors.ink, lw=2)
    for i, j in np.ndindex(H, W):
        ax.text(j + 0.5, i + 0.54, f"{values[i, j]:g}".replace("-", "−"), ha="center", va="center", fontsize=9)
    ax.set(xlim=(-0.05, W + 0.05), ylim=(H + 0.05, -0.05), aspect="equal", anchor="NW")
    ax.set_title(title, fontsize=10)
    ax.axis("off")


def draw_gray(ax: Axes, image: np.ndarray, title: str = "", limit: float | None = None) -> None:
    """An image without ticks; with ``limit`` grey is 0, black -limit and white +limit."""
    low, high = (0, 1) if limit is None else (-limit, limit)
    ax.imshow(image, cmap="gray", vmin=low, vmax=high, interpolation="nearest")
    ax.set(xticks=[], yticks=[], title=title)
    ax.spines[:].set_visible(False)


def draw_matrix(ax: Axes, index: np.ndarray, image: tuple[int, int]) -> None:
    """Where each weight stands in the matrix of a convolution, with its number as a letter.

    See :func:`~derived.topics.convolution_matrices.weight_index`.
    """
    shades = (colors.light, "#F6CFBB", "#CBE6D8", "#E9D3E1", colors.pale, "#FFFFFF")
    for s, t in zip(*np.nonzero(index >= 0), strict=True):
        k = index[s, t]
        ax.add_patch(Rectangle((t, s), 1, 1, facecolor=shades[k % len(shades)], edgecolor=colors.grey, lw=0.5))
        ax.text(t + 0.5, s + 0.54, "abcdefghi"[k], ha="center", va="center", fontsize=9)
    ax.set(xlim=(-0.05, index.shape[1] + 0.05), ylim=(index.shape[0] + 0.05, -0.05), aspect="equal", xlabel="pixel $t$",
           ylabel="output $s$",
           xticks=np.arange(0, index.shape[1], image[1]) + 0.5,
           yticks=np.arange(0, index.shape[0], 3) + 0.5)  # fmt: skip
    ax.set_xticklabels(np.arange(0, index.shape[1], image[1]))
    ax.set_yticklabels(np.arange(0, index.shape[0], 3))
    for t in range(0, index.shape[1] + 1, image[1]):
        ax.axvline(t, color=colors.grey, lw=0.8, ls=":", zorder=0)


def draw_connections(ax: Axes, kernel: tuple[int, int], image: tuple[int, int]) -> None:
    """The same as a graph: pixels below, outputs above, one line for each entry, the lines of one output strong."""
    index = weight_index(kernel, image)
    outputs, pixels = index.shape
    place = np.linspace(0, pixels - 1, outputs)
    strong = outputs // 2
    for s, t in zip(*np.nonzero(index >= 0), strict=True):
        own = s == strong
        ax.plot([t, place[s]], [0, 1], "-", color=colors.orange if own else colors.grey, lw=2 if own else 0.6)
    ax.plot(np.arange(pixels), np.zeros(pixels), "s", color=colors.blue, ms=7)
    ax.plot(place, np.ones(outputs), "o", color=colors.blue, ms=7)
    ax.set(ylim=(-0.2, 1.2), xticks=[], yticks=[0, 1], yticklabels=[f"{pixels} pixels", f"{outputs} outputs"])
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)


def draw_windows(stages: Sequence[Stage], size: int = 31) -> Figure:
    """One dimension: rows of pixels, input below, and the window of the middle output through all stages."""
    fig = plt.figure(figsize=(7.2, 2.6), layout="none")
    ax = fig.add_axes((0.14, 0.04, 0.84, 0.84))
    widths = sizes_through(size, stages)
    u = widths[-1] // 2
    spans = [window(stages[l:], u) for l in range(len(stages) + 1)]
    centre, scale = 0.0, 1.0
    for l, (width, (first, last)) in enumerate(zip(widths, spans, strict=True)):
        x = scale * np.arange(width) + centre
        inside = (np.arange(width) >= first) & (np.arange(width) <= last)
        ax.scatter(x[~inside], np.full((~inside).sum(), l), s=26, marker="s", color=colors.pale, ec=colors.grey, lw=0.5)
        ax.scatter(x[inside], np.full(inside.sum(), l), s=30, marker="s", color=colors.orange)
        ax.plot(x[0] + scale * np.array([first, last]), [l - 0.28] * 2, "-", color=colors.ink, lw=1.2)
        if l < len(stages):
            s = stages[l]
            centre, scale = centre + scale * ((s.reach - 1) / 2 - s.padding), scale * s.stride
    r = receptive_field(stages)
    ax.set(xlim=(-1, size), ylim=(-0.6, 4.4), xticks=[], yticks=range(len(stages) + 1),
           yticklabels=["input", *(f"layer {l}" for l in range(1, len(stages) + 1))])  # fmt: skip
    ax.set_title(f"receptive field: {r} pixels", y=1.0)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    return fig
