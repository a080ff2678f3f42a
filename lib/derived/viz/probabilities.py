"""Probabilities in pictures: shades over the plane for two classes, the simplex for three."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from scipy.special import logit

from derived.arguments import require
from derived.viz.boundaries import class_colors, scatter_classes
from derived.viz.style import colors

__all__ = ["barycentric", "draw_simplex", "probability_surface"]

CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3) / 2]])
LEVELS = (0.0, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0)


def probability_surface(
    ax: Axes,
    logits: Callable[[np.ndarray], np.ndarray],
    X: np.ndarray,
    y: np.ndarray,
    *,
    limits: tuple[float, float, float, float],
    names: Sequence[str] | None = None,
    resolution: int = 121,
) -> None:
    """Draw bands of equal probability of the second class, their borders labelled, that at ½ bold, and the data.

    Parameters
    ----------
    logits
        Maps points ``(M, 2)`` to the log-odds ``(M,)`` of the second class.
    X, y
        Points ``(N, 2)`` and labels 0 and 1.
    limits
        ``(left, right, bottom, top)``.
    resolution
        Grid lines in each direction; for linear log-odds 5 will do, and the picture is small.
    """
    left, right, bottom, top = limits
    across, up = np.meshgrid(np.linspace(left, right, resolution), np.linspace(bottom, top, resolution))
    z = np.asarray(logits(np.column_stack([across.ravel(), up.ravel()])))
    require(z.shape == (resolution**2,), f"probability_surface: logits returned {z.shape}, expected (M,)")
    z = z.reshape(across.shape)
    ends = [tuple(0.55 + 0.45 * c for c in to_rgb(class_colors[k])) for k in (0, 1)]
    shades = LinearSegmentedColormap.from_list("two classes", [ends[0], (1, 1, 1), ends[1]])
    middles = (np.array(LEVELS[:-1]) + LEVELS[1:]) / 2
    edges = logit(np.clip(LEVELS, 1e-12, 1 - 1e-12))
    z = np.clip(z, edges[0], edges[-1])
    ax.contourf(across, up, z, levels=edges, colors=[shades(m) for m in middles], zorder=0)
    shown = {e: p for e, p in zip(edges[1:-1], LEVELS[1:-1], strict=True) if z.min() < e < z.max()}
    if shown:
        widths = [1.8 if p == 0.5 else 0.7 for p in shown.values()]
        lines = ax.contour(across, up, z, levels=list(shown), colors=colors.ink, linewidths=widths,
                           linestyles="solid", zorder=2)  # fmt: skip
        for text in ax.clabel(lines, fmt={e: f"{p:g}" for e, p in shown.items()}, fontsize=7, inline=False):
            text.set(zorder=5, bbox={"facecolor": colors.paper, "edgecolor": "none", "pad": 0.8})
    scatter_classes(ax, X, y, names=names, size=14)
    ax.set(xlim=(left, right), ylim=(bottom, top))


def barycentric(p: np.ndarray) -> np.ndarray:
    """Points ``(..., 2)`` of the plane for probabilities ``(..., 3)``: the corners of the triangle weighted."""
    p = np.asarray(p)
    require(p.shape[-1:] == (3,), f"barycentric: p has shape {p.shape}, expected (..., 3)")
    return p @ CORNERS


def draw_simplex(ax: Axes, names: Sequence[str] = ("class 1", "class 2", "class 3")) -> None:
    """Draw the triangle of all probabilities of three classes: corners are certainty, lines part the winners."""
    middle = CORNERS.mean(axis=0)
    ax.fill(*CORNERS.T, facecolor=colors.pale, edgecolor=colors.grey, zorder=0)
    for k in range(3):
        edge = (CORNERS[k] + CORNERS[(k + 1) % 3]) / 2
        ax.plot(*np.transpose([middle, edge]), ":", color=colors.grey, linewidth=1, zorder=1)
        outward = CORNERS[k] + 0.09 * (CORNERS[k] - middle) / np.linalg.norm(CORNERS[k] - middle)
        ax.text(*outward, names[k], ha=("right", "left", "center")[k], va=("top", "top", "bottom")[k])
    ax.set(xlim=(-0.2, 1.2), ylim=(-0.15, 1.02), aspect="equal")
    ax.axis("off")
