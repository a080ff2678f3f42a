"""Linear regions: how many pieces a layer of threshold or ReLU units cuts its input space into."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product
from math import comb, prod

import numpy as np

from derived import nn
from derived.arguments import require

__all__ = [
    "activation_patterns",
    "arrangement_patterns",
    "deep_bound",
    "most_regions",
    "pattern_labels",
    "pieces",
    "sawtooth_network",
]


def most_regions(m: int, n: int) -> int:
    r"""Largest number of regions that m hyperplanes make in n dimensions, :math:`\sum_{i=0}^{n}\binom mi`."""
    require(m >= 0 and n >= 0, "most_regions: m is {}, n is {}, expected numbers >= 0", m, n)
    return sum(comb(m, i) for i in range(n + 1))


def deep_bound(sizes: Sequence[int]) -> int:
    r"""Bound :math:`\prod_l\sum_{i\le d_l}\binom{m_l}i` on the activation patterns of a network, inputs first.

    :math:`d_l` is the least of the numbers of inputs and of units in the layers before layer l.
    """
    require(len(sizes) >= 2, "deep_bound: sizes is {}, expected inputs and one hidden layer or more", list(sizes))
    return prod(most_regions(m, min(sizes[: l + 1])) for l, m in enumerate(sizes[1:]))


def arrangement_patterns(theta: np.ndarray, b: np.ndarray) -> np.ndarray:
    r"""All patterns :math:`[\theta_j\cdot x+b_j>0]_j` of m hyperplanes in general position, exactly.

    Each of the regions has a corner, where n of the hyperplanes meet (m >= n), and the :math:`2^n` regions around a
    corner have all sign patterns of those n and the signs of the others at the corner.

    Parameters
    ----------
    theta, b : (m, n) and (m,), any n of the rows independent and no n + 1 hyperplanes through one point.

    Returns
    -------
    Boolean (regions, m), sorted.
    """
    theta, b = np.asarray(theta, dtype=np.float64), np.asarray(b, dtype=np.float64)
    m, n = theta.shape
    require(m >= n and b.shape == (m,), "arrangement_patterns: theta has shape {}, b {}, expected (m, n), (m,), m >= n",
            theta.shape, b.shape)  # fmt: skip
    signs = np.array(list(product([False, True], repeat=n)))
    found = []
    for rows in map(list, combinations(range(m), n)):
        corner = np.linalg.solve(theta[rows], -b[rows])
        around = np.tile(theta @ corner + b > 0, (len(signs), 1))
        around[:, rows] = signs
        found.append(around)
    return np.unique(np.concatenate(found), axis=0)


def activation_patterns(model: nn.Sequential, X: np.ndarray) -> np.ndarray:
    """Which hidden units of a ReLU network are active at the rows of X: boolean (N, all hidden units)."""
    active, a = [], np.asarray(X)
    for layer in model.layers:
        a = layer(a).data
        if isinstance(layer, nn.ReLU):
            active.append(a > 0)
    require(bool(active), "activation_patterns: the network has no ReLU layer")
    return np.concatenate(active, axis=1)


def pattern_labels(patterns: np.ndarray) -> np.ndarray:
    """Number 0, 1, … of each pattern among the different ones; (N, m) booleans to (N,) integers."""
    packed = np.packbits(np.asarray(patterns, dtype=bool), axis=1)
    packed = np.pad(packed, ((0, 0), (0, -packed.shape[1] % 8)))
    one_number = packed.shape[1] == 8  # up to 64 units; numbers are sorted far quicker than rows of bytes
    rows = packed.view(np.uint64 if one_number else np.dtype((np.void, packed.shape[1])))[:, 0]
    return np.unique(rows, return_inverse=True)[1]


def sawtooth_network(depth: int) -> nn.Sequential:
    r"""Telgarsky's sawtooth: ``depth`` layers of two ReLUs whose output has :math:`2^{\rm depth}` pieces on [0, 1].

    Each layer computes :math:`s(x)=2x_+-4(x-\frac12)_+`, up to 1 in the middle and back to 0, of the one below.
    """
    require(depth >= 1, "sawtooth_network: depth is {}, expected at least 1", depth)
    sizes = [1, *[2] * depth, 1]
    model = nn.MLP(sizes, "relu", rng=np.random.default_rng(0), dtype=np.float64)
    tent = np.array([[2.0, -4.0]])
    for l, layer in enumerate(model[::2].layers):
        below = np.ones((1, 1)) if l == 0 else tent
        copies = len(layer.weight.data)
        layer.weight.data[...] = np.repeat(below, copies, axis=0)
        layer.bias.data[...] = [0.0, -0.5][:copies]
    return model


def pieces(x: np.ndarray, y: np.ndarray, tol: float = 1e-9) -> int:
    """Number of straight pieces of the polygon through (x, y), both (N,): one more than its changes of slope."""
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    require(x.ndim == 1 and x.shape == y.shape and len(x) >= 2,
            "pieces: x has shape {}, y {}, expected two or more of each", x.shape, y.shape)  # fmt: skip
    slopes = np.diff(y) / np.diff(x)
    return 1 + int(np.sum(np.abs(np.diff(slopes)) > tol * np.maximum(1, np.abs(slopes[1:]))))
