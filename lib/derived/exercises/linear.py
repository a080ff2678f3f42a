"""Checkers for the chapter on linear networks: ``delta_rule``, ``truncate``, ``gradients``, ``mode``."""

from collections.abc import Iterator

import numpy as np

from derived.exercises.checker import Checker
from derived.topics.linear_autoencoder import LinearAutoencoder
from derived.topics.linear_networks import saxe_curve

__all__ = ["delta_rule", "gradients", "mode", "truncate"]


def _examples(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        n = 1 if k == 0 else int(rng.integers(2, 7))
        yield rng.normal(size=n), rng.normal(size=n), float(rng.normal()), [0.05, 0.5, 0.9][k % 3]


def _matrices(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        N, d = (1, 1) if k == 0 else rng.integers(3, 8, size=2)
        X = rng.normal(size=(N, d)) + (k % 2)
        yield X, 1 if k == 0 else int(rng.integers(1, min(N, d)))


def _autoencoders(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        N, d, m = (1, 1, 1) if k == 0 else (rng.integers(2, 6), rng.integers(4, 7), rng.integers(1, 4))
        yield rng.normal(size=(m, d)), rng.normal(size=(d, m)), rng.normal(size=(N, d))


def _cut(X: np.ndarray, r: int, *, square: bool = False, smallest: bool = False) -> np.ndarray:
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    kept = slice(len(s) - r, None) if smallest else slice(r)
    return (U[:, kept] * s[kept] ** (2 if square else 1)) @ Vt[kept]


def _centred(X: np.ndarray, r: int) -> np.ndarray:
    mean = X.mean(axis=0)
    return mean + _cut(X - mean, r)


def _gradients(C: np.ndarray, D: np.ndarray, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return LinearAutoencoder(C, D).gradients(X)


def _overflowing(t: float, sigma: float, u0: float) -> float:
    growth = np.exp(2 * sigma * t)
    return float(sigma * growth / (growth - 1 + sigma / u0))


def _scaled(C: np.ndarray, D: np.ndarray, X: np.ndarray, factor: float) -> tuple[np.ndarray, np.ndarray]:
    by_C, by_D = _gradients(C, D, X)
    return factor * by_C, factor * by_D


delta_rule = Checker(
    "delta_rule",
    lambda theta, x, y, lr: theta + lr * (y - x @ theta) * x,
    _examples,
    slips={
        "The sign: the weights must move so that the output comes nearer to y.":
            lambda theta, x, y, lr: theta - lr * (y - x @ theta) * x,
        "That moves along theta; the gradient of the output is x.":
            lambda theta, x, y, lr: theta + lr * (y - x @ theta) * theta,
        "That is the perceptron rule: the size of the error counts here, not its sign alone.":
            lambda theta, x, y, lr: theta + lr * np.sign(y - x @ theta) * x,
        "Return the new weights, not the change.": lambda theta, x, y, lr: lr * (y - x @ theta) * x,
    },
    expects="the weights (n,) after one step with the example x (n,), target y and rate lr",
)  # fmt: skip

truncate = Checker(
    "truncate",
    lambda X, r: _cut(X, r),
    _matrices,
    slips={
        "The singular values are squared: those are eigenvalues of the transpose times X.":
            lambda X, r: _cut(X, r, square=True),
        "These are the smallest singular values; keep the r largest.": lambda X, r: _cut(X, r, smallest=True),
        "That is PCA: nothing is to be centred here.": _centred,
        "np.linalg.svd returns the transpose of V: its rows are the vectors v.":
            lambda X, r: (np.linalg.svd(X)[0][:, :r] * np.linalg.svd(X)[1][:r]) @ np.linalg.svd(X)[2].T[:r],
    },
    expects="the best approximation of X (N, d) of rank r, an (N, d) array",
)  # fmt: skip

gradients = Checker(
    "gradients",
    _gradients,
    _autoencoders,
    slips={
        "The sign is turned round: the error is Y - X.": lambda C, D, X: _scaled(C, D, X, -1.0),
        "The mean over the N examples is missing.": lambda C, D, X: _scaled(C, D, X, float(len(X))),
        "The half in the loss cancels the 2 of the square.": lambda C, D, X: _scaled(C, D, X, 2.0),
        "Only D is right: the error must come back through the decoder before it reaches C.":
            lambda C, D, X: (C @ (X @ C.T @ D.T - X).T @ X / len(X), _gradients(C, D, X)[1]),
    },
    expects="the gradients by C (m, d) and D (d, m) of the mean of half the squared error",
)  # fmt: skip

mode = Checker(
    "mode",
    lambda t, sigma, u0: float(saxe_curve(t, sigma, u0)),
    lambda rng: ((float(t), float(s), float(u)) for t in (0.0, 0.4, 2.0, 500.0) for s in (0.5, 2.0, 5.0)
                 for u in (1e-3, 0.2)),
    slips={
        "Both layers grow: the rate is 2σ, not σ.": lambda t, sigma, u0: float(saxe_curve(t, sigma, u0, tau=2.0)),
        "The right formula, but its exponential overflows for large t: divide above and below by it.": _overflowing,
        "That is one layer only, which has no plateau.":
            lambda t, sigma, u0: sigma + (u0 - sigma) * float(np.exp(-2 * sigma * t)),
        "At t = 0 the strength is u0.": lambda t, sigma, u0: float(sigma / (1 + sigma / u0 * np.exp(-2 * sigma * t))),
    },
    expects="the strength u(t) of the mode, a number that stays finite for large t",
)  # fmt: skip
