"""Mixtures of Gaussians: density, score, and what is left of them under Gaussian noise, all in closed form."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logsumexp

from derived.arguments import require
from derived.data.toys import ring_centers

__all__ = ["GaussianMixture", "random_mixture", "ring_mixture"]


class GaussianMixture:
    r"""The density :math:`q(x)=\sum_kw_k\,N(x;\mu_k,\Sigma_k)`.

    Parameters
    ----------
    weights : (K,) positive numbers of sum 1.
    means : (K, d).
    covariances : (K, d, d); one (d, d) for all components; or one number :math:`\sigma^2`, for :math:`\sigma^2I`.

    Raises
    ------
    ValueError
        if shapes do not conform, weights are no distribution, or a covariance is not symmetric with positive
        eigenvalues.
    """

    def __init__(self, weights: ArrayLike, means: ArrayLike, covariances: ArrayLike) -> None:
        self.weights, self.means = np.asarray(weights, dtype=np.float64), np.asarray(means, dtype=np.float64)
        fits = self.means.ndim == 2 and self.weights.shape == self.means.shape[:1]
        require(fits, "GaussianMixture: weights {} and means {}, expected (K,) and (K, d)",
                self.weights.shape, self.means.shape)  # fmt: skip
        good = np.all(self.weights > 0) and np.isclose(self.weights.sum(), 1)
        require(bool(good), "GaussianMixture: weights is {}, expected positive numbers of sum 1", self.weights)
        K, d = self.means.shape
        given = np.asarray(covariances, dtype=np.float64)
        require(given.shape in ((), (d, d), (K, d, d)), "GaussianMixture: covariances has shape {}, expected {}",
                given.shape, f"(), ({d}, {d}) or ({K}, {d}, {d})")  # fmt: skip
        self.covariances = np.broadcast_to(given * np.eye(d) if given.ndim == 0 else given, (K, d, d))
        smallest = np.linalg.eigvalsh(self.covariances).min()
        symmetric = np.allclose(self.covariances, self.covariances.swapaxes(1, 2))
        require(symmetric and smallest > 0,
                "GaussianMixture: covariances are not symmetric with positive eigenvalues")  # fmt: skip
        self._precisions = np.linalg.inv(self.covariances)
        logdets = np.linalg.slogdet(self.covariances)[1]
        self._log_factors = np.log(self.weights) - 0.5 * (logdets + d * np.log(2 * np.pi))

    def _parts(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Log of each component's share of the density, (K, ...), and each component's own score, (K, ..., d)."""
        require(np.shape(x)[-1:] == self.means.shape[1:], "GaussianMixture: x has shape {}, expected (..., {})",
                np.shape(x), self.means.shape[1])  # fmt: skip
        x, (K, d) = np.asarray(x), self.means.shape
        away = x.reshape(-1, d) - self.means[:, None]  # components first: one matrix product each, and quick sums
        scores = -(away @ self._precisions)
        logs = self._log_factors[:, None] + 0.5 * np.einsum("knd,knd->kn", away, scores)
        return logs.reshape(K, *x.shape[:-1]), scores.reshape(K, *x.shape)

    def logpdf(self, x: np.ndarray) -> np.ndarray:
        r"""(..., d) to (...): :math:`\log q(x)`."""
        return logsumexp(self._parts(x)[0], axis=0)

    def responsibilities(self, x: np.ndarray) -> np.ndarray:
        r"""(..., d) to (..., K): the posterior :math:`r_k(x)=w_kN(x;\mu_k,\Sigma_k)/q(x)` of the component."""
        return np.moveaxis(_normalized(self._parts(x)[0]), 0, -1)

    def score(self, x: np.ndarray) -> np.ndarray:
        r"""(..., d) to (..., d): :math:`\nabla\log q(x)=-\sum_kr_k(x)\,\Sigma_k^{-1}(x-\mu_k)`."""
        logs, scores = self._parts(x)
        return np.einsum("k...,k...d->...d", _normalized(logs), scores)

    def hessian(self, x: np.ndarray) -> np.ndarray:
        r"""(..., d) to (..., d, d): :math:`\nabla^2\log q=\sum_kr_k(s_ks_k^\top-\Sigma_k^{-1})-ss^\top`.

        Here :math:`s_k=-\Sigma_k^{-1}(x-\mu_k)` and s is the score.
        """
        logs, scores = self._parts(x)
        r = _normalized(logs)
        s = np.einsum("k...,k...d->...d", r, scores)
        squares = np.einsum("k...,k...i,k...j->...ij", r, scores, scores)
        return squares - np.einsum("k...,kij->...ij", r, self._precisions) - s[..., :, None] * s[..., None, :]

    def sample(self, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """n independent points, (n, d) float64, and the component of each, (n,) integers."""
        require(n >= 1, "GaussianMixture.sample: n is {}, expected at least 1", n)
        k = rng.choice(len(self.weights), n, p=self.weights)
        roots = np.linalg.cholesky(self.covariances)[k]
        return self.means[k] + np.einsum("nij,nj->ni", roots, rng.standard_normal((n, self.means.shape[1]))), k

    def noised(self, alpha_bar: float) -> GaussianMixture:
        r"""The law of :math:`\sqrt{\bar\alpha}\,x+\sqrt{1-\bar\alpha}\,\varepsilon`, x from the mixture.

        Again a mixture, with the means :math:`\sqrt{\bar\alpha}\mu_k` and covariances
        :math:`\bar\alpha\Sigma_k+(1-\bar\alpha)I`.

        Parameters
        ----------
        alpha_bar : :math:`\bar\alpha` in [0, 1].
        """
        require(0 <= alpha_bar <= 1, "GaussianMixture.noised: alpha_bar is {}, expected in [0, 1]", alpha_bar)
        noise = (1 - alpha_bar) * np.eye(self.means.shape[1])
        return GaussianMixture(self.weights, np.sqrt(alpha_bar) * self.means, alpha_bar * self.covariances + noise)

    def component(self, k: int) -> GaussianMixture:
        """Component k alone: the law of x, given that it is from k."""
        return GaussianMixture([1.0], self.means[k : k + 1], self.covariances[k : k + 1])


def ring_mixture(modes: int = 8, radius: float = 2.0, noise: float = 0.1) -> GaussianMixture:
    r"""Equal clouds on a circle: the law of the points of :func:`derived.data.toys.gaussian_ring`."""
    centers = ring_centers(modes, radius)
    return GaussianMixture(np.full(modes, 1 / modes), centers, noise**2)


def random_mixture(K: int, d: int, rng: np.random.Generator) -> GaussianMixture:
    """K random components in d dimensions, as a case to try a formula on."""
    A = 0.4 * rng.standard_normal((K, d, d))
    weights = rng.dirichlet(np.full(K, 3.0))
    return GaussianMixture(weights, 1.2 * rng.standard_normal((K, d)), A @ A.swapaxes(1, 2) + 0.05 * np.eye(d))


def _normalized(logs: np.ndarray) -> np.ndarray:
    shares = np.exp(logs - logs.max(axis=0))
    return shares / shares.sum(axis=0)
