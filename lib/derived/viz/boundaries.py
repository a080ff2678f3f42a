"""Classes in the plane: points by class, the regions of a classifier, lines with their normal."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgb

from derived.arguments import require
from derived.viz.style import colors, cycle, markers

__all__ = ["class_colors", "decision_boundary", "draw_vector", "half_plane", "scatter_classes"]

MANY = 1000
class_colors = cycle


def scatter_classes(
    ax: Axes, X: np.ndarray, y: np.ndarray, *, names: Sequence[str] | None = None, size: float = 26
) -> None:
    """Draw the points ``X (N, 2)`` with a colour and a marker for each label of `y`, smallest label first.

    More than 1000 points are stored as an image inside the SVG, or the page would grow with every point.
    """
    X, y = np.asarray(X), np.asarray(y)
    require(X.ndim == 2 and X.shape[1] == 2, f"scatter_classes: X has shape {X.shape}, expected (N, 2)")
    require(y.shape == X.shape[:1], f"scatter_classes: y has shape {y.shape}, expected {X.shape[:1]}")
    labels = np.unique(y)
    signed = set(labels.tolist()) == {-1, 1}
    for k, label in enumerate(labels):
        members = X[y == label]
        shown = f"{int(label):+d}".replace("-", "−") if signed else label
        name = names[k] if names is not None else f"class {shown}"
        ax.scatter(
            *members.T, s=size, c=class_colors[k % len(class_colors)], marker=markers[k % len(markers)],
            edgecolors=colors.paper, linewidths=0.6, label=name, rasterized=len(X) > MANY, zorder=3,
        )  # fmt: skip


def decision_boundary(
    ax: Axes,
    predict: Callable[[np.ndarray], np.ndarray],
    X: np.ndarray,
    y: np.ndarray,
    *,
    threshold: float | None = None,
    names: Sequence[str] | None = None,
    limits: tuple[float, float, float, float] | None = None,
    resolution: int = 240,
) -> None:
    """Draw the regions into which a classifier divides the plane, their borders, and the data.

    Parameters
    ----------
    predict
        Maps points ``(M, 2)`` to labels ``(M,)`` among those of `y`; or to scores of the classes ``(M, C)``,
        the largest wins; or, with `threshold`, to real numbers ``(M,)``, of which those at or above it belong
        to the larger of two labels. Scores and numbers give the smoother border.
    X, y
        Points ``(N, 2)`` and their labels, -1/+1 or class indices.
    limits
        ``(left, right, bottom, top)``; by default the data with a margin.
    """
    X, y = np.asarray(X), np.asarray(y)
    require(X.ndim == 2 and X.shape[1] == 2, f"decision_boundary: X has shape {X.shape}, expected (N, 2)")
    labels = np.unique(y)
    left, right, bottom, top = limits or _limits(X)
    across, up = np.meshgrid(np.linspace(left, right, resolution), np.linspace(bottom, top, resolution))
    values = np.asarray(predict(np.column_stack([across.ravel(), up.ravel()])))
    scores = _scores(values, labels, threshold, resolution**2)
    winner = scores.argmax(axis=1).reshape(across.shape)
    tints = ListedColormap([_tint(class_colors[k % len(class_colors)]) for k in range(scores.shape[1])])
    ax.imshow(
        winner, extent=(left, right, bottom, top), origin="lower", aspect="auto", cmap=tints,
        vmin=-0.5, vmax=scores.shape[1] - 0.5, interpolation="nearest", zorder=0,
    )  # fmt: skip
    for k in np.unique(winner)[: -1 if scores.shape[1] == 2 else None]:
        rest = np.delete(scores, k, axis=1).max(axis=1)
        lead = (scores[:, k] - rest).reshape(across.shape)
        if lead.min() < 0 < lead.max():
            ax.contour(across, up, lead, levels=[0.0], colors=colors.ink, linewidths=1.4, zorder=2)
    scatter_classes(ax, X, y, names=names)
    ax.set(xlim=(left, right), ylim=(bottom, top))


def half_plane(
    ax: Axes, w: Sequence[float], b: float = 0.0, *, label: str | None = None, normal: bool = True
) -> None:
    """Draw the line ``w · x + b = 0`` in the axes' limits, its positive side tinted, and (`normal`) the direction w.

    The tint is that of the larger of two labels in :func:`decision_boundary`.
    With ``w = 0`` there is no line: the whole plane or nothing of it is tinted.
    """
    w = np.asarray(w, dtype=float)
    require(w.shape == (2,), f"half_plane: w has shape {w.shape}, expected (2,)")
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    corners = np.array([[left, bottom], [right, bottom], [right, top], [left, top]])
    inside = _clip(corners, w, b)
    if len(inside) >= 3:
        ax.fill(*inside.T, facecolor=_tint(class_colors[1]), edgecolor="none", zorder=0)
    ends = [point for point in inside if abs(w @ point + b) <= 1e-9 * (1 + np.abs(w).sum() * np.abs(point).max())]
    if w.any() and len(ends) >= 2:
        start, end = min(ends, key=tuple), max(ends, key=tuple)
        ax.plot([start[0], end[0]], [start[1], end[1]], "-", color=colors.ink, marker="", label=label, zorder=2)
        if normal:
            middle = (start + end) / 2
            length = 0.14 * min(right - left, top - bottom)
            draw_vector(ax, middle, middle + length * w / np.linalg.norm(w), text="$w$")
    ax.set(xlim=(left, right), ylim=(bottom, top))


def draw_vector(
    ax: Axes, start: Sequence[float], end: Sequence[float], *, text: str = "", color: str = colors.ink
) -> None:
    """Draw an arrow from `start` to `end` in the coordinates of the data, with a text beyond its tip."""
    start, end = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
    look = {"arrowstyle": "-|>", "color": color, "linewidth": 1.6, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, start, arrowprops=look, zorder=4)
    if text:
        beyond = 11 * (end - start) / max(np.linalg.norm(end - start), 1e-12)
        ax.annotate(text, end, beyond, textcoords="offset points", ha="center", va="center", color=color, zorder=5)


def _scores(values: np.ndarray, labels: np.ndarray, threshold: float | None, count: int) -> np.ndarray:
    if values.ndim == 2 and values.shape[1] > 1:
        return values
    values = values.reshape(-1)
    require(values.shape == (count,), f"decision_boundary: predict returned {values.shape}, expected ({count},)")
    if threshold is not None:
        return np.column_stack([threshold - values, values - threshold])
    strange = np.setdiff1d(values, labels)
    require(
        not strange.size,
        f"decision_boundary: predict returned {strange[:3]}, expected labels among {labels} (or a threshold)",
    )
    return (values[:, None] == labels).astype(float)


def _limits(X: np.ndarray) -> tuple[float, float, float, float]:
    low, high = X.min(axis=0), X.max(axis=0)
    margin = 0.12 * np.maximum(high - low, 1e-9)
    return (low[0] - margin[0], high[0] + margin[0], low[1] - margin[1], high[1] + margin[1])


def _clip(corners: np.ndarray, w: np.ndarray, b: float) -> np.ndarray:
    """The part of a convex polygon where ``w · x + b >= 0``."""
    kept = []
    for point, following in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        here, there = w @ point + b, w @ following + b
        if here >= 0:
            kept.append(point)
        if here * there < 0:
            kept.append(point + here / (here - there) * (following - point))
    return np.array(kept).reshape(-1, 2)


def _tint(color: str) -> tuple[float, ...]:
    return tuple(0.8 + 0.2 * channel for channel in to_rgb(color))
