"""Block diagrams: boxes on a grid and labelled arrows, for data flow and training loops."""

from collections.abc import Collection, Sequence

from matplotlib.axes import Axes

from derived.arguments import require
from derived.viz.diagrams.canvas import arrow, blank, box, note
from derived.viz.style import colors

__all__ = ["TRAINING", "draw_pipeline"]

CHARACTER = 0.155
GAP = 1.15
HEIGHT = 0.85
ROW = 1.75

TRAINING = {
    "boxes": [
        ["data", "layers", "prediction", "loss"],
        [None, "weights", "optimiser", None],
    ],
    "arrows": [
        ("data", "layers"),
        ("layers", "prediction"),
        ("prediction", "loss"),
        ("loss", "optimiser", "gradient"),
        ("optimiser", "weights", "update"),
        ("weights", "layers"),
    ],
}


def draw_pipeline(
    boxes: Sequence[str | None] | Sequence[Sequence[str | None]] = TRAINING["boxes"],
    arrows: Sequence[tuple[str, ...]] | None = None,
    *,
    highlight: Collection[str] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw boxes on a grid with arrows; without arguments the loop in which every network is trained.

    Parameters
    ----------
    boxes
        One row of texts, or several from top to bottom; None leaves a place empty.
    arrows
        ``(from, to)`` or ``(from, to, text)``; by default each box of a single row to the next. Arrows
        between different rows and columns leave sideways and arrive from above or below.
    highlight
        Boxes drawn filled and with a heavier border.
    """
    rows = [list(boxes)] if isinstance(boxes[0], str) else [list(row) for row in boxes]
    if arrows is None:
        flat = [text for text in rows[0] if text]
        chain = list(zip(flat, flat[1:], strict=False))
        arrows = TRAINING["arrows"] if boxes is TRAINING["boxes"] else chain
    known = [text for row in rows for text in row if text]
    unknown = {name for line in arrows for name in line[:2]} - set(known)
    require(not unknown, f"draw_pipeline: arrows name {sorted(unknown)}, expected boxes among {known}")
    width = max(len(line) for text in known for line in text.split("\n")) * CHARACTER + 0.5
    column = width + GAP
    at = {
        text: (column * k, -ROW * row)
        for row, texts in enumerate(rows)
        for k, text in enumerate(texts)
        if text
    }
    last = max(map(len, rows)) - 1
    ax = blank(
        ax, (-width / 2 - 0.1, column * last + width / 2 + 0.1), (-ROW * (len(rows) - 1) - 0.6, 0.6)
    )
    patches = {}
    for text, place in at.items():
        style = {"facecolor": colors.light, "edgecolor": colors.blue, "linewidth": 2.4} if text in highlight else {}
        patches[text] = box(ax, place, (width, HEIGHT), text, **style)
    for start, end, *label in arrows:
        (x0, y0), (x1, y1) = at[start], at[end]
        elbow = x0 != x1 and y0 != y1
        bend = "angle,angleA=90,angleB=0,rad=5" if elbow else "arc3"
        arrow(ax, at[start], at[end], (patches[start], patches[end]), bend)
        if label:
            corner = ((x0 + x1) / 2 + (column / 4 if x0 > x1 else -column / 4), y1)
            middle = ((x0 + x1) / 2, (y0 + y1) / 2 + (0.22 if y0 == y1 else 0.0))
            x, y = (corner[0], corner[1] + 0.22) if elbow else middle
            note(ax, (x, y), label[0], fontsize="small")
    return ax
