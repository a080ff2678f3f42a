"""The divergence between Gaussians with independent components, as a loss to be trained with."""

from __future__ import annotations

import numpy as np

from derived.arguments import require
from derived.ops.broadcasting import unbroadcast
from derived.tensor import primitive, shared

__all__ = ["kl_diagonal"]


@primitive
def kl_diagonal(mean, log_variance, prior_mean=0.0, prior_log_variance=0.0):
    r"""Divergence of a Gaussian from a prior, both with diagonal covariance, summed over the last axis.

    .. math:: KL=\frac12\sum_j\Bigl[\frac{\sigma_j^2}{\tau_j^2}+\frac{(\mu_j-\nu_j)^2}{\tau_j^2}-1
       -\log\frac{\sigma_j^2}{\tau_j^2}\Bigr],\qquad
       \frac12\sum_j\bigl[\sigma_j^2+\mu_j^2-1-\log\sigma_j^2\bigr]\ \text{for}\ \nu=0,\ \tau=1

    With :math:`r_j=\sigma_j^2/\tau_j^2` and :math:`e_j=(\mu_j-\nu_j)/\tau_j^2` the partial derivatives are
    :math:`e` by the mean, :math:`\frac12(r-1)` by the log-variance, :math:`-e` by the prior's mean and
    :math:`\frac12\bigl(1-r-e\,(\mu-\nu)\bigr)` by the prior's log-variance.

    Parameters
    ----------
    mean, log_variance : (..., m) arrays or tensors, :math:`\mu` and :math:`\log\sigma^2`, of one shape.
    prior_mean, prior_log_variance : :math:`\nu` and :math:`\log\tau^2`, numbers or of a shape that broadcasts to that
        of ``mean``; the standard normal by default.

    Returns
    -------
    (...) divergences in nats, one for each row: take the mean for a loss.

    Raises
    ------
    ValueError
        if shapes do not fit.
    """
    nu, rho = (np.asarray(a, dtype=np.result_type(mean, np.float32)) for a in (prior_mean, prior_log_variance))
    _check(np.shape(mean), np.shape(log_variance), nu.shape, rho.shape)
    gap, log_ratio = mean - nu, log_variance - rho
    e, excess = gap * np.exp(-rho), np.expm1(log_ratio)  # expm1: near the prior r - 1 would cancel
    value = 0.5 * np.sum(excess - log_ratio + gap * e, axis=-1)
    by_prior = shared(lambda g: (unbroadcast(-g[..., None] * e, nu.shape),
                                 unbroadcast(-0.5 * g[..., None] * (excess + gap * e), rho.shape)))  # fmt: skip
    return (value, lambda g: g[..., None] * e, lambda g: 0.5 * g[..., None] * excess, by_prior(0), by_prior(1))


def _check(mean: tuple, log_variance: tuple, *priors: tuple) -> None:
    require(len(mean) >= 1 and mean == log_variance,
            "kl_diagonal: mean has shape {}, log_variance {}, expected one (..., m)", mean, log_variance)  # fmt: skip
    for name, shape in zip(("prior_mean", "prior_log_variance"), priors, strict=True):
        fits = len(shape) <= len(mean) and all(n in (1, full) for n, full in zip(shape[::-1], mean[::-1], strict=False))
        require(fits, "kl_diagonal: {} has shape {}, which does not broadcast to {}", name, shape, mean)
