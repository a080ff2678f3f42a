"""The encoder-decoder transformer as a diagram."""

from __future__ import annotations

from matplotlib.axes import Axes

from derived.viz.diagrams.canvas import arrow, blank, box, note
from derived.viz.style import colors

__all__ = ["draw_transformer"]

WIDE, HIGH = 3.4, 0.62
ENCODER, DECODER = 0.0, 5.6


def draw_transformer(*, layers: str = "M", ax: Axes | None = None) -> Axes:
    """Encoder on the left, decoder on the right, tokens entering below; ``layers`` names the number of blocks."""
    ax = blank(ax, (-2.6, 8.2), (-1.9, 9.1))
    top = _column(ax, ENCODER, ["self-attention", "feed-forward"], "source", layers)
    end = _column(ax, DECODER, ["causal self-attention", "cross-attention", "feed-forward"], "target so far", layers)
    side = box(ax, (DECODER, 7.75), (WIDE, HIGH), "linear, softmax", facecolor=colors.paper)
    arrow(ax, (DECODER, end), (DECODER, 7.75), (None, side))
    ax.text(DECODER, 8.85, "next symbol", ha="center", va="center")
    arrow(ax, (DECODER, 7.75), (DECODER, 8.6), (side, None))
    middle = (ENCODER + DECODER) / 2
    ax.plot([ENCODER, ENCODER, middle, middle], [top, 5.6, 5.6, 3.7], "-", color=colors.blue, linewidth=1.6, zorder=2)
    arrow(ax, (middle, 3.7), (DECODER - WIDE / 2, 3.7), color=colors.blue)
    note(ax, (1.4, 5.95), "keys and values", color=colors.blue, fontsize=9)
    return ax


def _column(ax: Axes, x: float, sublayers: list[str], below: str, layers: str) -> float:
    """One stack from bottom to top; returns the height where it ends."""
    ax.text(x, -1.65, below, ha="center", va="center")
    first = box(ax, (x, -0.6), (WIDE, HIGH), "embedding + position", facecolor=colors.paper)
    arrow(ax, (x, -1.45), (x, -0.6), (None, first))
    height = 1.6 + 2.1 * (len(sublayers) - 1)
    box(ax, (x, 0.85 + height / 2), (WIDE + 1.1, height + 1.0), facecolor=colors.paper, edgecolor=colors.grey,
        linestyle="--", zorder=1)  # fmt: skip
    ax.text(x + WIDE / 2 + 0.65, 0.5, f"× {layers}", ha="left", va="center", color=colors.grey)
    before = -0.6 + HIGH / 2
    for k, name in enumerate(sublayers):
        y = 1.6 + 2.1 * k
        node = box(ax, (x, y), (WIDE, HIGH), name, facecolor=colors.light)
        arrow(ax, (x, before), (x, y), (None, node))
        plus = box(ax, (x, y + 0.85), (0.9, 0.46), "+, N", facecolor=colors.paper, edgecolor=colors.grey)
        arrow(ax, (x, y), (x, y + 0.85), (node, plus))
        left = x - WIDE / 2 - 0.25
        ax.plot([x, left, left], [y - 0.75, y - 0.75, y + 0.85], "-", color=colors.grey, linewidth=1.2, zorder=2)
        arrow(ax, (left, y + 0.85), (x, y + 0.85), (None, plus), color=colors.grey)
        before = y + 0.85 + 0.23
    return before
