"""Linear filters on the nodes of a graph: polynomials in a matrix, and what commutes with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.sparse.csgraph import connected_components

from derived.arguments import require
from derived.topics.graph_matrices import Matrix, degrees

__all__ = ["chebyshev_filter", "components_projection", "distance_to_polynomials", "polynomial", "spectral_filter"]


def polynomial(A: Matrix, theta: Sequence[float], X: np.ndarray) -> np.ndarray:
    r""":math:`\sum_k\theta_kA^kX` by Horner's rule: as many products with A as the degree, no power of A is formed.

    Parameters
    ----------
    A : (n, n) matrix, dense or sparse.
    theta : coefficients, the constant first.
    X : (n,) or (n, d) array.
    """
    require(len(theta) > 0, "polynomial: theta is empty, expected at least one coefficient")
    Y = theta[-1] * np.asarray(X)
    for coefficient in theta[-2::-1]:
        Y = A @ Y + coefficient * X
    return Y


def distance_to_polynomials(H: np.ndarray, A: np.ndarray) -> float:
    r"""How far H is from the nearest polynomial in A, :math:`\min_\theta\|H-\sum_k\theta_kA^k\|_F/\|H\|_F`.

    Powers up to n-1 are enough, by the theorem of Cayley and Hamilton. A is scaled to norm 1 first, which changes
    no polynomial.
    """
    n = len(A)
    A = A / max(np.linalg.norm(A, 2), 1e-300)
    powers = np.stack([np.linalg.matrix_power(A, k).ravel() for k in range(n)], axis=1)
    theta = np.linalg.lstsq(powers, H.ravel(), rcond=1e-12)[0]
    return float(np.linalg.norm(powers @ theta - H.ravel()) / np.linalg.norm(H))


def spectral_filter(L: np.ndarray, response: Callable, X: np.ndarray) -> np.ndarray:
    r""":math:`U\,g(\Lambda)\,U^\top X` for the symmetric matrix :math:`L=U\Lambda U^\top`.

    Parameters
    ----------
    L : (n, n) symmetric array.
    response : g, of an array of eigenvalues.
    X : (n,) or (n, d) array.
    """
    values, U = np.linalg.eigh(L)
    return (U * response(values)) @ (U.T @ X)


def chebyshev_filter(L: Matrix, theta: Sequence[float], X: np.ndarray) -> np.ndarray:
    r""":math:`\sum_k\theta_kT_k(L-I)X` by the recursion :math:`T_{k+1}(M)X=2MT_k(M)X-T_{k-1}(M)X`.

    L has its eigenvalues in [0, 2], so those of :math:`M=L-I` lie in [-1, 1], where the polynomials :math:`T_k` stay
    within 1 (Defferrard and others, 2016, with :math:`\lambda_{\max}` replaced by its bound 2).
    """
    require(len(theta) > 0, "chebyshev_filter: theta is empty, expected at least one coefficient")
    before, now = np.zeros_like(X), np.asarray(X)
    Y = theta[0] * now
    for k, coefficient in enumerate(theta[1:], 1):
        step = L @ now - now
        before, now = now, step if k == 1 else 2 * step - before
        Y = Y + coefficient * now
    return Y


def components_projection(A: Matrix) -> np.ndarray:
    r"""The limit of :math:`Q^k`: the sum of :math:`u_cu_c^\top` over the connected components, where :math:`u_c` is
    :math:`\sqrt{\tilde d}` on the component c, divided by its length, and 0 elsewhere."""
    root, (count, label) = np.sqrt(degrees(A) + 1), connected_components(A, directed=False)
    U = np.where(label[:, None] == np.arange(count), root[:, None], 0)
    U /= np.linalg.norm(U, axis=0)
    return U @ U.T
