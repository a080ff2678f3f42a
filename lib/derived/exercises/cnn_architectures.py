"""Checkers for the chapter on deep architectures: ``conv_cost``, ``widest_bottleneck``, ``residual_backward``,
``dense_cost``."""

from collections.abc import Iterator

import numpy as np

from derived.exercises.checker import Checker
from derived.topics.layer_specs import Conv, totals, walk

__all__ = ["conv_cost", "dense_cost", "residual_backward", "widest_bottleneck"]


def _convolutions(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(20):
        groups = 1 if k < 6 else int(rng.integers(2, 4))
        C, D = groups * int(rng.integers(1, 5)), groups * int(rng.integers(1, 5))
        yield C, D, int(rng.integers(1, 6)), int(rng.integers(1, 9)), int(rng.integers(1, 9)), groups


def _conv_cost(C: int, D: int, k: int, h: int, w: int, groups: int) -> tuple[int, int]:
    (row,) = walk([Conv(D, k, groups=groups)], (C, h + k - 1, w + k - 1))
    return row.parameters, row.multiplications


def _plans(rng: np.random.Generator) -> Iterator[tuple]:
    yield 192, 32, 5
    yield 1, 1, 1
    yield 4, 4, 1
    for _ in range(20):
        yield int(rng.integers(2, 300)), int(rng.integers(2, 300)), int(rng.integers(1, 4)) * 2 - 1
    yield 12, 4, 1  # here the bound is the whole number 3: equal cost saves nothing


def _widest(C: int, D: int, k: int) -> int:
    cost = lambda *layers: totals(walk(layers, (C, 9, 9)))[1]
    direct = cost(Conv(D, k, padding=k // 2))
    saving = [B for B in range(1, C + 1) if cost(Conv(B, 1), Conv(D, k, padding=k // 2)) < direct]
    return max(saving, default=0)


def _blocks(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(20):
        n, m = (1, 1) if k == 0 else (int(v) for v in rng.integers(1, 6, 2))
        yield rng.normal(size=n), rng.normal(size=n), rng.normal(size=(m, n)), rng.normal(size=(n, m))


def _residual_backward(g: np.ndarray, x: np.ndarray, W1: np.ndarray, W2: np.ndarray) -> np.ndarray:
    return g + W1.T @ ((W1 @ x > 0) * (W2.T @ g))


def _dense_cost(C: int, growth: int, L: int) -> tuple[int, int]:
    return C + L * growth, sum(9 * growth * (C + l * growth) for l in range(L))


conv_cost = Checker(
    "conv_cost",
    _conv_cost,
    _convolutions,
    slips={
        "A kernel of a group sees only C / groups channels.":
            lambda C, D, k, h, w, groups: _conv_cost(C, D, k, h, w, 1),
        "The windows are k by k: k squared.": lambda C, D, k, h, w, groups: (
            D * (C // groups * k + 1), h * w * D * C // groups * k),
        "One bias for each output channel.": lambda C, D, k, h, w, groups: (
            D * (C // groups) * k * k + 1, h * w * D * (C // groups) * k * k),
        "Each weight is used at every output place: times h w.": lambda C, D, k, h, w, groups: (
            D * (C // groups * k * k + 1), D * (C // groups) * k * k),
        "Each of the D kernels has a bias, too.": lambda C, D, k, h, w, groups: (
            D * (C // groups) * k * k, h * w * D * (C // groups) * k * k),
        "That is one group: there are as many kernels as output channels, D in all.":
            lambda C, D, k, h, w, groups: _conv_cost(C // groups, D // groups, k, h, w, 1),
    },
    expects="(parameters, multiplications) of a convolution with biases that puts out h by w pixels",
)  # fmt: skip

widest_bottleneck = Checker(
    "widest_bottleneck",
    _widest,
    _plans,
    slips={
        "At equality nothing is saved: the inequality is strict.": lambda C, D, k: int(k * k * C * D / (C + k * k * D)),
        "The 1x1 convolution itself costs C B multiplications a pixel.": lambda C, D, k: C - 1,
        "The window of k by k counts k squared.": lambda C, D, k: max((k * C * D - 1) // (C + k * D), 0),
    },
    expects="the largest B >= 1 for which 1x1 to B, then k x k to D, multiplies less than k x k directly; 0 if none",
)  # fmt: skip

residual_backward = Checker(
    "residual_backward",
    _residual_backward,
    _blocks,
    slips={
        "The shortcut hands g on as it is: add it.":
            lambda g, x, W1, W2: _residual_backward(g, x, W1, W2) - g,
        "The ReLU passes the gradient only where W1 x > 0.": lambda g, x, W1, W2: g + W1.T @ (W2.T @ g),
        "Backwards the gradient meets W2 first, transposed, and W1 last.":
            lambda g, x, W1, W2: g + W2 @ ((W1 @ x > 0) * (W1 @ g)),
        "Whether a unit passes the gradient depends on W1 x, not on the sign of the gradient.":
            lambda g, x, W1, W2: g + W1.T @ np.maximum(W2.T @ g, 0),
        "The shortcut adds g, not x.": lambda g, x, W1, W2: _residual_backward(g, x, W1, W2) - g + x,
    },
    expects="the gradient in x of <g, x + W2 relu(W1 x)>, an array like x",
)  # fmt: skip

dense_cost = Checker(
    "dense_cost",
    _dense_cost,
    lambda rng: (tuple(int(n) for n in rng.integers(1, 30, 3)) for _ in range(20)),
    slips={
        "Layer l sees all maps before it, not only the new ones of the layer below.": lambda C, growth, L: (
            C + L * growth, 9 * growth * (C + (L - 1) * growth)),
        "The input stays in the stack: C + L growth channels.": lambda C, growth, L: (
            L * growth, _dense_cost(C, growth, L)[1]),
        "A layer sees the channels appended before it, too, not only the input.": lambda C, growth, L: (
            C + L * growth, 9 * growth * L * C),
        "A window of 3x3 has 9 weights for each pair of channels.": lambda C, growth, L: (
            C + L * growth, _dense_cost(C, growth, L)[1] // 9),
        "The first layer sees C channels, not C + growth.": lambda C, growth, L: (
            C + L * growth, sum(9 * growth * (C + l * growth) for l in range(1, L + 1))),
    },
    expects="(channels at the end, weights of all 3x3 convolutions)",
)  # fmt: skip
