"""Covariances and moment generating functions."""

from __future__ import annotations

import numpy as np

from derived.arguments import require, require_finite

__all__ = ["cov", "gaussian_mgf"]


def cov(X: np.ndarray, Y: np.ndarray | None = None) -> np.ndarray:
    r"""Covariance matrix of the empirical distribution of the rows.

    .. math:: \mathrm{Cov}(X,Y)=\mathbb E\bigl[(X-\mathbb EX)(Y-\mathbb EY)^\top\bigr]
        =\mathbb E[XY^\top]-\mathbb E[X]\,\mathbb E[Y]^\top

    Parameters
    ----------
    X : (N, d) examples in rows.
    Y : (N, e) of the same examples; ``X`` itself if left out.

    Returns
    -------
    (d, e) float64. Each row has weight 1/N, as :math:`\mathbb E` demands; ``np.cov`` divides by N - 1 unless it is
    told ``bias=True``.

    Notes
    -----
    The first form is computed. The second subtracts two large numbers when the means are large.
    """
    X = np.asarray(X, dtype=np.float64)
    Y = X if Y is None else np.asarray(Y, dtype=np.float64)
    require(X.ndim == 2 and len(X) > 0, "cov: X has shape {}, expected (N, d) with N > 0", X.shape)
    require(Y.ndim == 2 and len(Y) == len(X), "cov: Y has shape {}, expected ({}, e)", Y.shape, len(X))
    require_finite("cov", "X", X)
    require_finite("cov", "Y", Y)
    return (X - X.mean(axis=0)).T @ (Y - Y.mean(axis=0)) / len(X)


def gaussian_mgf(t: np.ndarray, mean: np.ndarray, cov: np.ndarray) -> float:
    r"""Moment generating function :math:`\mathbb E\,e^{t\cdot X}=\exp(t\cdot\mu+\frac12t^\top\Sigma t)` of a Gaussian.

    ``t`` and ``mean`` have shape (d,), ``cov`` shape (d, d).
    """
    t, mean, cov = (np.asarray(a, dtype=np.float64) for a in (t, mean, cov))
    d = t.size
    require(t.shape == mean.shape == (d,), "gaussian_mgf: shapes of t and mean are {} and {}, expected one (d,)",
            t.shape, mean.shape)  # fmt: skip
    require(cov.shape == (d, d), "gaussian_mgf: cov has shape {}, expected ({}, {})", cov.shape, d, d)
    return float(np.exp(t @ mean + 0.5 * t @ cov @ t))
