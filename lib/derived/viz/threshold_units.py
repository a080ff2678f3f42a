"""Figures of the chapter on threshold units: half-planes with truth tables, feature maps, runs of the perceptron."""

from collections.abc import Callable, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from derived.viz.boundaries import half_plane, scatter_classes
from derived.viz.diagrams import draw_network
from derived.viz.style import colors

__all__ = ["BOOLEAN_NAMES", "draw_boolean_network", "draw_feature_map", "draw_run", "draw_unit"]

# By truth table over the inputs 00, 01, 10, 11, read as a binary number.
BOOLEAN_NAMES = (
    "FALSE", "AND", "x₁ ∧ ¬x₂", "x₁", "¬x₁ ∧ x₂", "x₂", "XOR", "OR",
    "NOR", "XNOR", "¬x₂", "x₁ ∨ ¬x₂", "¬x₁", "¬x₁ ∨ x₂", "NAND", "TRUE",
)  # fmt: skip
SIDE = "#F7DDD1"  # the tint of the positive side in half_plane
CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


def draw_unit(w1: float, w2: float, w0: float) -> Figure:
    """The threshold unit 𝟙[w₀ + w₁x₁ + w₂x₂ ≥ 0]: its half-plane, the four Boolean inputs, and its truth table."""
    z = w0 + CORNERS @ np.array([w1, w2])
    fires = z >= 0
    fig, (plane, text) = plt.subplots(1, 2, figsize=(7.0, 3.3), width_ratios=(1.05, 1), layout="none")
    fig.subplots_adjust(0.08, 0.14, 0.99, 0.97, wspace=0.08)
    plane.set(xlim=(-0.75, 1.75), ylim=(-0.75, 1.75), aspect="equal", xlabel="x₁", ylabel="x₂",
              xticks=[0, 1], yticks=[0, 1])  # fmt: skip
    half_plane(plane, (w1, w2), w0, normal=False)
    for point, on in zip(CORNERS, fires, strict=True):
        face = colors.ink if on else colors.paper
        plane.plot(*point, "o", markersize=17, markerfacecolor=face, markeredgecolor=colors.ink, zorder=5)
        plane.text(*point, int(on), ha="center", va="center", color=colors.paper if on else colors.ink, zorder=6)
    rows = [[*point, f"{value:g}".replace("-", "−"), int(on)]
            for point, value, on in zip(CORNERS, z, fires, strict=True)]  # fmt: skip
    name = BOOLEAN_NAMES[int(fires @ (8, 4, 2, 1))]
    _write_table(text, ["x₁", "x₂", "z", "y"], rows, f"computes  {name}")
    return fig


def draw_boolean_network(table: Sequence[int]) -> Figure:
    """The network with one hidden unit for each input of -1 and +1; units whose pattern is wanted are filled."""
    table = np.asarray(table)
    fig, (net, text) = plt.subplots(1, 2, figsize=(7.0, 3.2), width_ratios=(1.3, 1), layout="none")
    fig.subplots_adjust(0.0, 0.02, 0.99, 0.98, wspace=0.02)
    patterns = ["−−", "−+", "+−", "++"]
    draw_network(
        [2, 4, 1], labels=[["x₁", "x₂"], patterns, ["y"]], names=["input", "bias −2", "bias −1"],
        weights=[2 * CORNERS - 1, table[None]], highlight=[(1, k) for k in np.flatnonzero(table)], ax=net,
    )  # fmt: skip
    rows = [["−1" if a == 0 else "+1", "−1" if b == 0 else "+1", pattern, int(value)]
            for (a, b), pattern, value in zip(CORNERS, patterns, table, strict=True)]  # fmt: skip
    name = BOOLEAN_NAMES[int(table @ (8, 4, 2, 1))]
    _write_table(text, ["x₁", "x₂", "fires", "y"], rows, f"computes  {name}")
    return fig


def draw_feature_map(X: np.ndarray, y: np.ndarray, names: Sequence[str], features: np.ndarray,
                     theta: np.ndarray, score: Callable[[np.ndarray], np.ndarray]) -> Figure:  # fmt: skip
    """Data in the plane with the border ``score = 0``, and in two features with the line that belongs to it.

    Parameters
    ----------
    X, y : points (N, 2) and labels -1, +1.
    names : of the two features.
    features : (N, 2) values of the features.
    theta : (3,) weights of the features and of the constant 1.
    score : maps points (M, 2) to (M,) scores.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(7.0, 3.3), layout="none")
    fig.subplots_adjust(0.08, 0.15, 0.99, 0.9, wspace=0.26)
    grid = np.linspace(-2.2, 2.2, 41)
    across, up = np.meshgrid(grid, grid)
    values = score(np.column_stack([across.ravel(), up.ravel()])).reshape(across.shape)
    left.contourf(across, up, values, levels=[0, 1e9], colors=[SIDE])
    left.contour(across, up, values, levels=[0], colors=colors.ink, linewidths=1.4)
    scatter_classes(left, X, y, size=14)
    left.set(xlabel="x₁", ylabel="x₂", title="the plane", aspect="equal", xticks=(-2, 0, 2), yticks=(-2, 0, 2))
    low, high = features.min(axis=0), features.max(axis=0)
    room = 0.08 * (high - low)
    right.set(xlim=(low[0] - room[0], high[0] + room[0]), ylim=(low[1] - room[1], high[1] + room[1]),
              xlabel=names[0], ylabel=names[1], title="the features")  # fmt: skip
    right.locator_params(nbins=3)
    half_plane(right, theta[:2], theta[2])
    scatter_classes(right, features, y, size=14)
    return fig


def draw_run(X: np.ndarray, y: np.ndarray, path: np.ndarray, mistakes: np.ndarray, best: np.ndarray,
             step: int) -> Figure:  # fmt: skip
    """A run of the perceptron in the plane after `step` updates (or at its end).

    Parameters
    ----------
    X, y : points (N, 2) and labels -1, +1.
    path, mistakes : weights (S + 1, 2) and examples (S,) of the run.
    best : (2,) unit vector of the largest margin.
    """
    step = min(step, len(mistakes))
    fig, axes = plt.subplots(1, 3, figsize=(7.2, 3.0), layout="none")
    fig.subplots_adjust(0.075, 0.16, 0.985, 0.89, wspace=0.36)
    axes[0].set(xlim=(-1.2, 1.2), ylim=(-1.5, 1.5), xticks=[-1, 0, 1], yticks=[-1, 0, 1], title="examples and line")
    half_plane(axes[0], path[step], normal=False)
    scatter_classes(axes[0], X, y, size=18)
    if step < len(mistakes):
        axes[0].plot(*X[mistakes[step]], "o", markersize=15, markerfacecolor="none", markeredgecolor=colors.red,
                     markeredgewidth=1.8, zorder=5)  # fmt: skip
    _draw_path(axes[1], path, step)
    _draw_squeeze(axes[2], X, y, path, best, step)
    return fig


def _draw_path(ax: Axes, path: np.ndarray, step: int) -> None:
    """The weights from update to update, in their own plane."""
    reach = 1.15 * np.abs(path[:, 0]).max()
    ax.set(xlim=(-reach, reach), ylim=(-0.12 * path[:, 1].max(), 1.15 * path[:, 1].max()), title="path of the weights",
           xlabel="θ₁", ylabel="θ₂")  # fmt: skip
    ax.locator_params(nbins=3)
    ax.axvline(0, color=colors.pale, linewidth=1, linestyle="-")
    ax.plot(*path[: step + 1].T, "-o", color=colors.blue, markersize=4, linewidth=1.4)
    ax.plot(*path[step], "D", color=colors.orange, markersize=7)


def _draw_squeeze(ax: Axes, X: np.ndarray, y: np.ndarray, path: np.ndarray, best: np.ndarray, step: int) -> None:
    """Novikoff's squeeze: the weights' progress and length between their bounds, both axes logarithmic."""
    gamma, R = (y * (X @ best)).min(), np.linalg.norm(X, axis=1).max()
    bound = (R / gamma) ** 2
    s = np.array([1, 200])
    ax.set(xscale="log", yscale="log", xlim=(0.8, 200), ylim=(0.06, 20),
           xlabel="updates s", title=f"{step} updates of at most {int(bound)}")  # fmt: skip
    ax.minorticks_off()
    ax.set_xticks(ticks := [1, 10, 100], map(str, ticks))
    ax.set_yticks(ticks := [0.1, 1, 10], map(str, ticks))
    ax.plot(s, R * np.sqrt(s), "--", color=colors.grey, linewidth=1.4)
    ax.plot(s, gamma * s, ":", color=colors.grey, linewidth=1.8)
    ax.axvline(bound, color=colors.red, linewidth=1.2, linestyle="-")
    ax.text(1, 1.3 * R, "R√s", ha="left", va="bottom", fontsize="small")
    ax.text(1.8, gamma * 1.4, "γs", ha="left", va="top", fontsize="small")
    done = np.arange(1, step + 1)
    ax.plot(done, np.linalg.norm(path[1 : step + 1], axis=1), "-s", color=colors.blue, markersize=3.5, linewidth=1,
            label="‖θ‖")  # fmt: skip
    ax.plot(done, path[1 : step + 1] @ best, "-o", color=colors.orange, markersize=3.5, linewidth=1,
            label="θ · θ*")  # fmt: skip
    ax.legend(loc="upper left", fontsize="small", handlelength=1.2, borderpad=0.1)


def _write_table(ax: Axes, head: Sequence[str], rows: Sequence[Sequence], below: str) -> None:
    """A small table as text, with a line below it."""
    ax.set(xlim=(0, len(head)), ylim=(-1.6, len(rows) + 1))
    ax.axis("off")
    ax.plot([0.1, len(head) - 0.1], [len(rows) - 0.05] * 2, "-", color=colors.grey, linewidth=1)
    for at, name in enumerate(head):
        ax.text(at + 0.5, len(rows) + 0.4, name, ha="center", va="center")
        for line, row in enumerate(rows):
            ax.text(at + 0.5, len(rows) - line - 0.6, row[at], ha="center", va="center")
    ax.text(len(head) / 2, -0.9, below, ha="center", va="center", fontsize="large", weight="bold")
