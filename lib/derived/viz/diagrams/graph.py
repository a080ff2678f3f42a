"""Computation graphs: operations in the order in which they run, values below, gradients above."""

from collections.abc import Collection, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from derived.arguments import require
from derived.viz.diagrams.canvas import arrow, blank, box, circle, note, short
from derived.viz.style import colors

__all__ = ["draw_graph", "layout"]

APART = 2.1
ROW = 1.75
RADIUS = 0.42


def draw_graph(
    nodes: Mapping[str, str] | Sequence[str],
    edges: Sequence[tuple[str, str]],
    *,
    values: Mapping[str, object] | None = None,
    gradients: Mapping[str, object] | None = None,
    derivatives: Mapping[tuple[str, str], str] | None = None,
    highlight: Collection[str] = (),
    positions: Mapping[str, tuple[float, float]] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a computation graph; give only the values and gradients known so far to step through a pass.

    Parameters
    ----------
    nodes
        Names, or names with the text to show (``{"z": "+"}``). Inputs become boxes, operations circles.
    edges
        Pairs ``(from, to)``.
    values
        What the forward pass left at each node: written below it, ``3`` or a text.
    gradients
        What the backward pass brought: written above the node in red, after a ∂.
    derivatives
        A text at an edge, such as its local derivative.
    highlight
        Nodes at which the pass has arrived, drawn filled.
    positions
        (column, row) of each node, row 0 at the bottom; by default columns follow the longest path.
    """
    texts = dict(nodes) if isinstance(nodes, Mapping) else {name: name for name in nodes}
    unknown = {name for edge in edges for name in edge} - set(texts)
    require(not unknown, f"draw_graph: edges name {sorted(unknown)}, expected names among {sorted(texts)}")
    places = dict(positions) if positions else layout(list(texts), edges)
    at = {name: (APART * column, ROW * row) for name, (column, row) in places.items()}
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
        if derivatives and (start, end) in derivatives:
            middle = tuple((a + b) / 2 for a, b in zip(at[start], at[end], strict=True))
            note(ax, middle, derivatives[start, end], fontsize="x-small")
    return ax


def layout(names: Sequence[str], edges: Sequence[tuple[str, str]]) -> dict[str, tuple[float, float]]:
    """Columns by the longest path from an input; inputs right before their first use; few crossings.

    Raises
    ------
    ValueError
        If the edges form a cycle.
    """
    before = {name: [start for start, end in edges if end == name] for name in names}
    after = {name: [end for start, end in edges if start == name] for name in names}
    column: dict[str, int] = {}
    while len(column) < len(names):
        ready = [name for name in names if name not in column and all(s in column for s in before[name])]
        require(bool(ready), "draw_graph: edges form a cycle, expected a graph without one")
        for name in ready:
            column[name] = 1 + max((column[start] for start in before[name]), default=-1)
    for name in names:
        if not before[name] and after[name]:
            column[name] = min(column[end] for end in after[name]) - 1
    columns = [[name for name in names if column[name] == k] for k in range(max(column.values()) + 1)]
    row = {name: float(-k) for members in columns for k, name in enumerate(members)}
    for sweep in range(6):
        for members in columns if sweep % 2 == 0 else reversed(columns):
            wanted = {name: _mean([row[other] for other in before[name] + after[name]], row[name])
                      for name in members}  # fmt: skip
            _spread(members, wanted, row)
    lowest = min(row.values())
    return {name: (column[name], row[name] - lowest) for name in names}


def _mean(rows: list[float], default: float) -> float:
    return sum(rows) / len(rows) if rows else default


def _spread(members: list[str], wanted: dict[str, float], row: dict[str, float]) -> None:
    """Put the members of a column near the rows they want, one row apart, around their common middle."""
    order = sorted(members, key=lambda name: (-wanted[name], members.index(name)))
    placed: list[float] = []
    for name in order:
        placed.append(min(wanted[name], placed[-1] - 1) if placed else wanted[name])
    shift = sum(wanted[name] - y for name, y in zip(order, placed, strict=True)) / len(order)
    for name, y in zip(order, placed, strict=True):
        row[name] = y + shift


def _text(value: object) -> str:
    return value if isinstance(value, str) else short(value)
