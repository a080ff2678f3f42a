"""Pictures of latent variables: a line in the plane with its posterior, a map of codes with decoded images."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from derived.topics.distributions import normal_logpdf
from derived.topics.factor_analysis import LinearGaussian
from derived.viz.image_pictures import draw_image
from derived.viz.style import colors, cycle

__all__ = ["draw_code", "draw_digits", "draw_line_model"]


def draw_line_model(model: LinearGaussian, points: np.ndarray, x: np.ndarray) -> Figure:
    """One latent variable, two observed: the plane with line and ellipses, and prior and posterior of z for one x."""
    means, V = model.posterior(x[None])
    a, V = means[0, 0], V[0, 0]
    fig, (plane, axis) = plt.subplots(1, 2, figsize=(7.0, 2.9), width_ratios=(1.15, 1))
    plane.scatter(*points.T, s=4, color=colors.grey, alpha=0.5)
    t = np.linspace(0, 2 * np.pi, 61)
    root = np.linalg.cholesky(model.covariance)
    for radius in (1, 2):
        plane.plot(*(model.mean + radius * np.c_[np.cos(t), np.sin(t)] @ root.T).T, "-", lw=1, color=colors.blue)
    ends = model.mean + np.array([[-3], [3]]) @ model.W.T
    plane.plot(*ends.T, "--", color=colors.orange)
    decoded = model.mean + model.W[:, 0] * a
    plane.plot(*np.c_[x, decoded], ":", lw=1.2, color=colors.ink)
    plane.plot(*x, "*", ms=12, color=colors.ink)
    plane.plot(*decoded, "o", color=colors.orange)
    plane.set(xlim=(-4.2, 4.2), ylim=(-3.2, 3.2), xlabel="$x_1$", ylabel="$x_2$")
    z = np.linspace(-3.6, 3.6, 121)
    axis.plot(z, np.exp(normal_logpdf(z)), "--", color=colors.grey, label="prior")
    axis.plot(z, np.exp(normal_logpdf(z, a, np.sqrt(V))), color=colors.orange, label="given x")
    axis.set(xlabel="$z$", ylabel="density", ylim=(0, 2.7), yticks=[0, 1, 2])
    axis.set_title(f"mean {a:.2f}, deviation {np.sqrt(V):.2f}".replace("-", "−"), fontsize=9)
    axis.legend(fontsize=8, loc="upper left")
    return fig


def draw_digits(ax: Axes, codes: np.ndarray, labels: np.ndarray, size: float = 7) -> Axes:
    """Each code (N, 2) as the figure of its digit, coloured by the digit."""
    palette = (*cycle, colors.red, colors.grey, "#8A7A00")
    for digit in range(10):
        ax.plot(*codes[labels == digit].T, linestyle="none", marker=f"${digit}$", ms=size, mew=0.2,
                color=palette[digit])  # fmt: skip
    ax.set(xlabel="$z_1$", ylabel="$z_2$", aspect="equal")
    return ax


def draw_code(codes: np.ndarray, labels: np.ndarray, z: np.ndarray, image: np.ndarray, title: str = "") -> Figure:
    """The map of codes with a cross at z, and beside it the image (64,) that z decodes to."""
    fig, (ax, picture) = plt.subplots(1, 2, figsize=(6.2, 3.4), width_ratios=(1.5, 1))
    draw_digits(ax, codes, labels, size=5)
    ax.axhline(z[1], lw=0.6, color=colors.grey, ls="-")
    ax.axvline(z[0], lw=0.6, color=colors.grey, ls="-")
    ax.plot(*z, "o", ms=13, mfc="none", mec=colors.ink, mew=2)
    ax.set(xlim=(-3.3, 3.3), ylim=(-3.3, 3.3))
    draw_image(picture, np.clip(image, 0, 1).reshape(1, 8, 8), title)
    return fig
