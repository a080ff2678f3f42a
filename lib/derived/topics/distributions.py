"""Log densities of the distributions that the book uses; minus infinity outside the support."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, xlog1py, xlogy

from derived.arguments import require

__all__ = [
    "bernoulli_logpmf",
    "binomial_logpmf",
    "exponential_logpdf",
    "multivariate_normal_logpdf",
    "normal_logpdf",
    "poisson_logpmf",
]


def normal_logpdf(x: np.ndarray, mean: float = 0.0, std: float = 1.0) -> np.ndarray:
    r"""Univariate normal, :math:`-\frac{(x-\mu)^2}{2\sigma^2}-\log\sigma-\frac12\log2\pi`; standard by default.

    ``std`` is :math:`\sigma`, not the variance; shapes are broadcast.
    """
    x, mean, std = (np.asarray(a, dtype=np.float64) for a in (x, mean, std))
    require(bool(np.all(std > 0)), "normal_logpdf: std has {}, expected > 0", std.min(initial=np.inf))
    return -0.5 * ((x - mean) / std) ** 2 - np.log(std) - 0.5 * np.log(2 * np.pi)


def multivariate_normal_logpdf(x: np.ndarray, mean: np.ndarray, cov: np.ndarray) -> np.ndarray:
    r"""Normal in d dimensions.

    .. math:: -\tfrac12(x-\mu)^\top\Sigma^{-1}(x-\mu)-\tfrac12\log\det\Sigma-\tfrac d2\log2\pi

    Parameters
    ----------
    x : (..., d) points.
    mean : (d,).
    cov : (d, d), symmetric with positive eigenvalues; :math:`\Sigma=AA^\top` with A its Cholesky factor, so that
        :math:`\frac12\log\det\Sigma=\sum_i\log A_{ii}`.

    Returns
    -------
    (...) log densities.
    """
    x, mean, cov = (np.asarray(a, dtype=np.float64) for a in (x, mean, cov))
    d = mean.size
    fits = mean.shape == (d,) and x.shape[-1:] == (d,)
    require(fits, "multivariate_normal_logpdf: x {} and mean {}, expected (..., d) and (d,)", x.shape, mean.shape)
    require(cov.shape == (d, d), "multivariate_normal_logpdf: cov has shape {}, expected ({}, {})", cov.shape, d, d)
    require(np.allclose(cov, cov.T), "multivariate_normal_logpdf: cov is not symmetric")
    try:
        A = np.linalg.cholesky(cov)
    except np.linalg.LinAlgError:
        raise ValueError("multivariate_normal_logpdf: cov has an eigenvalue <= 0, expected all > 0") from None
    z = np.linalg.solve(A, (x - mean).reshape(-1, d).T)
    logdensity = -0.5 * np.sum(z**2, axis=0) - np.sum(np.log(np.diag(A))) - 0.5 * d * np.log(2 * np.pi)
    return logdensity.reshape(x.shape[:-1])


def exponential_logpdf(x: np.ndarray, rate: float = 1.0) -> np.ndarray:
    r"""Exponential, :math:`\log\lambda-\lambda x` for :math:`x\ge0`; mean :math:`1/\lambda` (SciPy's ``scale``)."""
    x, rate = np.asarray(x, dtype=np.float64), np.asarray(rate, dtype=np.float64)
    require(bool(np.all(rate > 0)), "exponential_logpdf: rate has {}, expected > 0", rate.min(initial=np.inf))
    return np.where(x >= 0, np.log(rate) - rate * x, -np.inf)


def bernoulli_logpmf(k: np.ndarray, p: float) -> np.ndarray:
    r"""Bernoulli, :math:`k\log p+(1-k)\log(1-p)` for :math:`k\in\{0,1\}`: minus the binary cross-entropy."""
    return binomial_logpmf(k, 1, p)


def binomial_logpmf(k: np.ndarray, n: int, p: float) -> np.ndarray:
    r"""Binomial, :math:`\log\binom nk+k\log p+(n-k)\log(1-p)` for integers :math:`0\le k\le n`."""
    k, n, p = (np.asarray(a, dtype=np.float64) for a in (k, n, p))
    require(bool(np.all((p >= 0) & (p <= 1))), "binomial_logpmf: p is {}, expected probabilities", p)
    require(bool(np.all((n >= 0) & (n == np.floor(n)))), "binomial_logpmf: n is {}, expected integers >= 0", n)
    inside = (k >= 0) & (k <= n) & (k == np.floor(k))
    j = np.where(inside, k, 0)
    choose = gammaln(n + 1) - gammaln(j + 1) - gammaln(n - j + 1)
    with np.errstate(divide="ignore"):
        value = choose + xlogy(j, p) + xlog1py(n - j, -p)
    return np.where(inside, value, -np.inf)


def poisson_logpmf(k: np.ndarray, rate: float) -> np.ndarray:
    r"""Poisson, :math:`k\log\lambda-\lambda-\log k!` for integers :math:`k\ge0`."""
    k, rate = np.asarray(k, dtype=np.float64), np.asarray(rate, dtype=np.float64)
    require(bool(np.all(rate > 0)), "poisson_logpmf: rate has {}, expected > 0", rate.min(initial=np.inf))
    inside = (k >= 0) & (k == np.floor(k))
    j = np.where(inside, k, 0)
    return np.where(inside, j * np.log(rate) - rate - gammaln(j + 1), -np.inf)
