"""Affine flows with a triangular matrix: determinant, inverse and best fit, all cheap."""

from __future__ import annotations

import numpy as np

from derived.arguments import require

__all__ = ["affine_log_prob", "fit_affine", "log_det", "substitute"]


def substitute(A: np.ndarray, x: np.ndarray) -> np.ndarray:
    r"""Solve :math:`Az=x` for lower triangular A from the top,
    :math:`z_i=\bigl(x_i-\sum_{j<i}A_{ij}z_j\bigr)/A_{ii}`.

    Row i costs i products (the division counted), d (d + 1) / 2 in all, where a general matrix needs a third of
    :math:`d^3` for its factors.

    Parameters
    ----------
    A : (d, d), zeros above the diagonal, none on it.
    x : (N, d) right-hand sides in rows.

    Returns
    -------
    (N, d).
    """
    _triangular("substitute", A)
    z = np.zeros_like(x)
    for i in range(len(A)):
        z[:, i] = (x[:, i] - z[:, :i] @ A[i, :i]) / A[i, i]
    return z


def log_det(A: np.ndarray) -> float:
    r"""Logarithm of the absolute determinant of a triangular matrix, :math:`\sum_i\log\lvert A_{ii}\rvert`."""
    _triangular("log_det", A)
    return float(np.log(np.abs(np.diag(A))).sum())


def fit_affine(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r"""The affine flow :math:`x=Az+c` under which X is likeliest: A the Cholesky factor of its covariance, c its mean.

    Parameters
    ----------
    X : (N, d) with N > d.

    Returns
    -------
    A : (d, d) lower triangular with a positive diagonal.
    c : (d,).
    """
    require(X.ndim == 2 and len(X) > X.shape[1], "fit_affine: X has shape {}, expected (N, d) with N > d", X.shape)
    c = X.mean(axis=0)
    return np.linalg.cholesky((X - c).T @ (X - c) / len(X)), c


def affine_log_prob(x: np.ndarray, A: np.ndarray, c: np.ndarray) -> np.ndarray:
    r"""Log density (N,) of :math:`Az+c`, z normal: :math:`\log p_Z(A^{-1}(x-c))-\sum_i\log\lvert A_{ii}\rvert`."""
    z = substitute(A, x - c)
    return -0.5 * np.sum(z**2, axis=1) - 0.5 * z.shape[1] * np.log(2 * np.pi) - log_det(A)


def _triangular(where: str, A: np.ndarray) -> None:
    require(A.ndim == 2 and A.shape[0] == A.shape[1], "{}: A has shape {}, expected (d, d)", where, A.shape)
    require(not np.triu(A, 1).any(), "{}: A has entries above its diagonal, expected a lower triangular matrix", where)
    require(bool(np.diag(A).all()), "{}: A has a zero on its diagonal, expected an invertible matrix", where)
