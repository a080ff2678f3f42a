"""Pictures of blocks with several paths: the Inception module with its cost, shortcuts with their gradients."""

from functools import lru_cache

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from derived.data import load_digits_split
from derived.topics.gradient_profiles import gradient_profile
from derived.topics.layer_specs import Conv, totals, walk
from derived.viz.diagrams.canvas import arrow, blank, box, circle
from derived.viz.style import colors

__all__ = ["draw_block", "draw_bottleneck", "draw_connection", "draw_inception"]

SIZE = (2.1, 0.62)


def draw_inception(ax: Axes | None = None, width: int | None = None) -> Axes:
    """The module with four paths; with `width` the channels of the reduction before the 5×5 windows are written in."""
    ax = blank(ax, (-1.1, 8.1), (-0.5, 5.0))
    reduce = "1×1" if width is None else f"1×1: {width}"
    paths = [("1×1", None), ("1×1", "3×3"), (reduce, "5×5"), ("pool 3×3", "1×1")]
    start = box(ax, (3.5, 0), (2.6, 0.62), "input", facecolor=colors.paper)
    end = box(ax, (3.5, 4.5), (2.6, 0.62), "concatenate", facecolor=colors.light)
    for k, (first, second) in enumerate(paths):
        at = 2.33 * k
        marked = {"edgecolor": colors.orange, "linewidth": 2.2} if width is not None and k == 2 else {}
        low = box(ax, (at, 1.5 if second else 2.25), SIZE, first, **marked)
        middle = 3.5 if second else 2.65  # the outer line passes its neighbours' corners
        arrow(ax, (middle, 0), (at, 1.5 if second else 2.25), (start, low))
        high = low
        if second:
            high = box(ax, (at, 3.0), SIZE, second)
            arrow(ax, (at, 1.5), (at, 3.0), (low, high))
        arrow(ax, (at, 3.0 if second else 2.25), (middle, 4.5), (high, end))
    return ax


def draw_bottleneck(width: int, shape: tuple[int, int, int] = (192, 28, 28), out: int = 32) -> Figure:
    """The module with `width` channels before its 5×5 windows, and what that path multiplies beside the direct way."""
    last = Conv(out, 5, padding=2)
    direct = totals(walk([last], shape))[1] / 1e6
    parts = [row.multiplications / 1e6 for row in walk([Conv(width, 1), last], shape)]
    fig = plt.figure(figsize=(7.4, 2.9), layout="none")
    draw_inception(fig.add_axes((0.0, 0.0, 0.53, 1.0)), width)
    ax = fig.add_axes((0.68, 0.2, 0.31, 0.68))
    ax.barh([1], [direct], color=colors.grey)
    ax.barh([0], [parts[0]], color=colors.orange)
    ax.barh([0], [parts[1]], left=[parts[0]], color=colors.blue)
    ax.text(direct, 1, f" {direct:.1f}", ha="left", va="center")
    ax.text(sum(parts), 0, f" {sum(parts):.1f}", ha="left", va="center")
    ax.set(yticks=[0, 1], xlim=(0, 190), ylim=(-0.6, 1.6), xlabel="million multiplications")
    ax.set_yticklabels(["1×1, 5×5", "5×5 alone"])
    return fig


def draw_block(connection: str, ax: Axes | None = None) -> Axes:
    """Three layers in a row and what leads around them: nothing, sums, or lines to every later layer."""
    ax = blank(ax, (-0.7, 7.3), (-1.9, 2.3))
    at = [1.1, 3.3, 5.5]
    boxes = [box(ax, (x, 0), (1.1, 0.8), name) for x, name in zip(at, ("f₁", "f₂", "f₃"), strict=True)]
    arrow(ax, (-0.6, 0), (at[0], 0), (None, boxes[0]))
    for left, right in zip(range(2), range(1, 3), strict=True):
        arrow(ax, (at[left], 0), (at[right], 0), (boxes[left], boxes[right]))
    arrow(ax, (at[2], 0), (7.2, 0), (boxes[2], None))
    look = {"color": colors.orange, "linewidth": 1.8}
    if connection == "add":
        for x in at:
            arrow(ax, (x - 0.85, 0.05), (x + 0.95, 0.12), bend="arc3,rad=-0.9", **look)
            circle(ax, (x + 0.95, 0), 0.17, "+", edgecolor=colors.orange)
    if connection == "concatenate":
        for i, start in enumerate([-0.3, 1.9, 4.1]):
            for j, end in enumerate([3.0, 5.2, 7.0]):
                if j >= i:
                    sign = -1 if (i + j) % 2 else 1
                    bend = f"arc3,rad={sign * (0.75 - 0.12 * (j - i)):.2f}"
                    arrow(ax, (start, 0), (end, -0.42 * sign if j < 2 else 0), bend=bend, **look)
    return ax


@lru_cache
def _profile(connection: str, depth: int) -> np.ndarray:
    X, _, y, _ = load_digits_split()
    return gradient_profile(connection, depth, X[:32].astype(float), y[:32], range(5))


def draw_connection(connection: str, depth: int) -> Figure:
    """Three layers with their connection, and the gradients along networks of `depth` layers at the start."""
    norms = _profile(connection, depth)
    fig = plt.figure(figsize=(7.4, 2.7), layout="none")
    draw_block(connection, fig.add_axes((0.0, 0.1, 0.42, 0.85)))
    ax = fig.add_axes((0.54, 0.2, 0.44, 0.74))
    layers = 1 + np.arange(norms.shape[1]) * (2 if connection == "add" else 1)
    for norm in norms:
        ax.semilogy(layers, norm, color=colors.sky, linewidth=0.8)
    ax.semilogy(layers, np.exp(np.log(norms).mean(axis=0)), color=colors.blue, linewidth=2)
    ax.set(xlim=(0, depth), ylim=(3e-3, 3), xlabel="layer", ylabel="length of the gradient")
    ax.set_yticks([0.01, 0.1, 1], ["0.01", "0.1", "1"])  # powers of ten as formulas take most of the drawing time
    ax.minorticks_off()
    return fig
