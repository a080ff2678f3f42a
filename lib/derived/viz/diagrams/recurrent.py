"""Recurrent networks as diagrams: folded with a loop, unrolled in time, in two directions, stacked."""

from matplotlib.axes import Axes
from matplotlib.patches import Circle

from derived.viz.diagrams.canvas import arrow, blank, circle, note
from derived.viz.style import colors

__all__ = ["draw_folded", "draw_unrolled"]

RADIUS = 0.36


def draw_folded(ax: Axes | None = None) -> Axes:
    """Input, state and output of one step, with the loop by which the state reaches the next step."""
    ax = blank(ax, (-1.3, 2.0), (-0.6, 3.6))
    x, h, y = (circle(ax, (0, 1.5 * k), RADIUS, text) for k, text in enumerate(("$x_t$", "$h_t$", "$y_t$")))
    h.set_facecolor(colors.light)
    arrow(ax, (0, 0), (0, 1.5), (x, h))
    arrow(ax, (0, 1.5), (0, 3), (h, y))
    arrow(ax, (0.3, 1.7), (0.3, 1.3), bend="arc3,rad=-2.6", linewidth=1.6, color=colors.blue)
    for at, text in (((-0.35, 0.75), "$U$"), ((-0.35, 2.25), "$V$"), ((1.25, 1.5), "$W$")):
        note(ax, at, text)
    return ax


def draw_unrolled(steps: int = 4, layers: int = 1, bidirectional: bool = False, *, weights: bool = False,
                  ax: Axes | None = None) -> Axes:  # fmt: skip
    """The network with a copy of its units for each time; an arrow is a dependence.

    Parameters
    ----------
    steps
        Number of times shown.
    layers
        Rows of states, each fed by the one below.
    bidirectional
        A second row of states, whose arrows go back in time; only for one layer.
    weights
        Write the weights W, U, V at the arrows of the second step.
    """
    rows = 2 if bidirectional else layers
    top = 1.5 * (rows + 1)
    ax = blank(ax, (-0.9, 1.9 * (steps - 1) + 0.9), (-0.6, top + 0.6))
    for t in range(1, steps + 1):
        _column(ax, t, rows, top, bidirectional, layers, t < steps)
    if weights:
        for at, text in (((1.6, 0.8), "$U$"), ((0.95, 1.82), "$W$"), ((1.6, 2.3), "$V$")):
            note(ax, at, text)
    return ax


def _column(ax: Axes, t: int, rows: int, top: float, bidirectional: bool, layers: int, more: bool) -> None:
    """All units of time t, their arrows, and those that cross to the next time."""
    left, right = 1.9 * (t - 1), 1.9 * t
    x = circle(ax, (left, 0), RADIUS, f"$x_{t}$")
    y = circle(ax, (left, top), RADIUS, f"$y_{t}$")
    below = x
    for row in range(1, rows + 1):
        name = f"$h_{t}$" if layers == 1 else f"$h_{t}^{{({row})}}$"
        backward = bidirectional and row == 2
        shift = (0.42 if backward else -0.42) if bidirectional else 0.0
        at = (left + shift, 1.5 * row)
        fill = colors.pale if backward else colors.light
        h = circle(ax, at, RADIUS, f"$g_{t}$" if backward else name, facecolor=fill)
        start = (left, 0) if bidirectional else (left, 1.5 * (row - 1))
        arrow(ax, start, at, (x if bidirectional else below, h))
        if bidirectional or row == rows:
            arrow(ax, at, (left, top), (h, y))
        if more:
            ends = (at, (right + shift, 1.5 * row))
            pair = (h, Circle(ends[1], RADIUS))  # of the next column, not drawn yet: there the arrow stops
            look = {"color": colors.orange if backward else colors.blue, "linewidth": 1.6}
            arrow(ax, *(ends[::-1] if backward else ends), pair[::-1] if backward else pair, **look)
        below = h
