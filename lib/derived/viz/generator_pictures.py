"""Pictures of flows and GANs: warped grids, densities and their discriminator, samples on a ring, fits."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from derived.viz.style import colors

__all__ = ["draw_density", "draw_fit", "draw_game", "draw_ring", "draw_warp"]


def draw_warp(warp: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]], title: str, limit: float = 3.0) -> Figure:
    """The image of a square grid under a map, coloured by the density of standard normal noise that went through it.

    ``warp`` takes (N, 2) points to their images (N, 2) and the log absolute determinants (N,).
    """
    ticks = np.linspace(-limit, limit, 32)  # an even number: no point where a layer's determinant may be exactly 0
    z = np.stack(np.meshgrid(ticks, ticks), axis=-1)
    x, log_det = warp(z.reshape(-1, 2))
    x, log_det = x.reshape(z.shape), np.maximum(log_det.reshape(z.shape[:2]), -20)
    density = np.exp(-0.5 * (z**2).sum(axis=-1) - log_det) / (2 * np.pi)
    # fixed margins: laying out every frame anew takes longer than drawing it
    fig, ax = plt.subplots(figsize=(2.9, 3.0), dpi=45, layout="none")
    fig.subplots_adjust(left=0.17, right=0.98, bottom=0.15, top=0.92)
    ax.pcolormesh(x[..., 0], x[..., 1], np.minimum(density, 0.3), vmin=0, vmax=0.3, shading="gouraud",
                  cmap="Blues", rasterized=True)  # fmt: skip
    along = [*range(0, 31, 2), 31]
    for k in np.linspace(0, 31, 7).round().astype(int):
        ax.plot(*x[along, k].T, color=colors.ink, lw=0.6, ls="-")
        ax.plot(*x[k, along].T, color=colors.ink, lw=0.6, ls="-")
    ax.set(xlim=(-5.5, 5.5), ylim=(-5.5, 5.5), aspect="equal", xticks=(-4, 0, 4), yticks=(-4, 0, 4),
           title=title, xlabel="$x_1$", ylabel="$x_2$")  # fmt: skip
    return fig


def draw_density(ax: Axes, points: np.ndarray, density: np.ndarray, top: float | None = None) -> None:
    """A density given on the midpoints of a square grid, ``points`` (n^2, 2) with x in the inner order; darkest at
    ``top``, by default at its largest value.
    """
    n = round(len(points) ** 0.5)
    a, b = points[:n, 0], points[::n, 1]
    ax.pcolormesh(a, b, density.reshape(n, n), cmap="Blues", rasterized=True, vmin=0, vmax=top)


def draw_game(x: np.ndarray, p: np.ndarray, q: np.ndarray, best: np.ndarray, title: str) -> Figure:
    """Densities of data and generator, and the best discriminator between them on an axis of its own."""
    fig, (a, b) = plt.subplots(2, 1, figsize=(5.2, 3.4), sharex=True, height_ratios=(1.4, 1), layout="none")
    fig.subplots_adjust(left=0.11, right=0.98, bottom=0.14, top=0.92, hspace=0.12)
    a.plot(x, p, color=colors.blue, label="data $p$")
    a.plot(x, q, color=colors.orange, ls="--", label=r"generator $p_\theta$")
    a.set(ylabel="density", ylim=(0, 0.85), title=title)
    a.legend(loc="upper left", fontsize=8)
    b.plot(x, best, color=colors.green, ls="-")
    b.axhline(0.5, color=colors.grey, lw=0.8, ls=":")
    b.set(xlabel="$x$", ylabel="$D^*(x)$", ylim=(-0.05, 1.05), yticks=(0, 0.5, 1))
    return fig


def draw_ring(samples: np.ndarray, centers: np.ndarray, title: str) -> Figure:
    """Samples (n, 2) of a generator, circles of three standard deviations (0.3) around the modes."""
    fig, ax = plt.subplots(figsize=(3.2, 3.3), layout="none")
    fig.subplots_adjust(left=0.16, right=0.97, bottom=0.14, top=0.92)
    for c in centers:
        ax.add_patch(plt.Circle(c, 0.3, fill=False, color=colors.orange, lw=1.2))
    ax.scatter(*samples.T, s=3, color=colors.blue, linewidths=0, rasterized=True)
    ax.set(xlim=(-3, 3), ylim=(-3, 3), aspect="equal", xticks=(-2, 0, 2), yticks=(-2, 0, 2), title=title,
           xlabel="$x_1$", ylabel="$x_2$")  # fmt: skip
    return fig


def draw_fit(x: np.ndarray, p: np.ndarray, q: np.ndarray, title: str) -> Figure:
    """A density and the Gaussian fitted to it."""
    fig, ax = plt.subplots(figsize=(5.0, 2.5), layout="none")
    fig.subplots_adjust(left=0.11, right=0.98, bottom=0.19, top=0.89)
    ax.fill_between(x, p, color=colors.light, linewidth=0)
    ax.plot(x, p, color=colors.blue, label="data $p$")
    ax.plot(x, q, color=colors.orange, ls="--", label=r"Gaussian $p_\theta$")
    ax.set(xlabel="$x$", ylabel="density", ylim=(0, 0.75), xlim=(-6, 6), title=title)
    ax.legend(loc="upper right", fontsize=8)
    return fig
