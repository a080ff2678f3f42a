"""Computation graphs: operations in the order in which they run, values below, gradients above."""

from collections.abc import Collection, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from derived.arguments import require
from derived.viz.diagrams.canvas import arrow, blank, box, circle, note, short
from derived.viz.style import colors

__all__ = ["draw_graph"]

APART = 2.1
ROW = 1.75
RADIUS = 0.42


def draw_graph(
    nodes: Mapping[str, str] | Sequence[str],
    edges: Sequence[tuple[str, str]],
    positions: Mapping[str, tuple[float, float]],
    *,
    values: Mapping[str, object] | None = None,
    gradients: Mapping[str, object] | None = None,
    highlight: Collection[str] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw a computation graph; give only the values and gradients known so far to step through a pass.

    Parameters
    ----------
    nodes
        Names, or names with the text to show (``{"z": "+"}``). Inputs become boxes, operations circles.
    edges
        Pairs ``(from, to)``.
    positions
        (column, row) of each node, row 0 at the bottom.
    values
        What the forward pass left at each node: written below it, ``3`` or a text.
    gradients
        What the backward pass brought: written above the node in red, after a ∂.
    highlight
        Nodes at which the pass has arrived, drawn filled.
    """
    texts = dict(nodes) if isinstance(nodes, Mapping) else {name: name for name in nodes}
    unknown = {name for edge in edges for name in edge} - set(texts)
    require(not unknown, f"draw_graph: edges name {sorted(unknown)}, expected names among {sorted(texts)}")
    at = {name: (APART * column, ROW * row) for name, (column, row) in positions.items()}
    xs, ys = zip(*at.values(), strict=True)
    ax = blank(ax, (min(xs) - 0.9, max(xs) + 0.9), (min(ys) - 1.0, max(ys) + 1.0))
    targets = {end for _, end in edges}
    patches: dict[str, Patch] = {}
    for name, text in texts.items():
        style = {"facecolor": colors.pale if name not in targets else colors.paper}
        if name in highlight:
            style = {"facecolor": colors.light, "edgecolor": colors.blue, "linewidth": 2.4}
        if name in targets:
            patches[name] = circle(ax, at[name], RADIUS, text, **style)
        else:
            patches[name] = box(ax, at[name], (0.8, 0.8), text, **style)
        if values and name in values:
            note(ax, (at[name][0], at[name][1] - 0.7), _text(values[name]), fontsize="small")
        if gradients and name in gradients:
            text = "∂ " + _text(gradients[name])
            note(ax, (at[name][0], at[name][1] + 0.7), text, fontsize="small", color=colors.red)
    for start, end in edges:
        arrow(ax, at[start], at[end], (patches[start], patches[end]))
    return ax


def _text(value: object) -> str:
    return value if isinstance(value, str) else short(value)
