"""The artificial neuron beside a simplified biological one."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Ellipse

from derived.viz.diagrams.canvas import arrow, blank, box, circle, note
from derived.viz.style import colors

__all__ = ["draw_artificial", "draw_biological", "draw_neuron"]

MEMBRANE = "#D9E8DF"
MYELIN = "#F3E3B8"


def draw_neuron(inputs: int = 3, activation: str = r"$\sigma$") -> tuple[Axes, Axes]:
    """Draw a biological neuron and, to its right, the weighted sum and activation that are modelled on it."""
    _, axes = plt.subplots(1, 2, figsize=(8.0, 3.1), width_ratios=(1.12, 1))
    return draw_biological(axes[0]), draw_artificial(inputs, activation, ax=axes[1])


def draw_artificial(
    inputs: int = 3,
    activation: str = r"$\sigma$",
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw ``y = activation(sum_i w_i x_i + b)`` from left to right."""
    top = (inputs - 1) / 2 * 1.1
    ax = blank(ax, (-0.6, 6.8), (-max(top, 1.0) - 1.05, max(top, 1.0) + 0.95))
    total = circle(ax, (2.6, 0), 0.5, "$\\Sigma$", facecolor=MEMBRANE)
    fires = box(ax, (4.5, 0), (0.95, 0.95), activation, facecolor=MYELIN)
    for k in range(inputs):
        y = top - 1.1 * k
        source = circle(ax, (0, y), 0.34, f"$x_{{{k + 1}}}$", facecolor=colors.pale)
        arrow(ax, (0, y), (2.6, 0), (source, total))
        note(ax, (1.25, y * (1 - 1.25 / 2.6)), f"$w_{{{k + 1}}}$", fontsize="small")
    bias = circle(ax, (2.6, -max(top, 1.0) - 0.55), 0.34, "$b$", facecolor=colors.pale)
    arrow(ax, bias.center, (2.6, 0), (bias, total))
    arrow(ax, (2.6, 0), (4.5, 0), (total, fires))
    note(ax, (3.55, 0.28), "$z$", fontsize="small")
    arrow(ax, (4.5, 0), (6.05, 0), (fires, None))
    ax.text(6.15, 0, "$y$", va="center")
    for x, text in [(0, "inputs"), (2.6, "weighted sum"), (4.5, "activation")]:
        height = top + 0.62 if x == 0 else 0.78
        ax.text(x, height, text, ha="center", fontsize="small", color=colors.grey)
    return ax


def draw_biological(ax: Axes | None = None) -> Axes:
    """Draw a nerve cell: dendrites receive, the body sums, the axon carries the pulse to its terminals."""
    ax = blank(ax, (-2.6, 7.2), (-2.6, 2.5))
    line = {"color": "#3F7D63", "solid_capstyle": "round", "linestyle": "-", "marker": "", "zorder": 2}
    for angle in (100, 138, 180, 222, 262):
        _branch(ax, (0.0, 0.0), np.deg2rad(angle), 1.25, 3, line)
    xs = np.linspace(0.6, 5.2, 60)
    ax.plot(xs, 0.12 * np.sin(1.4 * xs), linewidth=3.0, **line)
    for x in (1.55, 2.5, 3.45, 4.4):
        tilt = np.rad2deg(np.arctan(0.168 * np.cos(1.4 * x)))
        ax.add_patch(Ellipse((x, 0.12 * np.sin(1.4 * x)), 0.78, 0.36, angle=tilt, facecolor=MYELIN,
                             edgecolor="#8A6D1F", linewidth=1.0, zorder=3))  # fmt: skip
    end = (5.2, 0.12 * np.sin(1.4 * 5.2))
    for angle in (-48, -16, 16, 48):
        tip = (end[0] + 1.05 * np.cos(np.deg2rad(angle)), end[1] + 1.05 * np.sin(np.deg2rad(angle)))
        ax.plot([end[0], tip[0]], [end[1], tip[1]], linewidth=1.6, **line)
        ax.add_patch(Circle(tip, 0.11, facecolor="#3F7D63", edgecolor="none", zorder=3))
    turn = np.linspace(0, 2 * np.pi, 80)
    radius = 0.72 + 0.07 * np.cos(5 * turn + 0.4)
    ax.fill(radius * np.cos(turn), radius * np.sin(turn), facecolor=MEMBRANE, edgecolor="#3F7D63", zorder=3)
    ax.add_patch(Circle((0.02, 0.02), 0.26, facecolor="#9CC4B0", edgecolor="#3F7D63", zorder=4))
    _name(ax, "dendrites\nreceive", (-1.75, -2.2), (-1.1, -1.15))
    _name(ax, "cell body\nsums", (1.1, 1.75), (0.35, 0.62))
    _name(ax, "axon with myelin\ncarries the pulse", (2.95, -1.35), (2.95, -0.3))
    _name(ax, "terminals\npass it on", (5.3, 1.75), (5.95, 0.8))
    return ax


def _branch(ax: Axes, start: tuple, angle: float, length: float, depth: int, line: dict) -> None:
    """A dendrite that forks into two shorter ones, `depth` times."""
    end = (start[0] + length * np.cos(angle), start[1] + length * np.sin(angle))
    ax.plot([start[0], end[0]], [start[1], end[1]], linewidth=0.8 * depth, **line)
    if depth > 1:
        for turn in (-0.42, 0.38):
            _branch(ax, end, angle + turn, length * 0.55, depth - 1, line)


def _name(ax: Axes, text: str, at: tuple[float, float], to: tuple[float, float]) -> None:
    pointer = {"arrowstyle": "-", "color": colors.grey, "linewidth": 0.8}
    ax.annotate(text, to, at, ha="center", va="center", fontsize="small", arrowprops=pointer, zorder=5)
