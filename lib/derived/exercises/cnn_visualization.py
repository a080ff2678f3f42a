"""Checkers for the chapter on looking inside CNNs: ``relu_backward``, ``occlusion_map``, ``gram``,
``integrated_gradients``."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from derived.exercises.checker import Checker

__all__ = ["gram", "integrated_gradients", "occlusion_map", "relu_backward"]


def _signals(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(30):
        shape = (1,) if k == 0 else tuple(int(n) for n in rng.integers(2, 5, 2))
        g, z = rng.normal(size=(2, *shape)).round(1 if k % 2 else 3)
        z.flat[-1] = 0.0 if k else z.flat[-1]  # a unit exactly at the kink passes nothing on
        g.flat[-1] = abs(g.flat[-1]) + 1.0
        yield g, z, ("gradient", "deconvnet", "guided")[k % 3]


def _relu_backward(g: np.ndarray, z: np.ndarray, rule: str, kink: bool = False) -> np.ndarray:
    active, positive = z >= 0 if kink else z > 0, g > 0
    return g * {"gradient": active, "deconvnet": positive, "guided": active & positive}[rule]


def _scores(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        H, W = (1, 1) if k == 0 else (int(n) for n in rng.integers(3, 7, 2))
        size = int(rng.integers(1, min(H, W) + 1))
        w = rng.normal(size=(H, W))
        yield lambda image, w=w: float(np.tanh(np.sum(w * image))), rng.normal(size=(H, W)), size, float(rng.normal())


def _occluded(score: Callable, image: np.ndarray, size: int, fill: float, *, lasting: bool = False,
              sign: float = 1.0, whole: bool = True, beyond: int = 0) -> np.ndarray:  # fmt: skip
    H, W = image.shape
    rows, columns = (H - size + 1 + beyond, W - size + 1 + beyond) if whole else (H // size, W // size)
    out, covered = np.empty((rows, columns)), image.copy()
    for u, v in np.ndindex(rows, columns):
        covered = covered if lasting else image.copy()
        top, left = (u, v) if whole else (u * size, v * size)
        covered[top : top + size, left : left + size] = fill
        out[u, v] = sign * (score(image) - score(covered))
    return out


def _without_copy(score: Callable, image: np.ndarray, size: int, fill: float) -> np.ndarray:
    image[:] = fill  # in the end every pixel is covered, and each score was compared with itself
    return np.zeros((image.shape[0] - size + 1, image.shape[1] - size + 1))


def _maps(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(20):
        yield (rng.normal(size=(1, 1, 1) if k == 0 else tuple(int(n) for n in rng.integers(2, 6, 3))),)


def _flat(V: np.ndarray) -> np.ndarray:
    return V.reshape(len(V), -1)


def _paths(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(20):
        n = 1 if k == 0 else int(rng.integers(2, 6))
        W, v = rng.normal(size=(4, n)), rng.normal(size=4)
        yield (lambda x, W=W, v=v: W.T @ (v * (1 - np.tanh(W @ x) ** 2))), rng.normal(size=n), 20


def _path_mean(gradient: Callable, x: np.ndarray, steps: int, offset: float = 0.5) -> np.ndarray:
    return np.mean([gradient((k + offset) / steps * x) for k in range(steps)], axis=0)


relu_backward = Checker(
    "relu_backward",
    lambda g, z, rule: _relu_backward(g, z, rule),
    _signals,
    slips={
        "At z = 0 a ReLU passes nothing on: the condition is z > 0.": partial(_relu_backward, kink=True),
        "Deconvnet: ask whether the arriving g is positive, and pass on g; z plays no part.":
            lambda g, z, rule: np.maximum(z, 0) if rule == "deconvnet" else _relu_backward(g, z, rule),
        "Guided: the unit must have been active, too; clipping the gradient alone is the deconvnet.":
            lambda g, z, rule: _relu_backward(g, z, "deconvnet" if rule == "guided" else rule),
        "Deconvnet: it does not ask whether the unit was active.":
            lambda g, z, rule: _relu_backward(g, z, "guided" if rule == "deconvnet" else rule),
        "The plain gradient passes negative values through active units.":
            lambda g, z, rule: _relu_backward(g, z, "guided" if rule == "gradient" else rule),
    },
    expects="what leaves the ReLU backwards, an array of the shape of z",
)  # fmt: skip

occlusion_map = Checker(
    "occlusion_map",
    lambda score, image, size, fill: _occluded(score, image, size, fill),
    _scores,
    slips={
        "The last places are missing: there are H - size + 1 rows, not H - size.": partial(_occluded, beyond=-1),
        "Keep the square inside the image: its corner has H - size + 1 rows to stand in, not H.":
            lambda score, image, size, fill: _occluded(score, image, size, fill, beyond=size - 1),
        "Not the score of the covered image itself, but how much is lost: score(image) minus it.":
            lambda score, image, size, fill: score(image) - _occluded(score, image, size, fill),
        "Uncover the image again: cover a fresh copy for each place.": partial(_occluded, lasting=True),
        "Cover a copy: covered = image is a second name for the same array.": _without_copy,
        "The map shows what the score loses: whole minus covered.": partial(_occluded, sign=-1.0),
        "Move the square by one pixel at a time, not by its size.": partial(_occluded, whole=False),
        "Cover with the given value, not with 0.":
            lambda score, image, size, fill: _occluded(score, image, size, 0.0),
    },
    expects="the (H - size + 1, W - size + 1) losses of score",
)  # fmt: skip

gram = Checker(
    "gram",
    lambda maps: _flat(maps) @ _flat(maps).T,
    _maps,
    slips={
        "That is V^T V, which compares places. Compare channels: V V^T, (C, C).":
            lambda maps: _flat(maps).T @ _flat(maps),
        "No mean is taken off: it is no covariance.":
            lambda maps: np.cov(_flat(maps), bias=True) * maps[0].size if maps.size > 1 else 0 * _flat(maps),
        "Channels are the first axis: reshape to (C, H W), not to (H W, C).":
            lambda maps: maps.reshape(-1, len(maps)).T @ maps.reshape(-1, len(maps)),
        "A sum over the places, no mean: do not divide by H W.":
            lambda maps: _flat(maps) @ _flat(maps).T / maps[0].size,
        "Write each map as a row first: V has the shape (C, H W).":
            lambda maps: maps @ maps.transpose(0, 2, 1),
    },
    expects="a (C, C) array",
)  # fmt: skip

integrated_gradients = Checker(
    "integrated_gradients",
    lambda gradient, x, steps: x * _path_mean(gradient, x, steps),
    _paths,
    slips={
        "Multiply the mean gradient with the image.": _path_mean,
        "Take the mean over the path, not the gradient at its end.": lambda gradient, x, steps: x * gradient(x),
        "Use the midpoints (k + 1/2) / steps, not the left ends.":
            lambda gradient, x, steps: x * _path_mean(gradient, x, steps, 0.0),
        "Use the midpoints (k + 1/2) / steps, not the right ends.":
            lambda gradient, x, steps: x * _path_mean(gradient, x, steps, 1.0),
        "Use the midpoints of equal steps; np.linspace(0, 1, steps) gives both ends of the path.":
            lambda gradient, x, steps: x * np.mean([gradient(t * x) for t in np.linspace(0, 1, steps)], axis=0),
        "One share for each entry: the sum over the entries comes after.":
            lambda gradient, x, steps: np.sum(x * _path_mean(gradient, x, steps)),
        "The mean, not the sum, of the gradients.":
            lambda gradient, x, steps: x * steps * _path_mean(gradient, x, steps),
    },
    expects="one number for each entry of x",
)  # fmt: skip
