"""The linear latent-variable model: sampling, likelihood, posterior, evidence lower bound, and its fit by EM."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from derived.arguments import require, require_finite
from derived.topics.distributions import multivariate_normal_logpdf
from derived.topics.information import kl_gaussian
from derived.topics.moments import cov

__all__ = ["LinearGaussian", "em_step", "factor_analysis", "mean_log_likelihood"]


@dataclass(frozen=True)
class LinearGaussian:
    r"""Factor analysis: :math:`x=\mu+Wz+\eta` with :math:`z\sim\mathcal N(0,I)`, :math:`\eta\sim\mathcal N(0,\Sigma)`.

    Then :math:`x\sim\mathcal N(\mu,C)` with :math:`C=WW^\top+\Sigma`.

    Parameters
    ----------
    mean : (d,) :math:`\mu`.
    W : (d, m) loadings; m = 0 is allowed.
    noise : (d,) variances on the diagonal of :math:`\Sigma`, or one number :math:`\sigma^2` for all; positive.
    """

    mean: np.ndarray
    W: np.ndarray
    noise: np.ndarray

    def __post_init__(self) -> None:
        mean, W = (np.asarray(a, dtype=np.float64) for a in (self.mean, self.W))
        require(mean.ndim == 1 and W.ndim == 2 and len(W) == len(mean),
                "LinearGaussian: mean has shape {}, W {}, expected (d,) and (d, m)", mean.shape, W.shape)  # fmt: skip
        given = np.asarray(self.noise, dtype=np.float64)
        require(given.shape in ((), mean.shape), "LinearGaussian: noise has shape {}, expected () or {}",
                given.shape, mean.shape)  # fmt: skip
        require(bool(np.all(given > 0)), "LinearGaussian: noise has {}, expected > 0", given.min(initial=np.inf))
        for name, value in (("mean", mean), ("W", W), ("noise", np.broadcast_to(given, mean.shape))):
            object.__setattr__(self, name, value)

    @classmethod
    def random(cls, d: int, m: int, *, rng: np.random.Generator) -> LinearGaussian:
        """A model to try things on: normal means and loadings, variances between 0.2 and 2."""
        return cls(rng.standard_normal(d), rng.standard_normal((d, m)), rng.uniform(0.2, 2, d))

    @property
    def covariance(self) -> np.ndarray:
        r""":math:`C=WW^\top+\Sigma`, (d, d)."""
        return self.W @ self.W.T + np.diag(self.noise)

    def sample(self, n: int, *, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Latent variables (n, m) and observations (n, d), row by row."""
        Z = rng.standard_normal((n, self.W.shape[1]))
        return Z, self.mean + Z @ self.W.T + np.sqrt(self.noise) * rng.standard_normal((n, len(self.mean)))

    def log_likelihood(self, X: np.ndarray) -> np.ndarray:
        r""":math:`\log p(x)` of each row, (n, d) to (n,)."""
        return multivariate_normal_logpdf(X, self.mean, self.covariance)

    def log_given(self, X: np.ndarray, Z: np.ndarray) -> np.ndarray:
        r""":math:`\log p(x\mid z)` for rows X (N, d) and Z (N, m), (N,); or for K draws Z (K, 1, m), (K, N)."""
        std = np.sqrt(self.noise)
        gap = (X - self.mean) / std - Z @ (self.W / std[:, None]).T
        return -0.5 * (np.einsum("...i,...i->...", gap, gap) + np.sum(np.log(2 * np.pi * self.noise)))

    def posterior(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        r"""What a row tells of its latent variable: means (n, m), and the covariance (m, m), the same for all rows.

        .. math:: V=(I+W^\top\Sigma^{-1}W)^{-1},\qquad \mathbb E[z\mid x]=V\,W^\top\Sigma^{-1}(x-\mu)

        Only m by m matrices are inverted.
        """
        scaled = self.W / self.noise[:, None]
        V = np.linalg.inv(np.eye(self.W.shape[1]) + self.W.T @ scaled)
        return (np.asarray(X) - self.mean) @ scaled @ V, V

    def elbo(self, x: np.ndarray, a: np.ndarray, V: np.ndarray) -> float:
        r"""Evidence lower bound of :math:`\log p(x)` for :math:`q=\mathcal N(a,V)`, in closed form.

        .. math:: -\frac12\sum_i\Bigl[\log2\pi\sigma_i^2+\frac{(x-\mu-Wa)_i^2+(WVW^\top)_{ii}}{\sigma_i^2}\Bigr]
           -KL\bigl(\mathcal N(a,V)\Vert\mathcal N(0,I)\bigr)

        ``x`` (d,), ``a`` (m,), ``V`` (m, m).
        """
        error = (x - self.mean - self.W @ a) ** 2 + np.einsum("ij,jk,ik->i", self.W, V, self.W)
        fit = -0.5 * np.sum(np.log(2 * np.pi * self.noise) + error / self.noise)
        m = self.W.shape[1]
        return float(fit - kl_gaussian(a, V, np.zeros(m), np.eye(m)))


def em_step(model: LinearGaussian, S: np.ndarray, *, isotropic: bool = False,
            floor: float = 1e-12) -> LinearGaussian:  # fmt: skip
    r"""One step of expectation-maximisation; the likelihood does not fall.

    .. math:: G=VW^\top\Sigma^{-1},\quad W'=SG^\top(V+GSG^\top)^{-1},\quad
       \Sigma'=\mathrm{diag}(S-W'GS)

    Parameters
    ----------
    model : its mean must be that of the data.
    S : (d, d) covariance matrix of the data, divided by N.
    isotropic : one variance for all features, :math:`\sigma'^2=\frac1d\mathrm{tr}(S-W'GS)`.
    floor : smallest variance; a feature that never varies would get 0.

    Notes
    -----
    Rubin and Thayer (1982).
    """
    eye = np.eye(len(S))
    G, V = model.posterior(model.mean + eye)  # row i is the i-th column of G
    G = G.T
    W = S @ G.T @ np.linalg.inv(V + G @ S @ G.T)
    noise = np.maximum(np.diag(S - W @ G @ S), floor)
    return LinearGaussian(model.mean, W, noise.mean() if isotropic else noise)


def factor_analysis(X: np.ndarray, m: int, *, rng: np.random.Generator, steps: int = 5000, tol: float = 1e-12,
                    floor: float = 1e-6) -> tuple[LinearGaussian, np.ndarray]:  # fmt: skip
    r"""Maximum likelihood by EM from random loadings.

    Parameters
    ----------
    X : (N, d) examples.
    m : number of factors.
    rng : source of the starting loadings.
    steps, tol : stop after so many steps, or when the mean log-likelihood rises by less than ``tol``.
    floor : smallest noise variance; with 0 the likelihood of a constant feature grows without bound.

    Returns
    -------
    The model, and the mean log-likelihood before each step, (steps taken + 1,).
    """
    X = np.asarray(X, dtype=np.float64)
    require(X.ndim == 2 and 1 <= m < X.shape[1], "factor_analysis: X has shape {}, m is {}, expected 1 <= m < d",
            X.shape, m)  # fmt: skip
    require_finite("factor_analysis", "X", X)
    S = cov(X)
    W = rng.standard_normal((len(S), m)) * np.sqrt(np.diag(S) / m)[:, None] / 2
    model = LinearGaussian(X.mean(axis=0), W, np.maximum(np.diag(S), floor))
    history = [mean_log_likelihood(model, S)]
    for _ in range(steps):
        model = em_step(model, S, floor=floor)
        history.append(mean_log_likelihood(model, S))
        if history[-1] - history[-2] < tol:
            break
    return model, np.array(history)


def mean_log_likelihood(model: LinearGaussian, S: np.ndarray) -> float:
    r"""Mean over the data of :math:`\log p(x)`, if the model has their mean and S is their covariance matrix.

    .. math:: -\tfrac12\bigl[d\log2\pi+\log\det C+\mathrm{tr}(C^{-1}S)\bigr]
    """
    C = model.covariance
    return float(-0.5 * (len(S) * np.log(2 * np.pi) + np.linalg.slogdet(C)[1] + np.trace(np.linalg.solve(C, S))))
