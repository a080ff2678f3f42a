r"""Descent with a correction after each step: proximal descent, for the L1 penalty (ISTA) and for a ball."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from derived.arguments import require
from derived.topics.convex_optimization import proximal_gradient, soft_threshold
from derived.topics.ridge_regression import centred

__all__ = ["ista", "lasso", "lasso_threshold", "project", "projected_descent", "proximal_descent"]

Map = Callable[[np.ndarray], np.ndarray]


def proximal_descent(
    gradient: Map, correct: Map, w0: np.ndarray, lr: float, steps: int
) -> np.ndarray:  # fmt: skip
    r"""The path :math:`w\leftarrow P(w-\eta\nabla J(w))`.

    Parameters
    ----------
    gradient : :math:`\nabla J`, maps (d,) to (d,).
    correct : P, such as soft-thresholding or a projection.
    w0, lr, steps : (d,) start, :math:`\eta>0`, how many.

    Returns
    -------
    (steps + 1, d) float64, the start included.
    """
    require(lr > 0, "proximal_descent: lr is {}, expected a number > 0", lr)
    path = np.empty((steps + 1, *np.shape(w0)))
    path[0] = w0
    for t in range(steps):
        path[t + 1] = correct(path[t] - lr * gradient(path[t]))
    return path


def ista(gradient: Map, lam: float, w0: np.ndarray, lr: float, steps: int) -> np.ndarray:
    r"""Iterative soft-thresholding for :math:`J(w)+\lambda\lVert w\rVert_1`: the threshold is :math:`\eta\lambda`."""
    return proximal_descent(gradient, partial(soft_threshold, t=lr * lam), w0, lr, steps)


def project(v: np.ndarray, radius: float) -> np.ndarray:
    r"""The point of the ball :math:`\lVert w\rVert\le r` nearest to v, :math:`\min\{1,r/\lVert v\rVert\}\,v`."""
    require(radius >= 0, "project: radius is {}, expected a number >= 0", radius)
    norm = np.linalg.norm(v)
    return v * (radius / norm) if norm > radius else v


def projected_descent(
    gradient: Map, radius: float, w0: np.ndarray, lr: float, steps: int
) -> np.ndarray:  # fmt: skip
    r"""Descent that is put back onto the ball :math:`\lVert w\rVert\le r` after each step."""
    return proximal_descent(gradient, partial(project, radius=radius), w0, lr, steps)


def lasso(X: np.ndarray, y: np.ndarray, lam: float, tol: float = 1e-9) -> tuple[np.ndarray, float]:
    r"""The minimiser of :math:`\frac1{2N}\lVert Xw+b-y\rVert^2+\lambda\lVert w\rVert_1`, scikit-learn's scale.

    Soft-thresholded steps from points that look ahead (:func:`~derived.topics.convex_optimization.proximal_gradient`).

    Parameters
    ----------
    X, y : (N, d) and (N,).
    lam : :math:`\lambda\ge0`.
    tol : bound on the last step.

    Returns
    -------
    w (d,) and b.
    """
    require(lam >= 0, "lasso: lam is {}, expected a number >= 0", lam)
    A, t, x_mean, y_mean = centred("lasso", X, y)
    H, c = A.T @ A / len(A), A.T @ t / len(A)
    constant = np.linalg.norm(t) ** 2 / (2 * len(A))
    smooth = lambda w: (w @ H @ w / 2 - c @ w + constant, H @ w - c)
    L = np.linalg.eigvalsh(H)[-1] or 1.0
    w = proximal_gradient(smooth, np.full(len(c), float(lam)), np.zeros(len(c)), L, tol).x
    return w, float(y_mean - x_mean @ w)


def lasso_threshold(X: np.ndarray, y: np.ndarray) -> float:
    r"""The least :math:`\lambda` for which all weights are 0: :math:`\max_j\frac1N|\tilde x_j\cdot\tilde y|`."""
    A, t, *_ = centred("lasso_threshold", X, y)
    return float(np.abs(A.T @ t).max() / len(A))
