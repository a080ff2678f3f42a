"""The variational autoencoder with Gaussian encoder and decoder, its training, and its likelihood by sampling."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import logsumexp

from derived import nn, ops
from derived.arguments import require
from derived.data import Batches
from derived.optim import Adam
from derived.tensor import Tensor, no_grad, primitive
from derived.topics.gaussian_kl import kl_diagonal
from derived.training import History, fit

__all__ = ["VAE", "log_density", "log_mean_exp", "reparametrised", "train_vae"]

LOG_2PI = float(np.log(2 * np.pi))


@primitive
def reparametrised(mean, log_variance, noise):
    r"""Draws :math:`z=a+s\odot\epsilon` with :math:`s=e^{\rho/2}`: :math:`\bar a=\bar z`,
    :math:`\bar\rho=\frac12\bar z\odot s\odot\epsilon`; all arrays have one shape."""
    require(mean.shape == log_variance.shape == noise.shape, "reparametrised: shapes of mean, log_variance and noise "
            "are {}, {}, {}, expected one", mean.shape, log_variance.shape, noise.shape)  # fmt: skip
    spread = np.exp(0.5 * log_variance) * noise
    return mean + spread, lambda g: g, lambda g: 0.5 * g * spread


@primitive
def log_density(mean, log_variance, x):
    r""":math:`\log p=-\frac12[\lVert x-f\rVert^2e^{-\rho}+d(\rho+\log2\pi)]` of each row of ``x`` (..., N, d),
    to (..., N).

    :math:`\bar f=\bar p\,e^{-\rho}(x-f)` and :math:`\bar\rho=\frac12\sum_n\bar p_n(\lVert x_n-f_n\rVert^2e^{-\rho}-d)`
    for means :math:`f` (..., N, d) and a log-variance :math:`\rho` (..., 1) for each data set.
    """
    fits = mean.ndim >= 2 and x.shape == mean.shape and log_variance.shape == (*mean.shape[:-2], 1)
    require(fits, "log_density: shapes of mean, log_variance and x are {}, {}, {}, expected (..., N, d), (..., 1), "
            "(..., N, d)", mean.shape, log_variance.shape, x.shape)  # fmt: skip
    gap, precision, d = x - mean, np.exp(-log_variance), mean.shape[-1]
    error = np.einsum("...d,...d->...", gap, gap) * precision
    value = -0.5 * (error + d * (log_variance + LOG_2PI))
    pull_rho = lambda g: 0.5 * np.sum(g * (error - d), axis=-1, keepdims=True)  # noqa: E731
    return value, lambda g: (g * precision)[..., None] * gap, pull_rho


class VAE(nn.Module):
    r"""Model :math:`p(x\mid z)=\mathcal N(f(z),\sigma^2I)` and encoder :math:`q(z\mid x)=\mathcal N(a(x),s^2(x))`.

    Both are multilayer perceptrons; the prior of z is standard normal.

    Parameters
    ----------
    features, latent : d and m.
    hidden : units of the encoder's hidden layers; the decoder has them in reverse. Empty: both maps are affine.
    rng : source of the weights, and, as a child of it, of the noise.
    variance : a fixed :math:`\sigma^2`; None learns it.
    activation, output : names of the hidden activation and of the decoder's last (None: affine).
    init : of the weights.
    """

    def __init__(self, features: int, latent: int, hidden: Sequence[int] = (), *, rng: np.random.Generator,
                 variance: float | None = None, activation: str = "tanh", output: str | None = None,
                 init: str = "xavier_normal", dtype: type = np.float32) -> None:  # fmt: skip
        require(variance is None or variance > 0, "VAE: variance is {}, expected a positive number or None", variance)
        options = {"rng": rng, "init": init, "dtype": dtype}
        self.latent = latent
        self.encoder = nn.MLP([features, *hidden, 2 * latent], activation, **options)
        self.decoder = nn.MLP([latent, *reversed(hidden), features], activation, output=output, **options)
        start = np.log(0.1 if variance is None else variance)
        self.log_variance = nn.Parameter(np.array([start], dtype), requires_grad=variance is None)
        self.rng = rng.spawn(1)[0]

    @property
    def variance(self) -> float:
        r"""The decoder's :math:`\sigma^2`."""
        return float(np.exp(self.log_variance.data[0]))

    def encode(self, x: Tensor | np.ndarray) -> tuple[Tensor, Tensor]:
        r"""Means :math:`a` and log-variances :math:`\log s^2` of z, (N, m) each."""
        h = self.encoder(x)
        return h[..., : self.latent], h[..., self.latent :]

    def decode(self, z: Tensor | np.ndarray) -> Tensor:
        """The mean f(z) of the images, (N, m) to (N, d)."""
        return self.decoder(z)

    def draw(self, shape: tuple[int, ...]) -> np.ndarray:
        r"""Noise :math:`\epsilon` of this shape, from the model's own source."""
        return self.rng.standard_normal(shape)

    def terms(self, x: np.ndarray, noise: np.ndarray | None = None) -> tuple[Tensor, Tensor]:
        r"""The terms of the bound, row by row: :math:`\log p(x\mid z)` at :math:`z=a+s\epsilon`, and the divergence.

        ``noise`` (N, m) is :math:`\epsilon`; drawn if left out.
        """
        mean, log_variance = self.encode(x)
        if noise is None:
            noise = self.draw(mean.shape).astype(mean.dtype)
        z = reparametrised(mean, log_variance, noise)
        return log_density(self.decode(z), self.log_variance, x), kl_diagonal(mean, log_variance)

    def forward(self, x: np.ndarray, noise: np.ndarray | None = None) -> Tensor:
        """One-sample estimate of the evidence lower bound of each row, (N, d) to (N,)."""
        fit, divergence = self.terms(x, noise)
        return fit - divergence

    def sample(self, n: int, *, rng: np.random.Generator) -> np.ndarray:
        """Means of n images whose z comes from the prior, (n, d); the pixels' noise is left out."""
        with no_grad():
            return self.decode(rng.standard_normal((n, self.latent)).astype(self.log_variance.dtype)).data

    def reconstruct(self, x: np.ndarray) -> np.ndarray:
        """Decoded means of the encoder, (N, d) to (N, d)."""
        with no_grad():
            return self.decode(self.encode(x)[0]).data

    def log_likelihood(self, x: np.ndarray, samples: int = 200, *, rng: np.random.Generator) -> np.ndarray:
        r"""Importance sampling estimate of :math:`\log p(x)` for each row, (N, d) to (N,).

        .. math:: \log\frac1K\sum_k\frac{p(x\mid z_k)\,p(z_k)}{q(z_k\mid x)},\qquad z_k\sim q(\cdot\mid x)

        Its expectation is a lower bound of the logarithm, which rises with K (Burda et al., 2016).
        """
        with no_grad():
            mean, log_variance = (part.data.astype(np.float64) for part in self.encode(x))
            weights = np.empty((samples, len(x)))
            for k in range(samples):
                noise = rng.standard_normal(mean.shape)
                z = mean + np.exp(0.5 * log_variance) * noise
                error = np.sum((self.decode(z.astype(self.log_variance.dtype)).data - x) ** 2, axis=1)
                fit = -0.5 * (error / self.variance + x.shape[1] * (np.log(self.variance) + LOG_2PI))
                weights[k] = fit + 0.5 * np.sum(noise**2 - z**2 + log_variance, axis=1)
        return log_mean_exp(weights)


def log_mean_exp(weights: np.ndarray) -> np.ndarray:
    r""":math:`\log\frac1K\sum_ke^{w_k}` over the first axis, without overflow."""
    return logsumexp(weights, axis=0) - np.log(len(weights))


def train_vae(model: VAE, X: np.ndarray, epochs: int, *, rng: np.random.Generator, lr: float = 3e-3,
              batch_size: int = 64) -> History:  # fmt: skip
    """Adam on minus the mean bound of each batch; returns the history of :func:`derived.training.fit`."""
    batches = Batches(X, X, batch_size, rng)
    adam = Adam([p for p in model.parameters() if p.requires_grad], lr=lr)
    return fit(model, lambda bound, _: -ops.mean(bound), adam, batches, epochs, progress=False)
