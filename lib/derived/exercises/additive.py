"""Checkers for the chapter on RBF networks and additive models: ``kernel``, ``centre_gradient``, ``backfit``."""

from collections.abc import Iterator
from functools import partial

import numpy as np
from scipy.spatial.distance import cdist

from derived.exercises.checker import Checker

__all__ = ["backfit", "centre_gradient", "kernel"]


def _points(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        N, m, d = (1, 1, 1) if k == 0 else (2 + k % 5, 2 + k % 3, 1 + k % 4)
        yield rng.normal(size=(N, d)), rng.normal(size=(m, d)), float(rng.uniform(0.5, 2.5))


def _gradient(X: np.ndarray, y: np.ndarray, C: np.ndarray, s: float, w: np.ndarray, *, sign: float = 1.0,
              outer: bool = True, power: int = 2, mean: bool = True, bump: bool = True) -> np.ndarray:  # fmt: skip
    """The gradient with respect to the centres, or one of its usual corruptions."""
    H = np.exp(-cdist(X, C, "sqeuclidean") / (2 * s**2))
    G = (H @ w - y)[:, None] * (H if bump else 1) * (w if outer else 1) / (len(X) if mean else 1)
    return sign * (G.T @ X - G.sum(axis=0)[:, None] * C) / s**power


def _blocks(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        N, d = 12 + k % 4, 1 if k == 0 else 2 + k % 2
        mixed = rng.normal(size=(N, 2 * d)) + 0.5 * rng.normal(size=(N, 1))
        B = [mixed[:, 2 * j : 2 * j + 2] - mixed[:, 2 * j : 2 * j + 2].mean(axis=0) for j in range(d)]
        yield B, rng.normal(size=N) + 2, 1 + k % 3


def _backfit(B: list, y: np.ndarray, sweeps: int, *, at_once: bool = False, own: bool = False,
             extra: int = 0) -> np.ndarray:  # fmt: skip
    """Fitted values of each block, one column each, after the sweeps, or what the usual mistakes give."""
    r, F = y - y.mean(), np.zeros((len(y), len(B)))
    for _ in range(sweeps + extra):
        old = F.copy()
        for j, block in enumerate(B):
            others = old if at_once else F
            left = r - others.sum(axis=1) + (0 if own else others[:, j])
            F[:, j] = block @ np.linalg.lstsq(block, left)[0]
    return F


kernel = Checker(
    "kernel",
    lambda X, C, s: np.exp(-cdist(X, C, "sqeuclidean") / (2 * s**2)),
    _points,
    slips={
        "The distance is squared: |x - c|^2.": lambda X, C, s: np.exp(-cdist(X, C) / (2 * s**2)),
        "The exponent has 2s^2 below, not s^2.": lambda X, C, s: np.exp(-cdist(X, C, "sqeuclidean") / s**2),
        "The width is squared: 2s^2, not 2s.": lambda X, C, s: np.exp(-cdist(X, C, "sqeuclidean") / (2 * s)),
        "One row for each example, one column for each centre: transpose.":
            lambda X, C, s: np.exp(-cdist(C, X, "sqeuclidean") / (2 * s**2)),
        "A bump has the height 1: no density's factor in front.":
            lambda X, C, s: np.exp(-cdist(X, C, "sqeuclidean") / (2 * s**2)) / (np.sqrt(2 * np.pi) * s) ** X.shape[1],
    },
    expects="values of bumps of width s around the rows of C (m, d) at the rows of X (N, d), an array (N, m)",
)  # fmt: skip

centre_gradient = Checker(
    "centre_gradient",
    lambda X, y, C, s, w: _gradient(X, y, C, s, w),
    lambda rng: ((X, rng.normal(size=len(X)), C, s, rng.normal(size=len(C))) for X, C, s in _points(rng)),
    slips={
        "The sign: the residual is f - y, and the exponent's derivative contains x - c.": partial(_gradient, sign=-1.0),
        "The chain rule passes the output weight w_j, too.": partial(_gradient, outer=False),
        "Divide by s^2 here; s^3 belongs to the gradient of the width.": partial(_gradient, power=3),
        "The exponent's derivative has s^2 below.": partial(_gradient, power=0),
        "The loss has the factor 1/2, so its gradient has no 2.":
            lambda X, y, C, s, w: 2 * _gradient(X, y, C, s, w),
        "The loss is the mean over the N examples.": partial(_gradient, mean=False),
        "The derivative of the exponential contains the bump h itself.": partial(_gradient, bump=False),
    },
    expects="the gradient (m, d) of sum of (f(x_n) - y_n)^2 / 2N in the centres, f without bias",
)  # fmt: skip

backfit = Checker(
    "backfit",
    lambda B, y, sweeps: _backfit(B, y, sweeps),
    _blocks,
    slips={
        "Use the newest fits of the other blocks, not those of the last sweep.": partial(_backfit, at_once=True),
        "Leave out the block's own fit from what is subtracted.": partial(_backfit, own=True),
        "One sweep visits every block once; make as many as asked for.": partial(_backfit, extra=1),
    },
    expects="the fitted values of each block, (N, number of blocks), for a list B of arrays (N, q) with columns of "
            "mean 0, targets y (N,), after the sweeps, starting from 0",
    tol=1e-8,
)  # fmt: skip
