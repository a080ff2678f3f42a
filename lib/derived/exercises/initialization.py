"""Checkers for the chapter on initialisation: ``weight_std``, ``relu_sizes``, ``calibrate``."""

from collections.abc import Callable, Iterator
from functools import partial
from math import prod, sqrt

import numpy as np

from derived.exercises.checker import Checker
from derived.initialization import gain_of
from derived.topics.variance_propagation import predict

__all__ = ["calibrate", "relu_sizes", "weight_std"]


def _weights(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        shape = (1, 1) if k == 0 else tuple(int(n) for n in rng.integers(1, 9, 2))
        shape += () if k % 2 else (int(rng.integers(1, 4)), 3)
        yield shape, [0.0, 0.01, 0.25, 1.0][k % 4]


def _networks(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        widths = [1, 1] if k == 0 else rng.integers(1, 30, int(rng.integers(2, 6))).tolist()
        yield widths, rng.uniform(0.01, 1.0, len(widths) - 1).tolist(), float(rng.uniform(0.1, 2))


def _layers(rng: np.random.Generator) -> Iterator[tuple]:
    for _ in range(20):
        widths = rng.integers(3, 8, int(rng.integers(2, 5)))
        weights = [rng.normal(0, 0.3, (m, n)) for n, m in zip(widths[:-1], widths[1:], strict=True)]
        yield weights, rng.normal(0.5, 1.0, (20, widths[0]))


def _sizes(widths: list, variances: list, q0: float, factor: Callable) -> np.ndarray:
    steps = [factor(n, m, v) for n, m, v in zip(widths[:-1], widths[1:], variances, strict=True)]
    return q0 * np.cumprod([1.0, *steps])


def _halved(widths: list, variances: list, q0: float) -> np.ndarray:
    """All layers end in a ReLU, also the last: one more layer than needed, whose own size is left out."""
    return predict("relu", [*widths, 1], [*variances, 1.0], q0).a[:-1]


def _calibrated(weights: list, X: np.ndarray, size: Callable = lambda Z: np.sqrt(np.mean(Z**2)),
                passed_on: Callable = lambda A, W, new: A @ new.T) -> list:  # fmt: skip
    A, found = X, []
    for W in weights:
        found.append(W / size(A @ W.T))
        A = np.maximum(passed_on(A, W, found[-1]), 0)
    return found


weight_std = Checker(
    "weight_std",
    lambda shape, slope: gain_of("leaky_relu", slope) / sqrt(prod(shape[1:])),
    _weights,
    slips={
        "That is the variance; take its root.": lambda shape, slope: 2 / ((1 + slope**2) * prod(shape[1:])),
        "shape[0] counts the outputs; the sum runs over the inputs.":
            lambda shape, slope: sqrt(2 / ((1 + slope**2) * shape[0] * prod(shape[2:]))),
        "A convolution sums over all places of its kernel, too: the fan-in is the product of shape[1:].":
            lambda shape, slope: sqrt(2 / ((1 + slope**2) * shape[1])),
        "Without the 2 the signal of a ReLU is halved in each layer.":
            lambda shape, slope: sqrt(1 / ((1 + slope**2) * prod(shape[1:]))),
        "The slope enters squared: the mean square of the negative half is slope**2 times as large.":
            lambda shape, slope: sqrt(2 / ((1 + slope) * prod(shape[1:]))),
        "The negative half is not lost: it adds slope**2 halves.":
            lambda shape, slope: sqrt(2 / prod(shape[1:])),
    },
    expects="the standard deviation that keeps the mean square through a leaky ReLU, a number",
)  # fmt: skip

relu_sizes = Checker(
    "relu_sizes",
    _halved,
    _networks,
    slips={
        "Forwards the number of inputs of a layer counts, not that of its outputs.":
            partial(_sizes, factor=lambda n, m, v: m * v / 2),
        "The rectifier halves the mean square in each layer.": partial(_sizes, factor=lambda n, m, v: n * v),
        "These are root mean squares; the mean squares are asked for.":
            lambda widths, variances, q0: np.sqrt(_sizes(widths, variances, q0, lambda n, m, v: n * v / 2)),
        "Begin with the size q0 of the inputs: one number more than there are layers.":
            lambda widths, variances, q0: _sizes(widths, variances, q0, lambda n, m, v: n * v / 2)[1:],
    },
    expects="the mean squares q_0, ..., q_L of inputs and layers, an array",
)  # fmt: skip

calibrate = Checker(
    "calibrate",
    lambda weights, X: _calibrated(weights, X),
    _layers,
    slips={
        "Divide by the root of the mean square.": partial(_calibrated, size=lambda Z: np.mean(Z**2)),
        "The mean square about 0 is what counts; np.std subtracts the mean.": partial(_calibrated, size=np.std),
        "The pre-activations shall have mean square 1, not what comes out of the rectifier.":
            partial(_calibrated, size=lambda Z: np.sqrt(np.mean(np.maximum(Z, 0) ** 2))),
        "The next layer must see the outputs of the rescaled layer, not those of the old one.":
            partial(_calibrated, passed_on=lambda A, W, new: A @ W.T),
        "The rectifier between the layers is missing.":
            lambda weights, X: [W / s for W, s in _without_relu(weights, X)],
    },
    expects="the rescaled weights, a list of arrays of the same shapes",
)  # fmt: skip


def _without_relu(weights: list, X: np.ndarray) -> Iterator[tuple]:
    A = X
    for W in weights:
        Z = A @ W.T
        s = np.sqrt(np.mean(Z**2))
        yield W, s
        A = Z / s
