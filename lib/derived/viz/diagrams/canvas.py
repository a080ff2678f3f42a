"""What all diagrams share: an empty drawing area with equal axes, nodes, arrows, and text on paper."""

import math

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Patch

from derived.viz.style import colors

__all__ = ["arrow", "blank", "box", "circle", "note", "short"]

INCHES_PER_UNIT = 0.62


def blank(ax: Axes | None, xlim: tuple[float, float], ylim: tuple[float, float]) -> Axes:
    """`ax`, or the axes of a new figure of fitting size, without frame and with equal units."""
    if ax is None:
        width, height = xlim[1] - xlim[0], ylim[1] - ylim[0]
        scale = min(INCHES_PER_UNIT, 8.0 / width)
        _, ax = plt.subplots(figsize=(max(width * scale, 2.0), max(height * scale, 1.2)))
    ax.set(xlim=xlim, ylim=ylim, aspect="equal")
    ax.axis("off")
    return ax


def circle(ax: Axes, at: tuple[float, float], radius: float, text: str = "", **style: object) -> Circle:
    """A node with its text in the middle."""
    look = {"facecolor": colors.paper, "edgecolor": colors.ink, "linewidth": 1.2, "zorder": 3} | style
    node = ax.add_patch(Circle(at, radius, **look))
    ax.text(*at, text, ha="center", va="center", zorder=4)
    return node


def box(
    ax: Axes, at: tuple[float, float], size: tuple[float, float], text: str = "", **style: object
) -> FancyBboxPatch:
    """A rounded box centred at `at` with its text in the middle."""
    look = {"facecolor": colors.pale, "edgecolor": colors.ink, "linewidth": 1.2, "zorder": 3} | style
    corner = (at[0] - size[0] / 2, at[1] - size[1] / 2)
    patch = FancyBboxPatch(corner, *size, boxstyle="round,pad=0,rounding_size=0.12", **look)
    ax.add_patch(patch)
    ax.text(*at, text, ha="center", va="center", zorder=4, linespacing=1.3)
    return patch


def arrow(
    ax: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    patches: tuple[Patch | None, Patch | None] = (None, None),
    bend: str = "arc3",
    **style: object,
) -> FancyArrowPatch:
    """An arrow from `start` to `end` that stops at the borders of the two patches."""
    look = {"color": colors.ink, "linewidth": 1.2, "zorder": 2, "mutation_scale": 11} | style
    if bend == "arc3":  # straight: Matplotlib's own search for the border takes most of the time of a diagram
        start, end = _border(patches[0], start, end), _border(patches[1], end, start)
        patches = (None, None)
    line = FancyArrowPatch(
        start, end, arrowstyle="-|>", connectionstyle=bend, patchA=patches[0], patchB=patches[1],
        shrinkA=1, shrinkB=1, **look,
    )  # fmt: skip
    return ax.add_artist(line)  # without a search for its extent: `blank` has set the limits


def _border(patch: Patch | None, centre: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """Where the straight line from the centre of a circle or box to another point leaves it."""
    if patch is None:
        return centre
    dx, dy = other[0] - centre[0], other[1] - centre[1]
    if isinstance(patch, Circle):
        part = patch.radius / math.hypot(dx, dy)
    else:
        part = 1 / max(2 * abs(dx) / patch.get_width(), 2 * abs(dy) / patch.get_height())
    return centre[0] + part * dx, centre[1] + part * dy


def note(ax: Axes, at: tuple[float, float], text: str, **style: object) -> None:
    """Text on a patch of paper, so that a line behind it does not cross the letters."""
    paper = {"facecolor": colors.paper, "edgecolor": "none", "pad": 1.0, "alpha": 0.9}
    ax.text(*at, text, **({"ha": "center", "va": "center", "bbox": paper, "zorder": 5} | style))


def short(number: float) -> str:
    """A number of at most three digits, two where it needs a power of ten: the labels of neighbours must not meet."""
    text = f"{number + 0.0:.3g}"  # adding 0 takes the sign from a zero
    if "e" in text:
        mantissa, exponent = f"{number:.1e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", "−")
