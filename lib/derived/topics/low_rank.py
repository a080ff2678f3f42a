"""Singular value decomposition by the power method, truncation, and the best approximation of a given rank."""

from __future__ import annotations

import numpy as np

from derived.arguments import require, require_finite
from derived.topics.norms import power_method

__all__ = ["alternating_least_squares", "deflated_svd", "tail", "truncate"]


def deflated_svd(X: np.ndarray, r: int, *, rng: np.random.Generator,
                 tol: float = 1e-15) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    r"""The r largest singular values with their vectors: power method, subtract :math:`\sigma uv^\top`, repeat.

    Parameters
    ----------
    X : (N, d) matrix.
    r : how many, at most min(N, d).
    rng : source of the starting vectors.
    tol : of the power method; close singular values are separated slowly.

    Returns
    -------
    U (N, r), sigma (r,) decreasing (up to the tolerance), V (d, r): :math:`X_r=U\,\mathrm{diag}(\sigma)V^\top`.
    """
    X = np.array(X, dtype=np.float64)
    _check("deflated_svd", X, r)
    parts = []
    for _ in range(r):
        sigma, u, v = power_method(X, rng=rng, tol=tol, steps=20_000)
        X -= sigma * np.outer(u, v)
        parts.append((u, sigma, v))
    U, sigmas, V = zip(*parts, strict=True)
    return np.stack(U, axis=1), np.array(sigmas), np.stack(V, axis=1)


def truncate(X: np.ndarray, r: int) -> np.ndarray:
    r"""The rank-r part :math:`X_r=\sum_{i\le r}\sigma_iu_iv_i^\top` of a matrix (N, d), by LAPACK's decomposition."""
    X = np.asarray(X)
    _check("truncate", X, r)
    U, sigma, Vt = np.linalg.svd(X, full_matrices=False)
    return (U[:, :r] * sigma[:r]) @ Vt[:r]


def tail(sigma: np.ndarray, r: int) -> float:
    r"""Frobenius norm of what truncation drops, :math:`\sqrt{\sum_{i>r}\sigma_i^2}`, for singular values (k,)."""
    return float(np.linalg.norm(np.asarray(sigma)[r:]))


def alternating_least_squares(X: np.ndarray, r: int, *, rng: np.random.Generator, steps: int = 100) -> np.ndarray:
    r"""A rank-r approximation :math:`PQ^\top` of X (N, d) that knows nothing of singular values.

    With Q fixed the best P solves a least squares problem, and conversely; the two are solved in turn from a random
    Q. Used as a rival that tries to beat :func:`truncate`.
    """
    X = np.asarray(X, dtype=np.float64)
    _check("alternating_least_squares", X, r)
    Q = rng.standard_normal((X.shape[1], r))
    for _ in range(steps):
        P = np.linalg.lstsq(Q, X.T)[0].T
        Q = np.linalg.lstsq(P, X)[0].T
    return P @ Q.T


def _check(where: str, X: np.ndarray, r: int) -> None:
    require(X.ndim == 2 and X.size > 0, "{}: X has shape {}, expected (N, d)", where, X.shape)
    require(1 <= r <= min(X.shape), "{}: r is {}, expected 1 <= r <= {}", where, r, min(X.shape))
    require_finite(where, "X", X)
