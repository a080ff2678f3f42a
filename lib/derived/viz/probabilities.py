"""Probabilities in pictures: shades over the plane for two classes, the simplex for three."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb

from derived.arguments import require
from derived.viz.boundaries import class_colors, scatter_classes
from derived.viz.style import colors

__all__ = ["barycentric", "draw_simplex", "probability_surface"]

CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3) / 2]])
LEVELS = (0.0, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0)


def probability_surface(
    ax: Axes,
    predict_proba: Callable[[np.ndarray], np.ndarray],
    X: np.ndarray,
    y: np.ndarray,
    *,
    limits: tuple[float, float, float, float],
    names: Sequence[str] | None = None,
    resolution: int = 121,
) -> None:
    """Draw bands of equal probability of the second class, their borders labelled, the boundary at ½ bold, and data.

    Parameters
    ----------
    predict_proba
        Maps points ``(M, 2)`` to probabilities ``(M,)``.
    X, y
        Points ``(N, 2)`` and labels 0 and 1.
    limits
        ``(left, right, bottom, top)``.
    """
    left, right, bottom, top = limits
    across, up = np.meshgrid(np.linspace(left, right, resolution), np.linspace(bottom, top, resolution))
    p = np.asarray(predict_proba(np.column_stack([across.ravel(), up.ravel()])))
    require(p.shape == (resolution**2,), f"probability_surface: predict_proba returned {p.shape}, expected (M,)")
    p = p.reshape(across.shape)
    ends = [tuple(0.55 + 0.45 * c for c in to_rgb(class_colors[k])) for k in (0, 1)]
    shades = LinearSegmentedColormap.from_list("two classes", [ends[0], (1, 1, 1), ends[1]])
    centres = (np.array(LEVELS[:-1]) + LEVELS[1:]) / 2
    ax.contourf(across, up, p, levels=LEVELS, colors=[shades(c) for c in centres], zorder=0)
    inner = [level for level in LEVELS[1:-1] if p.min() < level < p.max()]
    if inner:
        widths = [1.8 if level == 0.5 else 0.7 for level in inner]
        lines = ax.contour(across, up, p, levels=inner, colors=colors.ink, linewidths=widths, zorder=2)
        ax.clabel(lines, fmt="%g", fontsize=7, inline_spacing=2)
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
