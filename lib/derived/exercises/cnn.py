"""Checkers for the chapter on convolution: ``correlate``, ``output_size``, ``receptive_field``, ``pull_kernel``,
``pull_max``."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from derived import ops
from derived.exercises.checker import Checker
from derived.ops import windows
from derived.topics import convolution
from derived.topics.receptive_fields import Stage
from derived.topics.receptive_fields import receptive_field as _field

__all__ = ["correlate", "output_size", "pull_kernel", "pull_max", "receptive_field"]


def _sequences(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(20):
        n = int(rng.integers(1, 6))
        yield rng.normal(size=n), rng.normal(size=n + k % 5)


def _geometries(rng: np.random.Generator) -> Iterator[tuple]:
    found = 0
    while found < 40:
        i, k, s, p, d = (int(rng.integers(a, b)) for a, b in ((4, 16), (1, 6), (1, 5), (0, 3), (1, 4)))
        if d * (k - 1) + 1 <= i + 2 * p:
            found += 1
            yield i, k, s, p, d


def _stacks(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        L = 1 if k == 0 else int(rng.integers(2, 6))
        yield rng.integers(2, 6, L).tolist(), rng.integers(1, 4, L).tolist()


def _layers(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(20):
        n, m, stride = int(rng.integers(1, 5)), int(rng.integers(2, 5)), 1 + k % 3
        yield rng.normal(size=m), rng.normal(size=stride * (n - 1) + n), stride, int(rng.integers(1, n + 1))


def _pull_kernel(g: np.ndarray, x: np.ndarray, k: int, stride: int) -> np.ndarray:
    _, _, pull, _ = ops.conv1d.rule(x[None, None], np.zeros((1, 1, k)), None, stride)
    return pull(g[None, None])[0, 0]


def _places(g: np.ndarray, x: np.ndarray, k: int, stride: int, step: Callable) -> np.ndarray:
    return np.array([sum(g[s] * x[step(s, i)] for s in range(len(g))) for i in range(k)])


def _pool_cases(rng: np.random.Generator) -> Iterator[tuple]:
    for j in range(24):
        k, stride = int(rng.integers(1, 4)), int(rng.integers(1, 4))
        outputs = int(rng.integers(1, 6))
        x = rng.normal(size=stride * (outputs - 1) + k)
        yield rng.normal(size=outputs), np.maximum(x, 0) if j % 2 else x, k, stride


def _pull_max(g: np.ndarray, x: np.ndarray, k: int, stride: int) -> np.ndarray:
    _, pull = ops.max_pool2d.rule(x[None, None, None], (1, k), (1, stride))
    return pull(g[None, None, None])[0, 0, 0]


def _routed(g: np.ndarray, x: np.ndarray, k: int, stride: int, ties: bool = False, add: bool = True) -> np.ndarray:
    out = np.zeros(len(x))
    for s in range(len(g)):
        part = x[s * stride : s * stride + k]
        winners = np.flatnonzero(part == part.max()) if ties else [part.argmax()]
        for i in winners:
            out[s * stride + i] = g[s] + (out[s * stride + i] if add else 0)
    return out


def _recursion(kernels: list, strides: list, order: Callable = reversed, grow: Callable = None) -> int:
    r = 1
    for k, s in order(list(zip(kernels, strides, strict=True))):
        r = grow(r, k, s)
    return r


correlate = Checker(
    "correlate",
    lambda w, x: np.convolve(x, w[::-1], mode="valid"),
    _sequences,
    slips={
        "That is convolution: the kernel is flipped. A layer slides it as it is.":
            lambda w, x: np.convolve(x, w, mode="valid"),
        "Only places where the whole kernel lies inside x: n - k + 1 of them.":
            lambda w, x: np.convolve(x, w[::-1], mode="full"),
        "range(n - k) stops one place too early.": lambda w, x: convolution.correlate(w, x)[:-1],
    },
    expects="the n - k + 1 numbers sum_i w[i] x[s + i], an array",
)  # fmt: skip

output_size = Checker(
    "output_size",
    lambda n, k, S, P, D: windows.output_size(n, k, S, P, D),
    _geometries,
    slips={
        "The padding is added on both sides: 2P.": lambda n, k, S, P, D: (n + P - D * (k - 1) - 1) // S + 1,
        "With dilation D the kernel reaches over D(k - 1) + 1 pixels.": lambda n, k, S, P, D: (n + 2 * P - k) // S + 1,
        "Round down: a window that hangs over the edge is left out.":
            lambda n, k, S, P, D: -(-(n + 2 * P - D * (k - 1) - 1) // S) + 1,
        "Use //: what does not fill a whole step gives no window.":
            lambda n, k, S, P, D: (n + 2 * P - D * (k - 1) - 1) / S + 1,
        "Count the first window, too: + 1 after the division.":
            lambda n, k, S, P, D: (n + 2 * P - D * (k - 1) - 1) // S,
        "Add 1 after the division, not before it.": lambda n, k, S, P, D: (n + 2 * P - D * (k - 1)) // S,
    },
    expects="the number of windows, an integer",
)  # fmt: skip

receptive_field = Checker(
    "receptive_field",
    lambda kernels, strides: _field([Stage(k, s) for k, s in zip(kernels, strides, strict=True)]),
    _stacks,
    slips={
        "The strides of earlier layers widen the steps of later ones.":
            lambda kernels, strides: 1 + sum(k - 1 for k in kernels),
        "The recursion runs from the output back to the input.":
            partial(_recursion, order=iter, grow=lambda r, k, s: s * (r - 1) + k),
        "r windows have r - 1 steps between them: s (r - 1) + k.":
            partial(_recursion, order=reversed, grow=lambda r, k, s: s * r + k),
        "Neighbouring windows overlap: s (r - 1) + k, not r k.":
            partial(_recursion, order=reversed, grow=lambda r, k, s: r * k),
    },
    expects="the width of the receptive field of one output, an integer",
)  # fmt: skip

pull_kernel = Checker(
    "pull_kernel",
    _pull_kernel,
    lambda rng: ((rng.normal(size=(len(x) - k) // stride + 1), x, k, stride) for _, x, stride, k in _layers(rng)),
    slips={
        "Output s saw the input from place s * stride on.": partial(_places, step=lambda s, i: s + i),
        "Entry i of the kernel met x[s * stride + i]: no flip.":
            lambda g, x, k, stride: _pull_kernel(g, x, k, stride)[::-1],
        "The kernel is used at every place: add up, do not average.":
            lambda g, x, k, stride: _pull_kernel(g, x, k, stride) / len(g),
    },
    expects="the gradient of the kernel, (k,)",
)  # fmt: skip

pull_max = Checker(
    "pull_max",
    _pull_max,
    _pool_cases,
    slips={
        "With ties only the first winner gets the gradient.": partial(_routed, ties=True),
        "One entry may win in several windows: add, do not overwrite.": partial(_routed, add=False),
        "Only the winner gets the gradient; sharing it out belongs to the mean.":
            lambda g, x, k, stride: np.sum(
                [np.bincount(np.arange(s * stride, s * stride + k), np.full(k, g[s] / k), len(x))
                 for s in range(len(g))], axis=0),
    },
    expects="the gradient of x, of the shape of x",
)  # fmt: skip
