r"""Bernstein polynomials: Weierstrass' theorem by averaging over coin flips."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, xlog1py, xlogy

from derived.arguments import require, require_finite

__all__ = ["basis", "bernstein"]


def basis(m: int, x: np.ndarray) -> np.ndarray:
    r"""Probabilities of :math:`j` heads in m flips, :math:`b_{j,m}(x)=\binom mj x^j(1-x)^{m-j}`.

    Parameters
    ----------
    m : degree, at least 1.
    x : (N,) points in [0, 1].

    Returns
    -------
    (N, m + 1); each row sums to 1. Logarithms keep the binomials finite for large m.
    """
    x = np.asarray(x, dtype=np.float64)
    require(m >= 1, "basis: m is {}, expected at least 1", m)
    require(x.ndim == 1, "basis: x has shape {}, expected (N,)", x.shape)
    require(x.size == 0 or (x.min() >= 0 and x.max() <= 1), "basis: x leaves [0, 1]")
    j = np.arange(m + 1)
    choose = gammaln(m + 1) - gammaln(j + 1) - gammaln(m - j + 1)
    return np.exp(choose + xlogy(j, x[:, None]) + xlog1py(m - j, -x[:, None]))


def bernstein(values: np.ndarray, X: np.ndarray) -> np.ndarray:
    r"""Bernstein polynomial of a function on the cube, from its values on a grid.

    .. math:: B_mf(x) = \sum_{j_1,\dots,j_n=0}^{m} f\Big(\frac{j_1}m,\dots,\frac{j_n}m\Big)
              \prod_{i=1}^{n}\binom m{j_i}x_i^{j_i}(1-x_i)^{m-j_i}

    Parameters
    ----------
    values : array with n axes of length m + 1, :math:`f(j/m)`.
    X : (N, n) points of the cube, or (N,) for n = 1.

    Returns
    -------
    (N,) values of the polynomial.
    """
    values, X = np.asarray(values, dtype=np.float64), np.asarray(X, dtype=np.float64)
    X = X[:, None] if X.ndim == 1 else X
    require(values.ndim == X.shape[1], "bernstein: values has {} axes, X has {} columns", values.ndim, X.shape[1])
    require(min(values.shape) >= 2, "bernstein: values has shape {}, expected two or more in each", values.shape)
    require_finite("bernstein", "values", values)
    result = np.broadcast_to(values, (len(X), *values.shape))
    for axis, size in enumerate(values.shape):
        result = np.einsum("nj,nj...->n...", basis(size - 1, X[:, axis]), result)
    return result
