"""Pictures of what hidden units do: their lines in the plane, the space they span, and networks that are equal."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from derived.arguments import require
from derived.nn import MLP, Linear, Sequential
from derived.training import predict
from derived.viz.boundaries import decision_boundary, scatter_classes
from derived.viz.diagrams import draw_network
from derived.viz.style import colors

__all__ = ["draw_equal", "draw_features", "head_boundary", "hidden_view", "unit_lines"]


def unit_lines(ax: Axes, layer: Linear) -> None:
    """Draw for each unit of a layer of two inputs the line where its pre-activation is 0, with the unit's number."""
    require(layer.in_features == 2, f"unit_lines: the layer has {layer.in_features} inputs, expected 2")
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    reach = 2 * max(right - left, top - bottom)
    middle = np.array([left + right, bottom + top]) / 2
    low, high = np.array([left, bottom]), np.array([right, top])
    room, taken = 0.06 * (high - low), []
    for j, (w, b) in enumerate(zip(layer.weight.data, layer.bias.data, strict=True)):
        length = np.linalg.norm(w)
        if length == 0:
            continue
        n = w / length
        foot = middle - (n @ middle + b / length) * n
        along = np.array([-n[1], n[0]])
        ends = np.array([foot - reach * along, foot + reach * along])
        ax.plot(*ends.T, "--", color=colors.ink, linewidth=1.1, marker="", zorder=2)
        # Lines that cross at their feet, as all do while the biases are 0: a number moves along its line.
        spots = [np.clip(foot + k * 2 * room * along, low + room, high - room) for k in (0, 1.5, -1.5, 3, -3)]
        free = (s for s in spots if all(np.abs((s - t) / room).max() > 1.6 for t in taken))
        place = next(free, spots[0])
        taken.append(place)
        ax.text(*place, str(j + 1), fontsize="small", ha="center", va="center", zorder=5,
                bbox={"boxstyle": "circle,pad=0.2", "facecolor": colors.paper, "edgecolor": colors.ink})  # fmt: skip
    ax.set(xlim=(left, right), ylim=(bottom, top))


def hidden_view(model: Sequential, X: np.ndarray) -> np.ndarray:
    """The last hidden values as seen along the head's plane, (N, 2).

    First column: the head's output, so the decision boundary is the line 0. Second column: the coordinate of the
    largest spread among the directions at right angles to the head's weights, divided by its spread.
    """
    head = model[-1]
    H = predict(model[:-1], X)
    v = head.weight.data[0]
    score = H @ v + head.bias.data[0]
    rest = H - H.mean(axis=0)
    rest = rest - np.outer(rest @ v, v) / max(v @ v, 1e-12)
    _, _, rows = np.linalg.svd(rest, full_matrices=False)
    direction = rows[0] * np.sign(rows[0][np.argmax(np.abs(rows[0]))])
    across = rest @ direction
    return np.column_stack([score, across / max(across.std(), 1e-12)])


def head_boundary(ax: Axes, head: Linear) -> None:
    r"""Draw where :math:`v^\top a + c = 0` for hidden values a in the square or cube from -1 to 1, and look along it.

    Parameters
    ----------
    ax : axes for two hidden units, or three-dimensional ones for three.
    head : layer with one output.
    """
    v, c = head.weight.data[0].astype(float), float(head.bias.data[0])
    require(v.size in (2, 3), f"head_boundary: the head has {v.size} inputs, expected 2 or 3")
    t = np.linspace(-1, 1, 25)
    if v.size == 2:
        across, up = np.meshgrid(t, t)
        ax.contour(across, up, v[0] * across + v[1] * up + c, levels=[0.0], colors=colors.ink, linewidths=1.4)
        ax.set(xlim=(-1.1, 1.1), ylim=(-1.1, 1.1))
        return
    k = int(np.argmax(np.abs(v)))  # solve for the coordinate along which the plane is not steep
    i, j = (axis for axis in range(3) if axis != k)
    grid = [None, None, None]
    grid[i], grid[j] = np.meshgrid(t, t)
    grid[k] = -(v[i] * grid[i] + v[j] * grid[j] + c) / v[k]
    grid[k] = np.where(np.abs(grid[k]) <= 1, grid[k], np.nan)
    ax.plot_surface(*grid, color=colors.grey, alpha=0.35, linewidth=0)
    rise = np.tan(np.radians(15)) * v[2] / max(np.hypot(v[0], v[1]), 1e-12)
    azimuth = np.arctan2(v[1], v[0]) + np.arccos(np.clip(-rise, -1, 1))  # then the line of sight lies in the plane
    ax.view_init(elev=15, azim=np.degrees(azimuth) + 3)
    ax.set_proj_type("ortho")
    ax.set_box_aspect((1, 1, 1), zoom=0.85)


def draw_features(model: Sequential, X: np.ndarray, y: np.ndarray, *, title: str = "",
                  limits: tuple[float, float, float, float] = (-1.5, 1.5, -1.5, 1.5)) -> Figure:  # fmt: skip
    """Left the plane of the inputs with the hidden units' lines, right the hidden values along the head's plane.

    Parameters
    ----------
    model : one hidden layer, two inputs, one output (a logit).
    X : (N, 2) inputs, y : (N,) labels 0 and 1.
    """
    fig, (left, right) = _pair(0.40)
    decision_boundary(left, lambda P: predict(model, P)[:, 0], X, y, threshold=0.0, limits=limits, resolution=120)
    unit_lines(left, model[0])
    left.set(xlabel="$x_1$", ylabel="$x_2$", title=title, xticks=[-1, 0, 1], yticks=[-1, 0, 1])
    view = hidden_view(model, X)
    scatter_classes(right, view, y)
    right.axvline(0, color=colors.ink, linewidth=1.4)
    most = 1.15 * max(np.abs(view[:, 0]).max(), 1e-3)
    right.set(xlim=(-most, most), ylim=(-2.6, 2.6), xlabel="output of the head (logit)", xticks=[0], yticks=[],
              ylabel="hidden layer, sideways", title="the same points, after the hidden layer")  # fmt: skip
    right.legend(loc="upper left", fontsize="small")
    return fig


def draw_equal(model: MLP, twin: MLP, *, units: Sequence[str],
               limits: tuple[float, float, float, float] = (-2, 2, -2, 2)) -> Figure:  # fmt: skip
    """A network that shall equal `model`, as a diagram with its weights, and the function it computes.

    Parameters
    ----------
    model, twin : networks of two inputs and one hidden layer.
    units : a name for each hidden unit of `twin`.
    """
    fig, (left, right) = _pair(0.58, start=0.0)
    draw_network(twin.sizes, weights=[m.weight.data for m in twin.layers if isinstance(m, Linear)], show_weights=True,
                 labels=[["$x_1$", "$x_2$"], units, [r"$\hat y$"]], ax=left)  # fmt: skip
    x1, x2 = np.meshgrid(np.linspace(*limits[:2], 61), np.linspace(*limits[2:], 61))
    points = np.column_stack([x1.ravel(), x2.ravel()])
    before, after = predict(model, points)[:, 0], predict(twin, points)[:, 0]
    right.imshow(after.reshape(x1.shape).round(6), extent=limits, origin="lower", aspect="auto")
    right.set(xlabel="$x_1$", ylabel="$x_2$", xticks=limits[:2], yticks=limits[2:],
              title=rf"$\hat y(x)$, moved by ≤ {_size(np.abs(before - after).max())}")  # fmt: skip
    return fig


def _pair(share: float, start: float = 0.08) -> tuple[Figure, tuple[Axes, Axes]]:
    """Two axes side by side at fixed places, the left one from `start` to `share` of the width.

    Constrained layout would measure every text again in each of a slider's pictures, which takes most of the time.
    """
    fig = plt.figure(figsize=(7.4, 3.4), layout="none")
    left = fig.add_axes((start, 0.15, share - start, 0.75))
    return fig, (left, fig.add_axes((share + 0.08, 0.15, 0.9 - share, 0.75)))


def _size(x: float) -> str:
    return "0" if x == 0 else "1e−12" if x < 1e-12 else f"{x:.2g}"
