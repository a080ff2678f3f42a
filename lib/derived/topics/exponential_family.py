r"""Exponential families :math:`p(y;v)=h(y)\exp(\langle y,v\rangle-\psi(v))` with the label as its own statistic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, gammaln, logit, logsumexp, softmax

__all__ = ["ExponentialFamily", "bernoulli", "categorical", "exponential", "gaussian", "poisson", "softmax_jacobian"]


@dataclass(frozen=True)
class ExponentialFamily:
    r"""A family of distributions of a label :math:`y`, indexed by its natural parameter :math:`v`.

    The functions act on each entry of an array; for the categorical family, whose labels are one-hot, on vectors
    along the last axis.

    Attributes
    ----------
    name : what it is called.
    log_partition : :math:`\psi(v)=\log\int h(y)e^{yv}`; ``inf`` where the integral diverges.
    mean : :math:`\psi'(v)=E[y]`, the inverse of the canonical link.
    covariance : :math:`\psi''(v)=\mathrm{Var}(y)`; for vectors the matrix :math:`\nabla^2\psi`, shape (..., K, K).
    link : the canonical link, the natural parameter of a mean.
    log_base : :math:`\log h(y)`.
    sample : ``sample(v, rng)`` draws one label for each parameter.
    vector : whether labels are vectors.
    """

    name: str
    log_partition: Callable
    mean: Callable
    covariance: Callable
    link: Callable
    log_base: Callable
    sample: Callable
    vector: bool = False

    def log_prob(self, y: np.ndarray, v: np.ndarray) -> np.ndarray:
        r"""Logarithm of the probability or density, :math:`\langle y,v\rangle-\psi(v)+\log h(y)`."""
        inner = np.sum(y * v, axis=-1) if self.vector else y * v
        return inner - self.log_partition(v) + self.log_base(y)


def softmax_jacobian(z: np.ndarray) -> np.ndarray:
    r"""Jacobian of the softmax of each row, :math:`\partial s_i/\partial z_j=s_i(\delta_{ij}-s_j)`.

    Parameters
    ----------
    z : (..., K) logits.

    Returns
    -------
    (..., K, K), one matrix :math:`\mathrm{diag}(s)-ss^\top` for each row: also the covariance of the one-hot label.
    """
    s = softmax(z, axis=-1)
    return s[..., :, None] * (np.eye(s.shape[-1]) - s[..., None, :])


def _one_hot_sample(v: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The largest of logits plus Gumbel noise follows the softmax of the logits."""
    return np.eye(v.shape[-1])[np.argmax(v + rng.gumbel(size=v.shape), axis=-1)]


def _exponential_log_partition(v: np.ndarray) -> np.ndarray:
    v = np.asarray(v, dtype=np.float64)
    return np.where(v < 0, -np.log(np.where(v < 0, -v, 1.0)), np.inf)


gaussian = ExponentialFamily(
    "Gaussian of variance 1",
    log_partition=lambda v: v**2 / 2,
    mean=lambda v: v,
    covariance=np.ones_like,
    link=lambda mu: mu,
    log_base=lambda y: -(y**2) / 2 - np.log(2 * np.pi) / 2,
    sample=lambda v, rng: rng.normal(v),
)
bernoulli = ExponentialFamily(
    "Bernoulli",
    log_partition=lambda v: np.logaddexp(0, v),
    mean=expit,
    covariance=lambda v: expit(v) * expit(-v),
    link=logit,
    log_base=np.zeros_like,
    sample=lambda v, rng: (rng.random(np.shape(v)) < expit(v)).astype(float),
)
poisson = ExponentialFamily(
    "Poisson",
    log_partition=np.exp,
    mean=np.exp,
    covariance=np.exp,
    link=np.log,
    log_base=lambda y: -gammaln(y + 1),
    sample=lambda v, rng: rng.poisson(np.exp(v)).astype(float),
)
exponential = ExponentialFamily(
    "exponential",
    log_partition=_exponential_log_partition,
    mean=lambda v: -1 / v,
    covariance=lambda v: 1 / v**2,
    link=lambda mu: -1 / mu,
    log_base=np.zeros_like,
    sample=lambda v, rng: rng.exponential(-1 / v),
)
categorical = ExponentialFamily(
    "categorical",
    log_partition=lambda v: logsumexp(v, axis=-1),
    mean=lambda v: softmax(v, axis=-1),
    covariance=softmax_jacobian,
    link=np.log,
    log_base=lambda y: np.zeros(np.shape(y)[:-1]),
    sample=_one_hot_sample,
    vector=True,
)
