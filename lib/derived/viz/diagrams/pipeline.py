"""The loop in which every network is trained, as boxes and labelled arrows."""

from matplotlib.axes import Axes

from derived.viz.diagrams.canvas import arrow, blank, box, note

__all__ = ["draw_pipeline"]

WIDTH, HEIGHT = 2.05, 0.85
COLUMN, ROW = 3.2, 1.75

PLACES = {"data": (0, 0), "layers": (1, 0), "prediction": (2, 0), "loss": (3, 0), "weights": (1, 1),
          "optimiser": (2, 1)}  # fmt: skip
ARROWS = [("data", "layers", ""), ("layers", "prediction", ""), ("prediction", "loss", ""),
          ("loss", "optimiser", "gradient"), ("optimiser", "weights", "update"), ("weights", "layers", "")]  # fmt: skip


def draw_pipeline() -> Axes:
    """Data, layers, prediction and loss in a row; below them the way back, from the gradient to the weights."""
    at = {text: (COLUMN * column, -ROW * row) for text, (column, row) in PLACES.items()}
    ax = blank(None, (-WIDTH / 2 - 0.1, 3 * COLUMN + WIDTH / 2 + 0.1), (-ROW - 0.6, 0.6))
    patches = {text: box(ax, place, (WIDTH, HEIGHT), text) for text, place in at.items()}
    for start, end, label in ARROWS:
        (x0, y0), (x1, y1) = at[start], at[end]
        elbow = x0 != x1 and y0 != y1
        bend = "angle,angleA=90,angleB=0,rad=5" if elbow else "arc3"
        arrow(ax, at[start], at[end], (patches[start], patches[end]), bend)
        if label:
            note(ax, ((x0 + x1) / 2 + elbow * COLUMN / 4, y1 + 0.22), label, fontsize="small")
    return ax
