"""Pictures of optimizers at work: Nesterov's look-ahead, and rates for each parameter."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from derived import optim
from derived.tensor import Tensor
from derived.topics.accelerated import momentum, nesterov
from derived.topics.surfaces import quadratic
from derived.viz.style import colors

__all__ = ["adaptive_figure", "look_ahead_figure"]


def look_ahead_figure(beta: float, eta: float) -> Figure:
    """Left one step of momentum and of Nesterov's method as arrows, right the steep coordinate over 30 steps."""
    bowl = quadratic(10.0)
    fig = plt.figure(figsize=(7, 3.2), layout="none")
    ax, bx = fig.add_axes((0.1, 0.16, 0.44, 0.7)), fig.add_axes((0.64, 0.16, 0.35, 0.7))
    w, u = np.array([-2.0, 0.5]), np.array([-8.0, 3.0])
    ahead = w - eta * beta * u
    ax.contour(*bowl.grid(41), levels=[0.2, 1, 3, 6, 10], colors=colors.light)
    ax.annotate("", ahead, w, arrowprops={"arrowstyle": "->", "lw": 1.6, "color": colors.grey})
    for name, place, color, style, mark in (("momentum", w, colors.orange, "--", "s"),
                                            ("look-ahead", ahead, colors.blue, "-", "o")):  # fmt: skip
        end = ahead - eta * bowl.gradient(place)
        ax.annotate("", end, ahead, arrowprops={"arrowstyle": "->", "lw": 1.6, "color": color, "ls": style})
        ax.plot(*end, mark, color=color, ms=6, label=name)
        method = momentum if name == "momentum" else nesterov
        path = method(bowl.gradient, np.array([-2.0, 1.0]), eta, beta, 30)[:, 1]
        bx.plot(np.clip(path, -1.6, 1.6).round(3), mark + style, ms=3, lw=1, color=color)
    ax.plot(*w, "X", color=colors.ink, ms=7, label="now")
    ax.set(xlim=(-2.3, 0.1), ylim=(-0.9, 0.8), xlabel="$x_1$", ylabel="$x_2$")
    bx.set(xlabel="step", ylabel="$x_2$", ylim=(-1.6, 1.6))
    fig.legend(loc="upper center", ncols=3, fontsize=9)
    return fig


def _rate(optimizer: optim.Optimizer) -> np.ndarray:
    """What the gradient of each parameter is multiplied by, momentum aside."""
    v = optimizer.state["v"]
    if isinstance(optimizer, optim.Adadelta):
        return np.sqrt((optimizer.state["s"] + optimizer.eps) / (v + optimizer.eps))
    if isinstance(optimizer, optim.Adam):
        beta = optimizer.betas[1]
        v = v * (1 - beta) / (1 - beta**optimizer.steps)
    return optimizer.lr / (np.sqrt(v) + optimizer.eps)


def adaptive_figure(eta: float, beta1: float, beta2: float, eps: float) -> Figure:
    r"""Paths of four adaptive methods for a frequent and a rare feature, and the ratio of the rates of the two.

    Each step has one example; its loss is :math:`\frac12(w_j-1-\xi)^2` for each feature j it has, with an error
    :math:`\xi` of standard deviation 0.5. The first is in about half of them, the second in every twentieth.
    """
    rng = np.random.default_rng(6)
    present, targets = rng.random((100, 2)) < [0.5, 0.0], 1 + 0.5 * rng.standard_normal((100, 2))
    present[::20] = True
    makers = {"AdaGrad": lambda p: optim.Adagrad(p, eta, eps=eps),
              "RMSProp": lambda p: optim.RMSprop(p, eta, beta2, eps),
              "AdaDelta": lambda p: optim.Adadelta(p, 1.0, beta2, eps),
              "Adam": lambda p: optim.Adam(p, eta, (beta1, beta2), eps)}  # fmt: skip
    fig = plt.figure(figsize=(6.6, 3.1), layout="none")
    ax, bx = fig.add_axes((0.09, 0.16, 0.4, 0.7)), fig.add_axes((0.61, 0.16, 0.37, 0.7))
    for (name, make), style in zip(makers.items(), ("o-", "s--", "D:", "^-."), strict=True):
        w, points, rates = Tensor(np.zeros(2), requires_grad=True), [np.zeros(2)], []
        optimizer = make([w])
        for there, target in zip(present, targets, strict=True):
            w.grad = there * (w.data - target)
            optimizer.step()
            points.append(w.data.copy())
            rates.append(_rate(optimizer))
        ax.plot(*np.clip(points, -0.4, 2.4).T.round(2), style, ms=3.5, markevery=10, lw=1.2, label=name)
        bx.plot(range(0, 100, 2), np.divide(*np.array(rates).T[::-1])[::2].round(2), style[1:], lw=1.4)
    ax.plot(1, 1, "*", ms=12, color=colors.ink)
    ax.set(xlim=(-0.1, 1.9), ylim=(-0.1, 1.9), xlabel="weight of the frequent feature", ylabel="of the rare one")
    bx.set(yscale="log", ylim=(0.5, 30), xlabel="step", ylabel="ratio of rates, rare : frequent")
    fig.legend(loc="upper center", ncols=4, fontsize=9)
    return fig
