"""Norms: conjugate exponents, dual norms with their maximisers, and the power method for the operator norm."""

from __future__ import annotations

from typing import Any

import numpy as np

from derived.arguments import require, require_finite

__all__ = ["dual_exponent", "dual_norm", "dual_norm_maximizer", "power_method"]


def dual_exponent(p: float) -> float:
    r"""The :math:`q` with :math:`\frac1p+\frac1q=1`, for :math:`1\le p\le\infty`."""
    require(p >= 1, "dual_exponent: p is {}, expected 1 <= p <= infinity", p)
    if p == 1:
        return np.inf
    return 1.0 if p == np.inf else p / (p - 1)


def dual_norm(z: np.ndarray, p: float) -> np.ndarray:
    r"""Norm dual to the ``p``-norm, :math:`\max_{\|x\|_p\le1}z^\top x=\|z\|_q`, along the last axis of ``z``."""
    z = np.asarray(z, dtype=np.result_type(z, np.float32))
    return np.linalg.norm(z, dual_exponent(p), axis=-1)


def dual_norm_maximizer(z: np.ndarray, p: float) -> np.ndarray:
    r"""A point of the ``p``-ball in which :math:`z^\top x` is largest.

    .. math:: x_i=\mathrm{sign}(z_i)\,\frac{|z_i|^{q-1}}{\|z\|_q^{q-1}},\qquad \|x\|_p=1,\quad z^\top x=\|z\|_q

    Parameters
    ----------
    z : (..., n) floats; each vector along the last axis for itself (a batch of gradients, say).
    p : exponent of the ball, :math:`1\le p\le\infty`.

    Returns
    -------
    (..., n) of the dtype of ``z``. For :math:`p=\infty` the signs of ``z``; for :math:`p=1` one signed unit vector, at
    the first of the largest entries. A zero vector gives zeros.

    Notes
    -----
    The powers are taken of :math:`|z_i|/\max_j|z_j|`, which cannot overflow.
    """
    z = np.asarray(z, dtype=np.result_type(z, np.float32))
    require(z.ndim >= 1 and z.shape[-1] >= 1, "dual_norm_maximizer: z has shape {}, expected (..., n)", z.shape)
    require_finite("dual_norm_maximizer", "z", z)
    q = dual_exponent(p)
    if q == 1:
        return np.sign(z)
    size = np.abs(z)
    largest = size.max(axis=-1, keepdims=True)
    if q == np.inf:
        first = np.arange(z.shape[-1]) == size.argmax(axis=-1)[..., None]
        return np.sign(z) * first
    largest = np.where(largest > 0, largest, 1)
    if q == 2:
        share = z / largest
        return share / np.maximum(np.linalg.norm(share, axis=-1, keepdims=True), 0.5)  # at least 1, or 0
    share = size / largest
    powers = np.sign(z) * share ** (q - 1)
    length = np.sum(np.abs(share) ** q, axis=-1, keepdims=True) ** ((q - 1) / q)
    return (powers / np.where(length > 0, length, 1)).astype(z.dtype)


def power_method(A: Any, *, rng: np.random.Generator, steps: int = 1000,
                 tol: float = 1e-12) -> tuple[float, np.ndarray, np.ndarray]:  # fmt: skip
    r"""Largest singular value of a linear map, with its singular vectors.

    .. math:: u\leftarrow\frac{Av}{\|Av\|},\qquad v\leftarrow\frac{A^\top u}{\|A^\top u\|},\qquad \sigma=u^\top Av

    Parameters
    ----------
    A : (m, n) array, or anything with a shape, ``A @ v`` and ``A.T @ u``: a sparse matrix, a linear operator.
    rng : source of the first v, a Gaussian vector.
    steps : at most so many rounds.
    tol : stop when a round raises :math:`\sigma` by no more than this share of it; 0 makes all the rounds.

    Returns
    -------
    sigma : float, never above the largest singular value :math:`\sigma_1` (up to rounding).
    u : (m,) left singular vector.
    v : (n,) right singular vector; both zero if A is found to be zero.

    Notes
    -----
    Every round shrinks the error of v by the factor :math:`(\sigma_2/\sigma_1)^2` and that of sigma by its square.
    """
    require(len(A.shape) == 2 and min(A.shape) > 0, "power_method: A has shape {}, expected (m, n)", A.shape)
    require(steps >= 1, "power_method: steps is {}, expected at least 1", steps)
    if isinstance(A, np.ndarray):
        require_finite("power_method", "A", A)
    v, sigma = _unit(rng.standard_normal(A.shape[1]))[0], 0.0
    for _ in range(steps):
        u, _ = _unit(A @ v)
        v, raised = _unit(A.T @ u)
        if raised - sigma <= tol * raised and tol > 0:
            return float(raised), u, v
        sigma = raised
    return float(sigma), u, v


def _unit(x: np.ndarray) -> tuple[np.ndarray, float]:
    length = np.linalg.norm(x)
    return (x / length if length > 0 else x), length
