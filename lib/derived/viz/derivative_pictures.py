"""Pictures of derivatives: a loop, sweeps through a graph, errors of quotients, gradients in other coordinates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from derived.arguments import one_of
from derived.topics import differences
from derived.topics.reverse_differential import reverse_differential
from derived.topics.straight_line import Program
from derived.viz.diagrams import draw_graph
from derived.viz.style import colors, sizes

__all__ = ["MODES", "loop_figure", "metric_figure", "sweep_figure", "u_curve_figure"]

MODES = ("forward from x", "forward from y", "reverse")
PROGRAM = Program(2, [("mul", (0, 1)), ("tanh", (2,)), ("add", (0, 3)), ("mul", (4, 1))], (5,))
NODES = {"x": "x", "y": "y", "a": "×", "b": "tanh", "c": "+", "f": "×"}
EDGES = [("x", "a"), ("y", "a"), ("a", "b"), ("x", "c"), ("b", "c"), ("c", "f"), ("y", "f")]
PLACES = {"x": (0, 2), "y": (0, -0.4), "a": (1, 1), "b": (2, 1), "c": (3, 2), "f": (4, 1)}


def loop_figure(steps: np.ndarray, errors: Mapping[str, Sequence[float]], lengths: Sequence[int], loop: int) -> Figure:
    """Left the errors of difference quotients against their steps, right how long a formula becomes.

    Parameters
    ----------
    steps, errors : of the quotients, by name.
    lengths : operations of the formula after 1, 2, … rounds of the loop.
    loop : operations of one round.
    """
    fig, (ax, bx) = plt.subplots(1, 2, figsize=sizes.wide)
    for (name, found), mark in zip(errors.items(), "os", strict=True):
        ax.loglog(steps, np.maximum(found, 1e-17), marker=mark, markersize=3, label=name)
    ax.axhline(1e-16, color=colors.ink, linestyle="--")
    ax.set(xlabel="step h", ylabel="relative error", ylim=(1e-17, 10))
    ax.legend(loc="upper center")
    rounds = np.arange(1, len(lengths) + 1)
    bx.semilogy(rounds, lengths, marker="o", label="formula of the derivative")
    bx.semilogy(rounds, loop * rounds, marker="s", label="the loop itself")
    bx.set(xlabel="Newton steps", ylabel="operations", xticks=rounds, ylim=(3, 3e4))
    bx.legend(loc="upper left")
    for axes in (ax, bx):
        axes.minorticks_off()
    return fig


def sweep_figure(mode: str, step: int) -> Figure:
    """Graph of (x + tanh(xy)) y at (0.5, 2) after ``step`` of the 4 steps of a sweep; ``mode`` is one of ``MODES``."""
    one_of("sweep_figure", "mode", mode, MODES)
    names, values = list(NODES), [float(v) for v in PROGRAM.run([0.5, 2.0])]
    L, last = PROGRAM.matrix(values), len(values) - 1
    if mode == "reverse":
        bar, done, active = np.eye(last + 1)[last], names, names[last - step]
        for k in range(last, last - step, -1):
            bar = bar + L[k] * bar[k]
        known = {name: d for name, d in zip(names, bar, strict=True) if d}
    else:
        seed = np.eye(last + 1)[MODES.index(mode)]
        dot = np.linalg.solve(np.eye(last + 1) - L, seed)
        done, active = names[: 2 + step], names[1 + step]
        known = dict(zip(done, dot, strict=False))
    shown = dict(zip(done, values, strict=False))
    return draw_graph(NODES, EDGES, positions=PLACES, gradients=known, highlight=[active], values=shown).figure


def u_curve_figure(k: float, precision: str) -> Figure:
    """Largest error of three difference quotients of sin kx, divided by k, against the step, and the central bound."""
    one_of("u_curve_figure", "precision", precision, ("double", "single"))
    kind = np.float64 if precision == "double" else np.float32
    x = np.linspace(0.5, 1.5, 25).astype(kind)[:, None]
    h = (10.0 ** np.arange(-10, 0.01, 0.25)).astype(kind)
    truth = k * np.cos(k * x.astype(float))
    fig, ax = plt.subplots(figsize=sizes.single)
    for name, mark in (("forward", "o"), ("five_point", "^"), ("central", "s")):
        found = getattr(differences, name)(lambda x: np.sin(kind(k) * x), x, h)
        error = abs(found - truth).max(axis=0) / k
        ax.loglog(h, error, marker=mark, markersize=3, label=name.replace("_", "-"))
    delta = np.finfo(kind).eps / 2 * (1 + 3 * k)  # the value, kx and x + h are rounded
    ax.loglog(h, differences.error_bound(h.astype(float), k**3, delta) / k, color=colors.grey, label="bound, central")
    ax.axvline(differences.best_step(k**3, delta), color=colors.ink, linewidth=0.8)
    ax.set(xlabel="step h", ylabel="largest error / k", ylim=(1e-15, 1e3), title=f"sin {k:g}x, {precision} precision")
    ax.legend(loc="lower left", fontsize="small", ncols=2)
    ax.minorticks_off()
    return fig


def metric_figure(radius: float, angle: float) -> Figure:
    """All steps of length 1 at a point in polar coordinates, the gradient and the list of partial derivatives.

    Parameters
    ----------
    radius : distance of the point from the origin.
    angle : degrees between the outward direction and the gradient, which has length 1 in the plane.
    """
    plane = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    D = np.diag([1.0, radius])  # from steps (dr, dθ) to steps outwards and round
    partials = D.T @ plane
    gradient = reverse_differential(partials[None], D.T @ D)[:, 0]
    around = np.linspace(0, 2 * np.pi, 100)
    unit = np.linalg.solve(D, [np.cos(around), np.sin(around)])
    fig, axes = plt.subplots(1, 2, figsize=(7.2, 4.1))
    for ax, to_panel, names in zip(axes, (np.eye(2), D), (("dr", "dθ"), ("outwards", "round")), strict=True):
        slopes = np.linalg.solve(to_panel.T, partials)
        _level_lines(ax, slopes)
        ax.plot(*(to_panel @ unit), color=colors.ink, linewidth=1, linestyle="-")
        _arrow(ax, to_panel @ partials, colors.orange, "--")
        _arrow(ax, to_panel @ gradient, colors.blue, "-")
        ax.set(xlabel=names[0], ylabel=names[1], xlim=(-2.2, 2.2), ylim=(-1.8, 2.6), aspect="equal",
               xticks=(-2, 0, 2), yticks=(-1, 0, 1, 2))  # fmt: skip
    axes[0].set_title(f"coordinates, r = {radius:g}")
    axes[1].set_title("the plane")
    marks = [plt.Line2D([], [], color=color, linestyle=style) for color, style in
             ((colors.blue, "-"), (colors.orange, "--"), (colors.ink, "-"), (colors.light, "-"))]  # fmt: skip
    fig.legend(marks, ["gradient", "partial derivatives", "steps of length 1", "levels of f"],
               loc="outside lower center", ncols=4, fontsize="small")  # fmt: skip
    return fig


def _level_lines(ax: Axes, slopes: np.ndarray) -> None:
    """Where the rise of a linear function with these slopes is −1, 0, 1, 2, 3."""
    foot, along = slopes / (slopes @ slopes), 8 * np.array([-slopes[1], slopes[0]]) / np.linalg.norm(slopes)
    for rise in (-1, 0, 1, 2, 3):
        ax.plot(*np.transpose([rise * foot - along, rise * foot + along]), color=colors.light, linestyle="-",
                linewidth=3 if rise == 1 else 1.5)  # fmt: skip


def _arrow(ax: Axes, tip: np.ndarray, color: str, style: str) -> None:
    ax.annotate("", tip, (0, 0), arrowprops={"arrowstyle": "->", "color": color, "linestyle": style, "linewidth": 1.8,
                                             "shrinkA": 0, "shrinkB": 0})  # fmt: skip
