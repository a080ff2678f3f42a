"""Pictures of shrinking: a penalty beside the ellipses of the loss, and stopped descent beside the penalty."""

from __future__ import annotations

from functools import lru_cache

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from derived.topics.descent import gradient_descent
from derived.topics.early_stopping import matching_penalty, remainder
from derived.topics.lasso import ista
from derived.topics.ridge_regression import shrinkage
from derived.viz.style import colors

__all__ = ["bowl", "penalised_minimum", "penalty_figure", "stopping_figure"]

W_STAR = np.array([1.0, 0.8])
TILT = np.deg2rad(-30)


def bowl(kappa: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Curvatures 1 and :math:`1/\kappa`, the tilted axes Q in columns, and :math:`H=Q\Lambda Q^\top`."""
    h = np.array([1.0, 1 / kappa])
    Q = np.array([[np.cos(TILT), -np.sin(TILT)], [np.sin(TILT), np.cos(TILT)]])
    return h, Q, Q * h @ Q.T


@lru_cache(maxsize=1000)
def penalised_minimum(lam: float, kappa: float, p: int) -> np.ndarray:
    r"""The minimiser of :math:`\frac12(w-w^*)^\top H(w-w^*)` plus :math:`\frac\lambda2\lVert w\rVert^2` (p = 2) or
    :math:`\lambda\lVert w\rVert_1` (p = 1)."""
    h, Q, H = bowl(kappa)
    if p == 2:
        return Q @ (shrinkage(h, lam) * (Q.T @ W_STAR))
    return ista(lambda w: H @ (w - W_STAR), lam, W_STAR, 1.0, int(20 * kappa) + 20)[-1]


def _two_axes() -> tuple[Figure, Axes, Axes]:
    """Fixed places: to find them anew for each picture takes longer than to draw it."""
    fig = plt.figure(figsize=(7, 3.3), layout="none")
    return fig, fig.add_axes((0.1, 0.16, 0.42, 0.8)), fig.add_axes((0.63, 0.16, 0.35, 0.8))


def _ellipses(ax: Axes, H: np.ndarray, levels: list[float]) -> None:
    x, y = np.meshgrid(np.linspace(-0.45, 1.75, 41), np.linspace(-0.5, 1.55, 41))
    d = np.stack([x, y], axis=-1) - W_STAR
    ax.contour(x, y, np.einsum("...i,ij,...j->...", d, H, d) / 2, levels=levels, colors=colors.grey, linewidths=0.8)
    ax.axhline(0, color=colors.pale, lw=1, zorder=0)
    ax.axvline(0, color=colors.pale, lw=1, zorder=0)
    ax.plot(*W_STAR, "*", color=colors.ink, ms=10)
    ax.set(xlim=(-0.45, 1.75), ylim=(-0.5, 1.55), xlabel="$w_1$", ylabel="$w_2$", aspect="equal",
           xticks=[0, 0.5, 1, 1.5], yticks=[0, 0.5, 1, 1.5])  # fmt: skip


def penalty_figure(lam: float, kappa: float, p: int) -> Figure:
    """Left the ellipse and the ball that touch in the minimum, right what is left of each component."""
    h, Q, H = bowl(kappa)
    w = penalised_minimum(lam, kappa, p)
    fig, ax, bx = _two_axes()
    d = w - W_STAR
    _ellipses(ax, H, sorted({0.004, 0.04, 0.2, max(float(d @ H @ d) / 2, 1e-6)}))
    t = np.linspace(0, 2 * np.pi, 121)
    circle = np.stack([np.cos(t), np.sin(t)])
    radius = np.linalg.norm(w, p)
    ax.fill(*(radius * circle / np.linalg.norm(circle, p, axis=0)), color=colors.light, zorder=0)
    path = np.array([penalised_minimum(each, kappa, p) for each in np.geomspace(0.003, 3, 22)])
    ax.plot(*path.T, "-", color=colors.blue, lw=1.2)
    ax.plot(*w, "o", color=colors.orange, ms=7)
    if p == 2:
        left, names = shrinkage(h, lam), ["steep axis", "flat axis"]
    else:
        left, names = w / W_STAR, ["$w_1$", "$w_2$"]
    bars = bx.bar(names, left, color=[colors.blue, colors.sky], width=0.6)
    bars[1].set_hatch("//")
    bx.set(ylim=(0, 1.15), yticks=[0, 0.5, 1], ylabel="share of $w^*$ left")
    for bar, share in zip(bars, left, strict=True):
        bx.annotate(f"{share + 1e-9:.2f}", (bar.get_x() + 0.3, max(share, 0) + 0.02), ha="center")
    return fig


def stopping_figure(k: int, kappa: float, lr: float = 0.2) -> Figure:
    """Left descent after k steps and ridge regression with its penalty, right both remainders against the curvature."""
    h, Q, H = bowl(kappa)
    lam = matching_penalty(lr, k)
    fig, ax, bx = _two_axes()
    _ellipses(ax, H, [0.004, 0.04, 0.2, 0.5])
    path = gradient_descent(lambda w: H @ (w - W_STAR), np.zeros(2), lr, k)
    curve = np.array([penalised_minimum(each, kappa, 2) for each in np.geomspace(0.0005, 50, 40)])
    ax.plot(*curve.T, "--", color=colors.orange, lw=1.4)
    shown = np.unique(np.geomspace(1, k + 1, 40).astype(int)) - 1  # equally dense where it is fast and slow
    ax.plot(*path[shown].T, "-", color=colors.blue, lw=1.4)
    ax.plot(*path[-1], "o", color=colors.blue, ms=7, label=f"descent, {k} step{'s' if k > 1 else ''}")
    ax.plot(*penalised_minimum(lam, kappa, 2), "s", color=colors.orange, ms=6, label=f"penalty λ = {lam:.3g}")
    ax.legend(loc="lower right", fontsize=8, frameon=True, framealpha=1, edgecolor="none")
    grid = np.geomspace(1e-3, 1, 80)
    bx.semilogx(grid, remainder(grid, lr, k), "-", color=colors.blue)
    bx.semilogx(grid, 1 - shrinkage(grid, lam), "--", color=colors.orange)
    bx.plot(h, remainder(h, lr, k), "o", color=colors.blue)
    bx.plot(h, 1 - shrinkage(h, lam), "s", color=colors.orange, ms=5)
    bx.set(xlabel="curvature $h$", ylabel="share not yet learnt", ylim=(-0.03, 1.03), yticks=[0, 0.5, 1])
    bx.minorticks_off()
    bx.set_xticks([1e-3, 1e-2, 1e-1, 1], ["0.001", "0.01", "0.1", "1"])  # powers of ten take twice as long to draw
    return fig
