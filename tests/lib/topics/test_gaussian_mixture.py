"""Mixtures of Gaussians beside torch.distributions, automatic derivatives and simulation."""

import numpy as np
import pytest
import torch
from beside_torch import close, rng

from derived.topics.gaussian_mixture import GaussianMixture, random_mixture, ring_mixture


def torch_logpdf(q):
    parts = torch.distributions.MultivariateNormal(torch.tensor(q.means), torch.tensor(np.array(q.covariances)))
    choice = torch.distributions.Categorical(torch.tensor(q.weights))
    return torch.distributions.MixtureSameFamily(choice, parts).log_prob


@pytest.mark.parametrize(("K", "d", "shape"), [(1, 1, ()), (3, 1, (5,)), (4, 2, (2, 3)), (2, 5, (4,))])
def test_density_score_hessian(K, d, shape):
    source = rng()
    q = random_mixture(K, d, source)
    x = source.standard_normal((*shape, d))
    log_prob = torch_logpdf(q)
    close(q.logpdf(x), log_prob(torch.tensor(x)).numpy())
    score, hessian = q.score(x).reshape(-1, d), q.hessian(x).reshape(-1, d, d)
    for point, s, H in zip(torch.tensor(x.reshape(-1, d)), score, hessian, strict=True):
        close(s, torch.func.grad(log_prob)(point).numpy())
        close(H, torch.autograd.functional.hessian(log_prob, point).numpy())
        own = torch.distributions.MultivariateNormal(torch.tensor(q.means), torch.tensor(np.array(q.covariances)))
        shares = torch.tensor(q.weights) * own.log_prob(point).exp()
        close(q.responsibilities(point.numpy()), (shares / shares.sum()).numpy())
    assert not np.allclose(score, np.einsum("k,knd->nd", q.weights, q._parts(x.reshape(-1, d))[1])) or K == 1


def test_noise_acts_on_samples_as_on_the_law():
    q = random_mixture(3, 2, rng())
    x, k = q.sample(60_000, rng())
    close(np.bincount(k) / len(k), q.weights, tol=0.01)
    noisy = np.sqrt(0.3) * x + np.sqrt(0.7) * rng(1).standard_normal(x.shape)
    law = q.noised(0.3)
    for j in range(3):
        mine = noisy[k == j]
        close(mine.mean(axis=0), law.means[j], tol=0.05)
        close(np.cov(mine.T), law.covariances[j], tol=0.06)
    close(q.noised(1.0).means, q.means)
    close(q.noised(0.0).logpdf(x[:5]), GaussianMixture([1], np.zeros((1, 2)), 1.0).logpdf(x[:5]))
    close(q.component(1).logpdf(x[:5]), GaussianMixture([1], q.means[1:2], q.covariances[1]).logpdf(x[:5]))


def test_far_away_nothing_overflows():
    assert np.isfinite(ring_mixture().score(np.array([1e3, -1e3]))).all()
    close(ring_mixture(4).means, [[2, 0], [0, 2], [-2, 0], [0, -2]])


@pytest.mark.parametrize(("arguments", "words"), [
    (([1.0], np.zeros(2), 1.0), "weights .* and means"),
    (([0.5, 0.4], np.zeros((2, 1)), 1.0), "sum 1"),
    (([1.0], np.zeros((1, 2)), np.ones(3)), "covariances has shape"),
    (([1.0], np.zeros((1, 2)), -1.0), "positive eigenvalues"),
])  # fmt: skip
def test_bad_input(arguments, words):
    with pytest.raises(ValueError, match=words):
        GaussianMixture(*arguments)


def test_bad_calls():
    q = ring_mixture()
    with pytest.raises(ValueError, match="x has shape"):
        q.score(np.zeros(3))
    with pytest.raises(ValueError, match="alpha_bar is 2"):
        q.noised(2)
    with pytest.raises(ValueError, match="n is 0"):
        q.sample(0, rng())
    with pytest.raises(ValueError, match="modes is 0"):
        ring_mixture(0)
