"""Entropy, cross-entropy, the divergences of Kullback-Leibler and Jensen-Shannon, in nats."""

from __future__ import annotations

import numpy as np
from scipy.special import xlogy

from derived.arguments import require, require_finite

__all__ = ["cross_entropy_discrete", "entropy", "js_discrete", "kl_discrete", "kl_gaussian"]


def entropy(p: np.ndarray) -> np.ndarray:
    r"""Entropy :math:`H(p)=-\sum_ip_i\log p_i`, with :math:`0\log0=0`.

    ``p`` holds distributions along its last axis; the result has the other axes. Raises ValueError where an entry is
    negative or the sum is not 1. Shannon (1948), section 6.
    """
    p = _distribution("entropy", "p", p)
    return -xlogy(p, p).sum(axis=-1)


def cross_entropy_discrete(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    r"""Cross-entropy :math:`H(p,q)=-\sum_ip_i\log q_i`, infinite where :math:`q_i=0<p_i`.

    ``p`` and ``q`` hold distributions along their last axes; the other axes are broadcast.
    """
    p, q = _distribution("cross_entropy_discrete", "p", p), _distribution("cross_entropy_discrete", "q", q)
    return -_expected_log(p, q)


def kl_discrete(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    r"""Kullback-Leibler divergence :math:`KL(p\Vert q)=\sum_ip_i\log\frac{p_i}{q_i}\ge0`.

    What coding with ``q`` wastes when ``p`` is true. Shapes as in :func:`cross_entropy_discrete`; infinite where
    :math:`q_i=0<p_i`. Kullback and Leibler (1951), section 2.
    """
    p, q = _distribution("kl_discrete", "p", p), _distribution("kl_discrete", "q", q)
    return xlogy(p, p).sum(axis=-1) - _expected_log(p, q)


def js_discrete(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    r"""Jensen-Shannon divergence :math:`JS=\frac12KL(p\Vert m)+\frac12KL(q\Vert m)` with :math:`m=\frac12(p+q)`.

    Symmetric, 0 only for p = q, at most :math:`\log2`, which it is for distributions that share no outcome. Shapes as
    in :func:`kl_discrete`. Lin (1991), section III.
    """
    p, q = _distribution("js_discrete", "p", p), _distribution("js_discrete", "q", q)
    m = (p + q) / 2
    return (kl_discrete(p, m) + kl_discrete(q, m)) / 2


def kl_gaussian(mean0: np.ndarray, cov0: np.ndarray, mean1: np.ndarray, cov1: np.ndarray) -> float:
    r"""Divergence between two Gaussians of dimension d with invertible covariances.

    .. math:: KL(\mathcal N_0\Vert\mathcal N_1)=\tfrac12\Bigl[\mathrm{tr}(\Sigma_1^{-1}\Sigma_0)-d
        +(\mu_1-\mu_0)^\top\Sigma_1^{-1}(\mu_1-\mu_0)+\log\frac{\det\Sigma_1}{\det\Sigma_0}\Bigr]

    Means have shape (d,), covariances (d, d). Raises ValueError where shapes differ or a covariance is not symmetric
    with positive eigenvalues.
    """
    mean0, cov0, mean1, cov1 = (np.asarray(a, dtype=np.float64) for a in (mean0, cov0, mean1, cov1))
    d = mean0.size
    for name, mean, cov in (("0", mean0, cov0), ("1", mean1, cov1)):
        fits = mean.shape == (d,) and cov.shape == (d, d)
        require(fits, "kl_gaussian: mean{} and cov{} have shapes {} and {}, expected ({},) and ({}, {})",
                name, name, mean.shape, cov.shape, d, d, d)  # fmt: skip
        positive = np.allclose(cov, cov.T) and np.linalg.eigvalsh(cov)[0] > 0
        require(bool(positive), "kl_gaussian: cov{} is not symmetric with positive eigenvalues", name)
    diff = mean1 - mean0
    trace = np.trace(np.linalg.solve(cov1, cov0))
    logdet = np.linalg.slogdet(cov1)[1] - np.linalg.slogdet(cov0)[1]
    return float(0.5 * (trace - d + diff @ np.linalg.solve(cov1, diff) + logdet))


def _expected_log(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """The sum of p log q, where 0 log 0 = 0."""
    with np.errstate(divide="ignore"):
        return xlogy(p, q).sum(axis=-1)


def _distribution(where: str, argument: str, p: np.ndarray) -> np.ndarray:
    p = np.asarray(p, dtype=np.float64)
    require(p.ndim >= 1 and p.shape[-1] >= 1, "{}: {} has shape {}, expected (..., n)", where, argument, p.shape)
    require_finite(where, argument, p)
    require(bool(np.all(p >= 0)), "{}: {} has {}, expected probabilities >= 0", where, argument, p.min(initial=0.0))
    sums = p.sum(axis=-1)
    require(np.allclose(sums, 1.0, atol=1e-6), "{}: {} sums to {}, expected 1", where, argument, sums)
    return p
