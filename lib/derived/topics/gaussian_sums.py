"""Sums of Gaussian bumps on a grid: how smooth they are, how well they approximate, how hard they are to fit."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

from derived.arguments import require
from derived.topics.rbf import RBFNet

__all__ = ["grid_condition", "grid_network", "grid_symbol"]

TAIL = 9.0  # bumps further away than this many widths are below 1e-17


def grid_symbol(theta: np.ndarray, ratio: float) -> np.ndarray:
    r"""What an infinite grid of bumps does to a wave, :math:`g(\theta)=\sum_{l\in\mathbb Z}e^{-l^2/2r^2}\cos l\theta`.

    Parameters
    ----------
    theta : array of angles.
    ratio : :math:`r=s/h`, width over distance of the centres.
    """
    require(ratio > 0, "grid_symbol: ratio is {}, expected a positive number", ratio)
    l = np.arange(1, int(np.ceil(TAIL * ratio)) + 1)
    return 1 + 2 * np.cos(np.multiply.outer(np.asarray(theta, dtype=np.float64), l)) @ np.exp(-(l**2) / (2 * ratio**2))


def grid_condition(ratio: float) -> float:
    r"""Condition number :math:`g(0)/g(\pi)` of an infinite grid of bumps, the limit for growing finite grids.

    Evaluated after Poisson's summation formula where the plain sum for :math:`g(\pi)` would cancel.
    """
    n = np.arange(-4, 5)
    top = np.exp(-2 * (np.pi * n * ratio) ** 2).sum()
    bottom = np.exp(-((np.pi * ratio * (2 * n + 1)) ** 2) / 2).sum()
    if ratio < 0.5:  # few terms of the plain sum, which does not cancel
        return float(grid_symbol(0.0, ratio) / grid_symbol(np.pi, ratio))
    return float(top / bottom)


def grid_network(F: Callable[[np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray, h: float,
                 s: float) -> RBFNet:  # fmt: skip
    r"""Bumps at the points of a grid with weights read off the function, no equation solved.

    .. math:: Q(x)=\sum_{j}F(hj)\Big(\frac h{\sqrt{2\pi}\,s}\Big)^d\exp(-\lVert x-hj\rVert^2/2s^2)

    Parameters
    ----------
    F : function from (M, d) to (M,).
    low, high : (d,) corners of the box that contains all points hj used; F should vanish outside.
    h, s : distance of the centres, width.
    """
    low, high = np.atleast_1d(low), np.atleast_1d(high)
    require(h > 0 and s > 0, "grid_network: h is {}, s is {}, expected positive numbers", h, s)
    axes = [h * np.arange(np.ceil(a / h), np.floor(b / h) + 1) for a, b in zip(low, high, strict=True)]
    C = np.array(list(product(*axes)))
    net = RBFNet(C, s)
    net.weight.data[0] = F(C) * (h / (np.sqrt(2 * np.pi) * s)) ** len(low)
    return net
