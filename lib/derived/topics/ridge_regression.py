r"""Ridge regression: least squares with an L2 penalty, in closed form, and what it does in each direction."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from derived.arguments import one_of, require, require_finite

__all__ = ["centred", "ridge", "shrinkage", "with_products"]


def centred(where: str, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """X (N, d) and y (N,) or (N, K) in float64 less their means, and the means; an intercept needs no more."""
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    require(X.ndim == 2 and len(X) > 0 and y.ndim in (1, 2) and len(y) == len(X),
            "{}: X has shape {}, y {}, expected (N, d) and (N,) or (N, K)", where, X.shape, y.shape)  # fmt: skip
    require_finite(where, "X", X)
    require_finite(where, "y", y)
    x_mean, y_mean = X.mean(axis=0), y.mean(axis=0)
    return X - x_mean, y - y_mean, x_mean, y_mean


def ridge(
    X: np.ndarray, y: np.ndarray, lam: float, convention: str = "mean"
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    r"""The minimiser of the squared error with an L2 penalty on w, not on the intercept b.

    .. math::

        \text{"mean"}:\ \tfrac1{2N}\lVert Xw+b-y\rVert^2+\tfrac\lambda2\lVert w\rVert^2,\quad
        w=(\tilde X^\top\tilde X+N\lambda I)^{-1}\tilde X^\top\tilde y

        \text{"sum"}:\ \lVert Xw+b-y\rVert^2+\lambda\lVert w\rVert^2,\quad
        w=(\tilde X^\top\tilde X+\lambda I)^{-1}\tilde X^\top\tilde y

    with centred :math:`\tilde X,\tilde y`, and :math:`b=\bar y-\bar x\cdot w`.

    Parameters
    ----------
    X, y : (N, d), and (N,) or (N, K) for K targets.
    lam : :math:`\lambda\ge0`; with 0 the shortest of the least-squares solutions.
    convention : ``"mean"``, the book's, or ``"sum"``, that of ``sklearn.linear_model.Ridge``.

    Returns
    -------
    w (d,) or (d, K), and b, a number or (K,).
    """
    require(lam >= 0, "ridge: lam is {}, expected a number >= 0", lam)
    one_of("ridge", "convention", convention, ("mean", "sum"))
    A, t, x_mean, y_mean = centred("ridge", X, y)
    if lam:
        scale = len(A) if convention == "mean" else 1
        w = np.linalg.solve(A.T @ A + scale * lam * np.eye(A.shape[1]), A.T @ t)
    else:
        w = np.linalg.lstsq(A, t)[0]
    return w, y_mean - x_mean @ w


def shrinkage(h: np.ndarray, lam: float | np.ndarray) -> np.ndarray:
    r"""What an L2 penalty leaves of a coefficient along an eigenvector of curvature h, :math:`\frac h{h+\lambda}`."""
    return np.asarray(h) / (np.asarray(h) + lam)


def with_products(X: np.ndarray) -> np.ndarray:
    """The columns of X, all products of two of them, and the squares of those that have more than two values.

    Parameters
    ----------
    X : (N, d). The square of a column with two values is an affine function of it, so it would add nothing.
    """
    require(np.ndim(X) == 2, "with_products: X has shape {}, expected (N, d)", np.shape(X))
    pairs = [X[:, i] * X[:, j] for i, j in combinations(range(X.shape[1]), 2)]
    squares = [column * column for column in X.T if len(np.unique(column)) > 2]
    return np.column_stack([X, *pairs, *squares])
