"""Bounds of chains by all paths; of Gaussian steps by the divergence of all variables at once."""

import numpy as np
import pytest
from beside_torch import close, rng

from derived.topics import diffusion_bound as bound
from derived.topics import gaussian_chain
from derived.topics.information import kl_gaussian
from derived.topics.noise_schedules import linear_schedule


@pytest.mark.parametrize(("K", "T"), [(1, 1), (2, 1), (3, 3), (2, 4)])
def test_chain(K, T):
    source = rng(K + T)
    F, R = source.dirichlet(np.ones(K), (2, T, K))
    prior, start = source.dirichlet(np.ones(K), 2)
    terms = bound.chain_bound(K - 1, F, R, prior)
    assert terms.shape == (T + 1,)
    close(terms.sum(), sum(bound.chain_by_paths(K - 1, F, R, prior)))
    exact, last = bound.exact_reversal(start, F)
    close(exact.sum(axis=2), np.ones((T, K)))
    minus_log, gap = bound.chain_by_paths(K - 1, F, exact, last)
    close([minus_log, gap], [-np.log(start[K - 1]), 0])
    if K > 1:
        assert not np.isclose(bound.chain_bound(0, F, R, prior).sum(), terms.sum())


@pytest.mark.parametrize("variance", ["beta", "posterior"])
def test_gaussian_data(variance):
    for T, lam in ((1, 2.0), (2, 4.0), (6, 0.3)):
        schedule = linear_schedule(T, 0.1, 0.4)
        a = schedule.alpha_bars[1:]
        prior = 0.5 * (a[-1] * lam - a[-1] - np.log1p(-a[-1]))
        ours = bound.mean_bound(a * lam / (a * lam + 1 - a), prior, 1, schedule, variance)
        zero = np.zeros(T + 1)
        gap = kl_gaussian(zero, gaussian_chain.forward_covariance(schedule, lam),
                          zero, gaussian_chain.sampler_covariance(schedule, lam, variance))  # fmt: skip
        close(ours, gap + 0.5 * np.log(2 * np.pi * np.e * lam), 1e-9)


def test_covariances_by_simulation():
    schedule, source = linear_schedule(3, 0.2, 0.5), rng()
    x = [np.sqrt(2.0) * source.standard_normal(200_000)]
    for t in range(1, 4):
        x.append(np.sqrt(schedule.alphas[t]) * x[-1] + np.sqrt(schedule.betas[t]) * source.standard_normal(200_000))
    close(np.cov(x), gaussian_chain.forward_covariance(schedule, 2.0), 0.03)
    ends = gaussian_chain.sampler_covariance(schedule, 2.0)
    close(ends[-1, -1], 1.0)
    close(ends[0, 0], gaussian_chain.ddpm_moments(schedule, 0.0, 2.0)[1] + schedule.betas[1])


def test_standard_data_are_exact():
    schedule = linear_schedule(30)
    mean, V = gaussian_chain.ddpm_moments(schedule, 0.0, 1.0)
    close([mean, V], [0, 1 - schedule.betas[1]])


def test_refused():
    with pytest.raises(ValueError, match="errors has shape"):
        bound.mean_bound(np.ones(3), 0.0, 1, linear_schedule(30))
    with pytest.raises(ValueError, match="variance"):
        gaussian_chain.ddpm_moments(linear_schedule(30), 0, 1, "alpha")
