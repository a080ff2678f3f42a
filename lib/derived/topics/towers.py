r"""Towers: differences of two steep sigmoids, and networks that stack them side by side."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import expit

from derived import nn
from derived.arguments import require, require_finite
from derived.topics.ridge import network

__all__ = ["box_network", "cell_midpoints", "tower", "tower_network"]


def tower(x: np.ndarray, a: float, b: float, w: float) -> np.ndarray:
    r"""One tower :math:`\sigma(w(x-a))-\sigma(w(x-b))`, close to 1 on (a, b) and to 0 outside for large w.

    Parameters
    ----------
    x : array of any shape.
    a, b : the edges, a < b.
    w : steepness, w > 0.
    """
    require(a < b, "tower: b is {}, expected more than a = {}", b, a)
    require(0 < w < np.inf, "tower: w is {}, expected a positive number", w)
    x = np.asarray(x, dtype=np.float64)
    return expit(w * (x - a)) - expit(w * (x - b))


def tower_network(f: Callable[[np.ndarray], np.ndarray], k: int, w: float, *, outer: bool = True) -> nn.Sequential:
    r"""k towers on [0, 1], as high as f at their midpoints, as a network with one hidden layer of sigmoids.

    With edges :math:`a_0<\dots<a_{K}` and heights :math:`h_1,\dots,h_K` (and :math:`h_0=h_{K+1}=0`)

    .. math:: F(x) = \sum_{j=1}^{K} h_j\big(\sigma(w(x-a_{j-1}))-\sigma(w(x-a_j))\big)
                   = \sum_{j=0}^{K} (h_{j+1}-h_j)\,\sigma(w(x-a_j)),

    so neighbouring towers share a unit.

    Parameters
    ----------
    f : function of an array; with ``outer`` it is also evaluated at -1/2k and 1 + 1/2k.
    k : number of towers on [0, 1].
    w : steepness of the sigmoids; choose it much larger than k.
    outer : whether one more tower stands beyond each end. Without, the first and the last sigmoid are 1/2 at the ends.

    Returns
    -------
    float64 network 1-(k+3)-1, or 1-(k+1)-1 without the outer towers.
    """
    require(k >= 1, "tower_network: k is {}, expected at least 1", k)
    require(0 < w < np.inf, "tower_network: w is {}, expected a positive number", w)
    edges = np.arange(-1, k + 2) / k if outer else np.arange(k + 1) / k
    heights = np.asarray(f((edges[:-1] + edges[1:]) / 2), dtype=np.float64)
    require_finite("tower_network", "f(midpoints)", heights)
    steps = np.diff(heights, prepend=0, append=0)
    return network(np.full((len(edges), 1), float(w)), -w * edges, steps, activation="sigmoid")


def box_network(low: np.ndarray, high: np.ndarray, w: float, steep: float,
                threshold: float | None = None) -> nn.Sequential:  # fmt: skip
    r"""The indicator of a box in n dimensions, as a network with two layers of sigmoids.

    .. math:: G(x) = \sigma\Big(s\Big(\sum_{i=1}^{n}\big(\sigma(w(x_i-l_i))-\sigma(w(x_i-h_i))\big)-t\Big)\Big)

    The sum counts how many coordinates lie within their bounds.

    Parameters
    ----------
    low, high : (n,) the bounds l < h.
    w, steep : steepness of the first layer, and s of the second.
    threshold : t; by default n - 1/2, between "all but one" and "all".

    Returns
    -------
    float64 network n-2n-1 with a sigmoid at the end.
    """
    low, high = np.atleast_1d(np.asarray(low, float)), np.atleast_1d(np.asarray(high, float))
    require(low.ndim == 1 and low.shape == high.shape,
            "box_network: low has shape {}, high {}, expected (n,)", low.shape, high.shape)  # fmt: skip
    require(bool(np.all(low < high)),
            "box_network: low is {}, expected less than high = {}", low, high)  # fmt: skip
    require(w > 0 and steep > 0,
            "box_network: w and steep are {} and {}, expected positive numbers", w, steep)  # fmt: skip
    n = len(low)
    threshold = n - 0.5 if threshold is None else threshold
    theta, b = np.vstack([np.eye(n), np.eye(n)]), np.concatenate([low, high])
    signs = np.repeat([1.0, -1.0], n)
    bars = network(w * theta, -w * b, steep * signs, -steep * threshold, "sigmoid")
    return nn.Sequential(*bars.layers, nn.Sigmoid())


def cell_midpoints(X: np.ndarray, k: int) -> np.ndarray:
    r"""Midpoint of the cell of each point, where :math:`[0,1]^n` is cut into :math:`k^n` cubes.

    ``f(cell_midpoints(X, k))`` is the sum of towers with infinitely steep sides.

    Parameters
    ----------
    X : array with entries in [0, 1].
    k : cells along each axis.
    """
    X = np.asarray(X, dtype=np.float64)
    require(k >= 1, "cell_midpoints: k is {}, expected at least 1", k)
    require(X.size == 0 or (X.min() >= 0 and X.max() <= 1), "cell_midpoints: X leaves [0, 1]")
    return (np.minimum(np.floor(X * k), k - 1) + 0.5) / k
