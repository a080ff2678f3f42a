"""The layer graph of a network: units in columns, weights as lines."""

from collections.abc import Collection, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from derived.arguments import require
from derived.viz.diagrams.canvas import blank, circle, note
from derived.viz.style import colors

__all__ = ["draw_network"]

RADIUS = 0.36

Unit = tuple[int, int]


def draw_network(
    sizes: Sequence[int],
    *,
    labels: Sequence[Sequence[str]] | None = None,
    names: Sequence[str] | None = None,
    weights: Sequence[np.ndarray] | None = None,
    show_weights: bool = False,
    highlight: Collection[Unit] = (),
    dropped: Collection[Unit] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw a fully connected network, input on the left.

    Parameters
    ----------
    sizes
        Units of each layer, the input first: ``[2, 3, 1]``.
    labels
        Texts in the units, layer by layer.
    names
        A text below each layer.
    weights
        One ``(out, in)`` array for each pair of layers: width shows the size of a weight; positive weights
        are solid and blue, negative ones dashed and orange.
    show_weights
        Whether to write the numbers at the lines (small networks).
    highlight
        Units ``(layer, unit)`` drawn filled.
    dropped
        Units that are crossed out and lose their lines, as by dropout.
    """
    sizes = [int(size) for size in sizes]
    require(len(sizes) >= 2 and min(sizes) >= 1, f"draw_network: sizes is {sizes}, expected two layers or more")
    if weights is not None:
        shapes = [np.shape(matrix) for matrix in weights]
        wanted = list(zip(sizes[1:], sizes[:-1], strict=True))
        require(shapes == wanted, f"draw_network: weights have shapes {shapes}, expected {wanted}")
    apart, high = (3.6, 1.4) if show_weights else (2.6, 1.0)
    half = (max(sizes) - 1) / 2 * high + 0.5
    bottom = -half - (0.75 if names else 0.1)
    ax = blank(ax, (-0.6, apart * (len(sizes) - 1) + 0.6), (bottom, half + 0.1))
    at = {
        (layer, unit): (apart * layer, high * ((size - 1) / 2 - unit))
        for layer, size in enumerate(sizes)
        for unit in range(size)
    }
    _draw_lines(ax, at, weights, set(dropped))
    if weights is not None and show_weights:
        _write_weights(ax, at, weights)
    _draw_units(ax, at, len(sizes) - 1, labels, set(highlight), set(dropped))
    for layer, name in enumerate(names or ()):
        ax.text(apart * layer, -half - 0.4, name, ha="center", va="center")
    return ax


def _draw_lines(ax: Axes, at: dict, weights: Sequence | None, dropped: set) -> None:
    for (layer, unit), start in at.items():
        for (other, target), end in at.items():
            if other != layer + 1 or {(layer, unit), (other, target)} & dropped:
                continue
            look = {"color": colors.grey, "linewidth": 0.8, "linestyle": "-", "zorder": 1}
            if weights is not None:
                look |= _look(weights[layer][target][unit], np.abs(weights[layer]).max())
            line = Line2D([start[0], end[0]], [start[1], end[1]], marker="", solid_capstyle="butt", **look)
            ax.add_artist(line)  # without a search for its extent: `blank` has set the limits


def _look(weight: float, largest: float) -> dict:
    width = 0.4 + 2.6 * abs(weight) / largest if largest > 0 else 0.4
    if weight < 0:
        return {"color": colors.orange, "linewidth": width, "linestyle": (0, (3, 1.5))}
    return {"color": colors.blue, "linewidth": width}


def _write_weights(ax: Axes, at: dict, weights: Sequence) -> None:
    for layer, matrix in enumerate(weights):
        # At this part of the way the numbers of all lines stand at equal distances, one above the other.
        part = 1 / (len(matrix) + 1)
        for (target, unit), weight in np.ndenumerate(matrix):
            start, end = at[layer, unit], at[layer + 1, target]
            place = tuple(a + part * (b - a) for a, b in zip(start, end, strict=True))
            note(ax, place, f"{weight:.3g}".replace("-", "−"), fontsize="small")


def _draw_units(ax: Axes, at: dict, last: int, labels: Sequence | None, highlight: set,
                dropped: set) -> None:  # fmt: skip
    for (layer, unit), place in at.items():
        style = {"facecolor": colors.pale if layer in (0, last) else colors.paper}
        if (layer, unit) in highlight:
            style = {"facecolor": colors.light, "edgecolor": colors.blue, "linewidth": 2.4}
        text = labels[layer][unit] if labels else ""
        if (layer, unit) in dropped:
            style = {"edgecolor": colors.grey, "linestyle": ":"}
            text = ""
            reach = RADIUS * 0.7
            for sign in (-1, 1):
                xs, ys = [place[0] - reach, place[0] + reach], [place[1] - sign * reach, place[1] + sign * reach]
                ax.plot(xs, ys, color=colors.grey, linewidth=1.2, linestyle="-", marker="", zorder=4)
        circle(ax, place, RADIUS, text, **style)
