"""Pictures of undirected graphs: edges as lines, nodes coloured by a number, labels passed along the edges."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import sparse

from derived.arguments import require
from derived.topics.graph_matrices import Matrix
from derived.viz.style import colors, diverging

__all__ = ["circle_positions", "draw_nodes", "draw_passing"]


def circle_positions(n: int) -> np.ndarray:
    """n places on the unit circle, the first on top, clockwise."""
    angle = np.pi / 2 - 2 * np.pi * np.arange(n) / n
    return np.column_stack([np.cos(angle), np.sin(angle)])


def draw_nodes(ax: Axes, positions: np.ndarray, A: Matrix, values: Sequence[float] | None = None, *,
               names: Sequence[str] | None = None, marked: Sequence[int] = (), limit: float = 1.0,
               size: float = 60) -> Axes:  # fmt: skip
    """Edges in grey, nodes on top: blue for -limit, white for 0, red for limit; without values pale.

    Parameters
    ----------
    positions : (n, 2) array.
    A : (n, n) adjacency matrix; the diagonal is not drawn.
    values : a number for each node.
    names : texts in the nodes.
    marked : nodes drawn larger, as squares.
    limit : the value with the strongest colour.
    size : area of a node in points squared.
    """
    n = len(positions)
    require(A.shape == (n, n), "draw_nodes: A has shape {}, expected {}", A.shape, (n, n))
    i, j = sparse.triu(sparse.coo_array(A), 1).nonzero()
    ends = np.stack([positions[i], positions[j], np.full((len(i), 2), np.nan)], axis=1)  # one path, cut after each edge
    ax.plot(*ends.reshape(-1, 2).T, "-", color=colors.grey, lw=0.8, alpha=0.6, zorder=1)
    style = {"cmap": diverging, "vmin": -limit, "vmax": limit, "edgecolors": colors.ink, "linewidths": 0.7}
    shade = {"c": np.zeros(n) if values is None else np.asarray(values, float)}
    rest = np.setdiff1d(np.arange(n), marked)
    for nodes, marker, factor, width in ((rest, "o", 1.0, 0.7), (np.asarray(marked, int), "s", 1.9, 1.8)):
        ax.scatter(*positions[nodes].T, s=factor * size, marker=marker, zorder=2,
                   **(style | {"c": shade["c"][nodes], "linewidths": width}))  # fmt: skip
    for k, name in enumerate(names or ()):
        dark = abs(shade["c"][k]) > 0.6 * limit
        ax.text(*positions[k], name, ha="center", va="center_baseline", fontsize=8, zorder=3,
                color=colors.paper if dark else colors.ink)  # fmt: skip
    ax.set_aspect("equal")
    ax.margins(0.12)
    ax.axis("off")
    return ax


def draw_passing(positions: np.ndarray, A: Matrix, scores: np.ndarray, marked: Sequence[int], title: str,
                 right: np.ndarray | None = None) -> Figure:  # fmt: skip
    """Two-class scores on a graph; a cross on every node whose sign is not that of `right`.

    Scores fall off by powers along the edges: the colours show the fifth root of their share in the largest, so that
    the sign can be seen far from the labels, too.

    Parameters
    ----------
    scores : (n,) numbers, negative for class 0.
    marked : the labelled nodes.
    right : (n,) signs; scores of exactly 0 count as wrong.
    """
    fig, ax = plt.subplots(figsize=(5.6, 3.2))
    shares = scores / (np.abs(scores).max() or 1.0)
    draw_nodes(ax, positions, A, np.sign(shares) * np.abs(shares) ** 0.2, marked=marked, size=34)
    if right is not None:
        wrong = np.flatnonzero(np.sign(scores) != right)
        ax.scatter(*positions[wrong].T, marker="x", s=26, color=colors.ink, lw=1.2, zorder=4)
    ax.set_title(title)
    return fig
