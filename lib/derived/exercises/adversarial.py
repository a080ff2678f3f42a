"""Checkers for the chapter on adversarial robustness: ``worst_change``, ``project_1``, ``deepfool_step``,
``robust_loss``."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from derived.exercises.checker import Checker

__all__ = ["deepfool_step", "project_1", "robust_loss", "worst_change"]

NORMS = (1, 2, np.inf)


def _linear(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(30):
        d = 1 + k % 5
        yield rng.normal(size=d), int(rng.choice([-1, 1])), float(rng.uniform(0.1, 2)), NORMS[k % 3]


def _worst_change(w: np.ndarray, y: int, eps: float, p: float, sign: float = -1.0) -> np.ndarray:
    """The change of length eps in the p-norm that lowers y w·x most."""
    if p == np.inf:
        v = np.sign(w)
    elif p == 2:
        v = w / np.linalg.norm(w)
    else:
        v = np.sign(w) * (np.arange(len(w)) == np.abs(w).argmax())
    return sign * y * eps * v


def _to_project(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(30):
        yield rng.normal(size=1 + k % 6) * (0.1 if k % 5 == 0 else 1.0), float(rng.uniform(0.2, 1.5))


def _level(z: np.ndarray, radius: float) -> float:
    """Where to threshold, by bisection."""
    low, high = 0.0, np.abs(z).max()
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if np.maximum(np.abs(z) - middle, 0).sum() > radius else (low, middle)
    return high


def _project_1(z: np.ndarray, radius: float) -> np.ndarray:
    if np.abs(z).sum() <= radius:
        return z.copy()
    return np.sign(z) * np.maximum(np.abs(z) - _level(z, radius), 0)


def _even_threshold(z: np.ndarray, radius: float) -> np.ndarray:
    """The excess shared by all entries, although small ones cannot give their share."""
    excess = max(np.abs(z).sum() - radius, 0) / len(z)
    return np.sign(z) * np.maximum(np.abs(z) - excess, 0)


def _classifiers(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(30):
        K, d = 2 + k % 4, 1 + k % 6
        yield rng.normal(size=K), rng.normal(size=(K, d))


def _deepfool_step(scores: np.ndarray, gradients: np.ndarray, by: str = "distance", sign: float = 1.0,
                   power: int = 2) -> np.ndarray:  # fmt: skip
    y = int(scores.argmax())
    h, w = scores - scores[y], gradients - gradients[y]
    lengths = np.linalg.norm(w, axis=1)
    lengths[y] = np.inf
    cost = {"distance": np.abs(h) / lengths, "gap": np.abs(h), "steep": -lengths}[by]
    cost = np.where(np.arange(len(h)) == y, np.inf, cost)
    j = int(cost.argmin())
    return sign * np.abs(h[j]) * w[j] / lengths[j] ** power


def _losses(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(30):
        d, n = 1 + k % 4, 1 + k % 7
        y = rng.choice([-1.0, 1.0], n)
        yield rng.normal(size=d), float(rng.normal()), rng.normal(size=(n, d)), y, 0.3, NORMS[k % 3]


def _robust_loss(w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray, eps: float, p: float, sign: float = -1.0,
                 norm: float | None = None) -> float:  # fmt: skip
    q = {1: np.inf, 2: 2, np.inf: 1}[p] if norm is None else norm
    return float(np.mean(np.logaddexp(0, -(y * (X @ w + b) + sign * eps * np.linalg.norm(w, q)))))


worst_change = Checker(
    "worst_change",
    lambda w, y, eps, p: _worst_change(w, y, eps, p),
    _linear,
    slips={
        "The change has to lower y w·x: mind the sign.": partial(_worst_change, sign=1.0),
        "The label decides which way is worse.": lambda w, y, eps, p: _worst_change(w, 1, eps, p),
        "The shape of the ball matters: this is right for p = infinity only.":
            lambda w, y, eps, p: _worst_change(w, y, eps, np.inf),
        "For p = 2 divide by the length, or the change is not eps long.":
            lambda w, y, eps, p: -y * eps * w if p == 2 else _worst_change(w, y, eps, p),
    },
    expects="the change r, of the shape of w",
)  # fmt: skip

project_1 = Checker(
    "project_1",
    lambda z, radius: _project_1(z, radius),
    _to_project,
    slips={
        "Scaling reaches the ball, but not at its nearest point.":
            lambda z, radius: z * min(1.0, radius / np.abs(z).sum()),
        "Entries that become 0 stop giving: the others have to give more.": _even_threshold,
        "A point inside the ball stays where it is.":
            lambda z, radius: _project_1(z, radius) if np.abs(z).sum() > radius else z * radius / np.abs(z).sum(),
        "Cutting off each entry is the projection for the infinity norm.":
            lambda z, radius: np.clip(z, -radius, radius),
    },
    tol=1e-8,
    expects="the nearest point of the ball, of the shape of z",
)  # fmt: skip

deepfool_step = Checker(
    "deepfool_step",
    lambda scores, gradients: _deepfool_step(scores, gradients),
    _classifiers,
    slips={
        "The smallest gap is not the nearest boundary: divide by the length of the gradient.":
            partial(_deepfool_step, by="gap"),
        "The steepest boundary need not be the nearest.": partial(_deepfool_step, by="steep"),
        "That is the way back: the other score has to rise.": partial(_deepfool_step, sign=-1.0),
        "Divide by the squared length of the gradient: once for the distance, once for the direction.":
            partial(_deepfool_step, power=1),
    },
    expects="the step r, (d,)",
)  # fmt: skip

robust_loss = Checker(
    "robust_loss",
    lambda w, b, X, y, eps, p: _robust_loss(w, b, X, y, eps, p),
    _losses,
    slips={
        "The adversary lowers the margin: subtract.": partial(_robust_loss, sign=1.0),
        "Take the dual norm of w.": lambda w, b, X, y, eps, p: _robust_loss(w, b, X, y, eps, p, norm=p),
        "The penalty belongs inside the loss: it lowers each margin.":
            lambda w, b, X, y, eps, p: _robust_loss(w, b, X, y, 0.0, p)
            + eps * np.linalg.norm(w, {1: np.inf, 2: 2, np.inf: 1}[p]),
        "That is the loss without an adversary.": lambda w, b, X, y, eps, p: _robust_loss(w, b, X, y, 0.0, p),
    },
    expects="the mean loss, a number",
)  # fmt: skip
