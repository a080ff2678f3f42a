"""Probabilistic principal component analysis: the linear latent-variable model whose best fit has a closed form."""

from __future__ import annotations

import numpy as np

from derived.arguments import require, require_finite
from derived.topics.factor_analysis import LinearGaussian
from derived.topics.moments import cov

__all__ = ["ppca", "ppca_maximum", "spectrum"]


def spectrum(X: np.ndarray, *, ddof: int = 0) -> tuple[np.ndarray, np.ndarray]:
    r"""Eigenvalues (d,), in decreasing order, and eigenvectors (d, d), in columns, of the covariance matrix.

    It is divided by N - ``ddof``: by N for maximum likelihood, by N - 1 in scikit-learn.
    """
    X = np.asarray(X, dtype=np.float64)
    require(X.ndim == 2 and len(X) > ddof, "spectrum: X has shape {}, expected (N, d) with N > {}", X.shape, ddof)
    require_finite("spectrum", "X", X)
    values, vectors = np.linalg.eigh(cov(X) * (len(X) / (len(X) - ddof)))
    return np.maximum(values[::-1], 0), vectors[:, ::-1]


def ppca(X: np.ndarray, m: int, *, variance: float | None = None, ddof: int = 0,
         R: np.ndarray | None = None) -> LinearGaussian:  # fmt: skip
    r"""The model :math:`x=\mu+Wz+\eta`, :math:`\eta\sim\mathcal N(0,\sigma^2I)`, of largest likelihood.

    .. math:: W=U_m(\Lambda_m-\sigma^2I)^{1/2}R,\qquad \sigma^2=\frac1{d-m}\sum_{i>m}\lambda_i

    with the eigenvalues :math:`\lambda_1\ge\lambda_2\ge\dots` and eigenvectors :math:`U` of the covariance matrix.

    Parameters
    ----------
    X : (N, d) examples in rows.
    m : number of latent variables, 0 <= m < d.
    variance : a fixed :math:`\sigma^2`; then :math:`\max(\lambda_i-\sigma^2,0)` takes the place of
        :math:`\lambda_i-\sigma^2`.
    ddof : 1 divides the covariance by N - 1, as scikit-learn does; the maximum is at 0.
    R : (m, m) orthogonal matrix, the identity by default.

    Raises
    ------
    ValueError
        if shapes do not fit, or if the discarded eigenvalues are all 0: the likelihood then has no bound.

    Notes
    -----
    Tipping and Bishop (1999).
    """
    values, U = spectrum(X, ddof=ddof)
    require(0 <= m < len(values), "ppca: m is {}, expected 0 <= m < {}", m, len(values))
    sigma2 = values[m:].mean() if variance is None else float(variance)
    require(sigma2 > 0, "ppca: the variance is {}, expected > 0: for m = {} "
            "the likelihood has no bound", sigma2, m)  # fmt: skip
    W = U[:, :m] * np.sqrt(np.maximum(values[:m] - sigma2, 0))
    return LinearGaussian(np.mean(X, axis=0, dtype=np.float64), W if R is None else W @ R, sigma2)


def ppca_maximum(values: np.ndarray, m: int) -> float:
    r"""Largest mean log-likelihood with m latent variables, from the eigenvalues (d,) in decreasing order.

    .. math:: -\tfrac12\Bigl[d\log2\pi+\sum_{i\le m}\log\lambda_i+(d-m)\log\sigma^2+d\Bigr]
    """
    d, sigma2 = len(values), np.mean(values[m:])
    return float(-0.5 * (d * np.log(2 * np.pi) + np.sum(np.log(values[:m])) + (d - m) * np.log(sigma2) + d))
