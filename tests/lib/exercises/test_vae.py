"""The references of the checkers against torch.distributions, conditioning and quadrature."""

import numpy as np
import torch
from torch.distributions import Normal, kl_divergence

from derived.exercises import vae as ex


def test_posterior_by_quadrature():
    z = np.linspace(-12, 12, 20001)

    def summed(mean, w, noise, x):
        log = -0.5 * z**2 - 0.5 * np.sum((x - mean - np.outer(z, w)) ** 2 / noise, axis=1)
        p = np.exp(log - log.max())
        p /= p.sum()
        return p @ z, p @ z**2 - (p @ z) ** 2

    assert ex.posterior(summed)


def test_fill_in_by_conditioning_of_the_joint_law():
    def conditioned(mean, W, sigma2, x, known):
        C = W @ W.T + sigma2 * np.eye(len(W))
        filled = x.copy()
        A, B = C[np.ix_(~known, known)], C[np.ix_(known, known)]
        filled[~known] = mean[~known] + A @ np.linalg.solve(B, (x - mean)[known])
        return filled

    assert ex.fill_in(conditioned)


def test_divergence_is_torchs():
    def theirs(mean, log_variance):
        q = Normal(torch.tensor(mean), torch.tensor(np.exp(log_variance / 2)))
        return kl_divergence(q, Normal(0.0, 1.0)).sum(1).numpy()

    assert ex.divergence(theirs)
