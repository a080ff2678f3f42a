"""Pictures of learning-rate schedules and of what they do on a noisy parabola."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from derived.schedules import (
    CosineAnnealingWarmRestarts,
    CyclicLR,
    ExponentialLR,
    InverseSqrtLR,
    InverseTimeLR,
    LinearWarmup,
    NoamLR,
    Schedule,
    StepLR,
)
from derived.topics.noisy_parabola import best_rates, mean_squares
from derived.viz.style import colors

__all__ = ["SHAPES", "schedule_figure"]

# By name: the letter of the parameter that moves, its four values, and the schedule.
SHAPES: dict[str, tuple[str, tuple, Callable[..., Schedule]]] = {
    "step": ("s", (10, 20, 40, 80), lambda v: StepLR(0.5, v, 0.5)),
    "exponential": ("γ", (0.9, 0.95, 0.98, 0.99), lambda v: ExponentialLR(0.5, v)),
    "1/t": ("k", (0.02, 0.1, 0.5, 2.0), lambda v: InverseTimeLR(0.5, v)),
    "1/√t": ("η₀", (0.1, 0.2, 0.4, 0.8), InverseSqrtLR),
    "triangular": ("s", (10, 20, 50, 100), lambda v: CyclicLR(0.02, 0.5, v)),
    "cosine, restarts": ("T₀", (13, 29, 67, 200), lambda v: CosineAnnealingWarmRestarts(0.5, v, 2)),
    "warm-up, 1/t": ("w", (5, 20, 50, 100), lambda v: LinearWarmup(InverseTimeLR(0.5, 0.5), v, 0.02)),
    "Transformer": ("w", (5, 20, 50, 100), lambda v: NoamLR(4, v)),
}


def schedule_figure(schedule: str, setting: int) -> Figure:
    """Left the rates of 200 steps, right the mean square distance on a parabola (μ = σ = d₀ = 1), and the least one.

    Parameters
    ----------
    schedule : a key of ``SHAPES``.
    setting : 1 to 4, which of its values.
    """
    letter, values, make = SHAPES[schedule]
    t, eta = np.arange(200), make(values[setting - 1])(np.arange(200))
    fig = plt.figure(figsize=(7, 2.8), layout="none")
    ax, bx = fig.add_axes((0.08, 0.17, 0.4, 0.72)), fig.add_axes((0.58, 0.17, 0.4, 0.72))
    ax.plot(t, eta.round(3), "-")
    ax.set(xlabel="step t", ylabel="rate", ylim=(-0.02, 0.85), xticks=(0, 50, 100, 150, 200), yticks=(0, 0.2, 0.4, 0.6),
           title=f"{schedule}: {letter} = {values[setting - 1]:g}")  # fmt: skip
    # a logarithmic axis with its many ticks would take three times as long to draw
    for rates, style, color in ((eta, "-", colors.orange), (best_rates(200), ":", colors.grey)):
        bx.plot(np.arange(0, 201, 2), np.log10(mean_squares(rates)[::2]).round(2), style, color=color)
    bx.set(xlabel="step t", ylabel="mean square distance", ylim=(-2.5, 0.1), xticks=(0, 50, 100, 150, 200),
           yticks=(-2, -1, 0), yticklabels=("0.01", "0.1", "1"))  # fmt: skip
    return fig
