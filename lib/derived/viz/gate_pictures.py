"""Gated units and encoder-decoders as diagrams."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from derived.viz.diagrams.canvas import arrow, blank, box, circle, note
from derived.viz.style import colors

__all__ = ["GRU", "LSTM", "draw_cell", "draw_encoder_decoder"]

#: Nodes by name: place, text, and how they are drawn; then arrows (from, to) or (from, to, text).
LSTM = (
    {
        "c0": ((0, 3), "$c_{t-1}$", "text"), "forget": ((1.6, 3), "×", "circle"), "add": ((3.6, 3), "+", "circle"),
        "c1": ((8.3, 3), "$c_t$", "text"), "write": ((3.6, 2), "×", "circle"),
        "f": ((1.6, 0.9), "$f$", "gate"), "i": ((2.9, 0.9), "$i$", "gate"), "g": ((4.3, 0.9), "$g$", "tanh"),
        "o": ((5.7, 0.9), "$o$", "gate"), "tanh": ((7.0, 2.0), "tanh", "tanh"), "out": ((7.0, 0.9), "×", "circle"),
        "h1": ((8.3, 0.9), "$h_t$", "text"), "in": ((0, -0.3), "$x_t,h_{t-1}$", "text"),
        "a": ((1.6, -0.3), "", "point"), "b": ((2.9, -0.3), "", "point"), "c": ((4.3, -0.3), "", "point"),
        "d": ((5.7, -0.3), "", "point"), "e": ((7.0, 3), "", "point"),
    },
    [
        ("c0", "forget"), ("forget", "add"), ("add", "c1"), ("f", "forget"), ("i", "write"), ("g", "write"),
        ("write", "add"), ("e", "tanh"), ("tanh", "out"), ("o", "out"), ("out", "h1"), ("in", "d"), ("a", "f"),
        ("b", "i"), ("c", "g"), ("d", "o"),
    ],
)  # fmt: skip
GRU = (
    {
        "h0": ((0, 3), "$h_{t-1}$", "text"), "keep": ((1.9, 3), "×", "circle"), "add": ((5.9, 3), "+", "circle"),
        "h1": ((8.3, 3), "$h_t$", "text"), "mix": ((5.9, 2), "×", "circle"),
        "z": ((1.9, 0.9), "$z$", "gate"), "r": ((3.7, 0.9), "$r$", "gate"), "n": ((5.9, 0.9), "$n$", "tanh"),
        "in": ((0, -0.3), "$x_t,h_{t-1}$", "text"), "a": ((1.9, -0.3), "", "point"),
        "b": ((3.7, -0.3), "", "point"), "c": ((5.9, -0.3), "", "point"),
    },
    [
        ("h0", "keep"), ("keep", "add"), ("add", "h1"), ("z", "keep"), ("z", "mix", "$1-z$"), ("mix", "add"),
        ("n", "mix"), ("r", "n", "on $h$"), ("in", "c"), ("a", "z"), ("b", "r"), ("c", "n"),
    ],
)  # fmt: skip


def draw_cell(cell: tuple[Mapping, Sequence], *, highlight: Sequence[tuple[str, str]] = (),
              ax: Axes | None = None) -> Axes:  # fmt: skip
    """Draw a gated unit: blue boxes are sigmoid gates, orange ones hyperbolic tangents.

    Parameters
    ----------
    cell
        ``LSTM`` or ``GRU``.
    highlight
        Arrows drawn heavier, as pairs of names.
    """
    nodes, arrows = cell
    ax = blank(ax, (-1.0, 9.0), (-0.8, 3.6))
    patches = {}
    for name, (at, text, kind) in nodes.items():
        if kind in ("gate", "tanh"):
            edge = colors.blue if kind == "gate" else colors.orange
            patches[name] = box(ax, at, (0.95, 0.62), text, edgecolor=edge, linewidth=2)
        elif kind == "circle":
            patches[name] = circle(ax, at, 0.27, text)
        elif kind == "text":
            patches[name] = box(ax, at, (0.16 * len(text), 0.5), text, facecolor="none", edgecolor="none")
        else:
            patches[name] = None
    for start, end, *label in arrows:
        ends = nodes[start][0], nodes[end][0]
        heavy = {"linewidth": 3.2, "color": colors.blue} if (start, end) in highlight else {}
        point = nodes[end][2] == "point"
        arrow(ax, *ends, (patches[start], patches[end]), **heavy, **({"mutation_scale": 1} if point else {}))
        if label:
            (x0, y0), (x1, y1) = ends
            note(ax, ((x0 + x1) / 2, (y0 + y1) / 2 + 0.22), label[0], fontsize="small")
    return ax


def draw_encoder_decoder(source: Sequence[str], target: Sequence[str], *, forced: bool = True,
                         ax: Axes | None = None) -> Axes:  # fmt: skip
    """An encoder-decoder unrolled in time.

    Parameters
    ----------
    source, target
        The letters read and written.
    forced
        Whether the decoder is fed the right letters (teacher forcing) or, by dashed arrows, its own.
    """
    step, S = 1.25, len(source)
    ax = blank(ax, (-0.8, step * (S + len(target) - 1) + 0.8), (-1.7, 1.7))
    before = None
    for k in range(S + len(target)):
        x, t = step * k, k - S
        edge = colors.orange if t < 0 else colors.blue
        state = box(ax, (x, 0), (0.7, 0.6), "", edgecolor=edge, linewidth=2)
        if before is not None:
            arrow(ax, (x - step, 0), (x, 0), (before, state), **({"linewidth": 3} if t == 0 else {}))
        fed = source[k] if t < 0 else ("start" if t == 0 else (target[t - 1] if forced else ""))
        if fed:
            below = box(ax, (x, -1.25), (0.8, 0.5), fed, facecolor="none", edgecolor="none")
            arrow(ax, (x, -1.25), (x, 0), (below, state))
        if t >= 0:
            above = box(ax, (x, 1.25), (0.8, 0.5), target[t], facecolor="none", edgecolor="none")
            arrow(ax, (x, 0), (x, 1.25), (state, above))
            if not forced and t + 1 < len(target):
                arrow(ax, (x + 0.25, 1.1), (x + step - 0.3, -0.35), linestyle="--", color=colors.red)
        before = state
    return ax
