"""Figures of the chapter on associative memories: grids of images, a matrix of bits, recall with its energy."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from derived.topics.hopfield import Hopfield, flip, overlap
from derived.topics.willshaw import WillshawMemory, expected_fill, expected_spurious, sparse_patterns
from derived.viz.style import colors

__all__ = ["draw_recall", "draw_states", "draw_store", "recall_path"]

INK = ListedColormap([colors.paper, colors.ink])
GREYS = plt.get_cmap("gray_r").with_extremes(bad=colors.light)


def draw_states(states: np.ndarray, rows: Sequence[str], columns: Sequence[str], side: int = 8) -> Figure:
    """Square images in a grid, darker for larger values from -1 to 1.

    Parameters
    ----------
    states : (R, C, side * side) values; those outside [-1, 1] are cut off.
    rows, columns : their names.
    """
    R, C, step = len(rows), len(columns), side + 1
    if np.shape(states) != (R, C, side * side):
        raise ValueError(f"draw_states: states has shape {np.shape(states)}, expected ({R}, {C}, {side * side})")
    board = np.full((R * step + 1, C * step + 1), np.nan)
    for k, l in np.ndindex(R, C):
        board[k * step + 1 : (k + 1) * step, l * step + 1 : (l + 1) * step] = np.reshape(states[k][l], (side, side))
    scale = min(0.75, 6.6 / C) / step
    fig, ax = plt.subplots(figsize=(board.shape[1] * scale + 0.9, board.shape[0] * scale + 0.4))
    ax.imshow(board, cmap=GREYS, vmin=-1, vmax=1, interpolation="nearest")
    ax.set_xticks(step * np.arange(C) + side / 2 + 0.5, columns)
    ax.set_yticks(step * np.arange(R) + side / 2 + 0.5, rows)
    ax.tick_params(length=0, labeltop=True, labelbottom=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return fig


def draw_store(n: int, r: int, s: int) -> Figure:
    """The matrix after s pairs, and the answer to the first key beside the stored one; seed 0."""
    rng = np.random.default_rng(0)
    X, Y = sparse_patterns(s, n, r, rng), sparse_patterns(s, n, r, rng)
    memory = WillshawMemory(n, r).store(X, Y)
    answers = memory.recall(X)
    wrong = answers.sum(1) - r
    fig, (left, right) = plt.subplots(1, 2, figsize=(7.0, 3.5), width_ratios=(1, 1.25), layout="none")
    fig.subplots_adjust(0.02, 0.03, 0.99, 0.9, wspace=0.05)
    left.imshow(memory.theta, cmap=INK, vmin=0, vmax=1, interpolation="nearest")
    left.set(xticks=[], yticks=[],
             title=f"matrix, {memory.theta.mean():.0%} ones (formula {expected_fill(n, r, s):.0%})")  # fmt: skip
    right.set(xlim=(-1, n), ylim=(-0.6, 3.2), yticks=[], xticks=[], title="first pair")
    for height, name, bits in ((2.4, "key", X[0]), (1.4, "stored answer", Y[0]), (0.4, "recalled", answers[0])):
        right.vlines(np.flatnonzero(bits), height, height + 0.5, color=colors.ink, linewidth=2)
        right.hlines(height, -0.5, n - 0.5, color=colors.grey, linewidth=0.8)
        right.text(-0.5, height + 0.58, name, fontsize=9, va="bottom")
    spurious = np.flatnonzero(answers[0] & (Y[0] == 0))
    right.vlines(spurious, 0.4, 0.9, color=colors.orange, linewidth=2)
    right.plot(spurious, np.full(len(spurious), 0.2), "^", color=colors.orange, markersize=4)
    text = f"spurious: {wrong[0]:.0f} here, {wrong.mean():.2f} on average (expected {expected_spurious(n, r, s):.2f})"
    right.text(-0.5, -0.45, text, fontsize=9, va="center")
    for side in ("left", "bottom"):
        right.spines[side].set_visible(False)
    return fig


def draw_recall(patterns: np.ndarray, s: int, wrong: int) -> Figure:
    """Recall of the first of s stored images from a start with ``wrong`` pixels flipped, and the energy on the way.

    Parameters
    ----------
    patterns : (S, 64) images of -1 and +1, of which the first s are stored by Hebb's rule.
    s, wrong : number of patterns stored, of pixels flipped (seed 1).
    """
    target, (path, energies) = patterns[0], recall_path(patterns, s, wrong)
    fig = plt.figure(figsize=(7.0, 2.7), layout="none")
    _images(fig.add_axes((0.01, 0.2, 0.515, 0.56)), {"stored": target, "start": path[0], "end": path[-1]}, target)
    ax = fig.add_axes((0.64, 0.2, 0.34, 0.68))
    ax.plot(energies, "-", drawstyle="steps-post")
    ax.axhline(-1, color=colors.grey, linewidth=1, linestyle="--")
    ax.text(59.5, -0.97, "stored pattern", ha="right", va="bottom", fontsize=8, color=colors.grey)
    ax.set(xlim=(0, 60), ylim=(-1.5, 0.3), xlabel="flips", ylabel="energy")
    return fig


def recall_path(patterns: np.ndarray, s: int, wrong: int) -> tuple[np.ndarray, np.ndarray]:
    """States (flips + 1, 64) on the way of :func:`draw_recall`, and their energies in units of the stored one."""
    net, target, rng = Hopfield(patterns.shape[1]).store(patterns[:s]), patterns[0], np.random.default_rng(1)
    path = net.path(flip(target, wrong, rng), rng)
    return path, net.energy(path) / abs(net.energy(target))


def _images(ax: plt.Axes, states: dict[str, np.ndarray], target: np.ndarray) -> None:
    """Square images in a row, each with its name and its overlap with the target: axes of their own take longer."""
    side = round(len(target) ** 0.5)
    for k, (name, state) in enumerate(states.items()):
        left = k * (side + 0.5)
        ax.imshow(state.reshape(side, side), cmap="gray_r", vmin=-1, vmax=1, interpolation="nearest",
                  extent=(left, left + side, side, 0))  # fmt: skip
        frame = side * np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]) + (left, 0)
        ax.plot(*frame.T, "-", color=colors.grey, lw=0.6)
        ax.text(left + side / 2, -0.4, name, fontsize="small", ha="center", va="bottom")
        value = f"overlap {overlap(state, target):.2f}".replace("-", "−")
        ax.text(left + side / 2, side + 0.5, value, fontsize=9, ha="center", va="top")
    ax.set(xlim=(-0.1, left + side + 0.1), ylim=(side + 0.1, -0.1))
    ax.axis("off")
