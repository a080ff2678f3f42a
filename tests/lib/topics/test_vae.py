"""The variational autoencoder against torch, and its linear case against what is known in closed form."""

import numpy as np
import pytest
import torch
from torch.distributions import Normal, kl_divergence

from derived.parity import torch_twin
from derived.tensor import Tensor
from derived.topics.factor_analysis import LinearGaussian
from derived.topics.ppca import ppca
from derived.topics.vae import VAE, log_density, log_mean_exp, reparametrised, train_vae


def small(hidden=(5,), variance=None, features=6, latent=2, seed=0, dtype=np.float64):
    return VAE(features, latent, hidden, rng=np.random.default_rng(seed), variance=variance, dtype=dtype)


def test_densities_of_several_data_sets_are_each_alone():
    rng = np.random.default_rng(2)
    mean, x, rho, g = (rng.standard_normal(shape) for shape in ((3, 5, 4), (3, 5, 4), (3, 1), (3, 5)))
    value, pull_mean, pull_rho = log_density.rule(mean, rho, x)
    assert value.shape == (3, 5) and pull_rho(g).shape == (3, 1)
    for s in range(3):
        own, own_mean, own_rho = log_density.rule(mean[s], rho[s], x[s])
        np.testing.assert_allclose(value[s], own)
        np.testing.assert_allclose(pull_mean(g)[s], own_mean(g[s]))
        np.testing.assert_allclose(pull_rho(g)[s], own_rho(g[s]))


@pytest.mark.parametrize(("hidden", "features", "latent"), [((), 1, 1), ((5,), 6, 2), ((4, 3), 5, 1)])
def test_bound_and_gradients_are_torchs(hidden, features, latent):
    model, rng = small(hidden, None, features, latent), np.random.default_rng(1)
    x, noise = rng.random((7, features)), rng.standard_normal((7, latent))
    encoder, decoder = torch_twin(model.encoder), torch_twin(model.decoder)
    log_variance = torch.tensor(model.log_variance.data.copy(), requires_grad=True)
    a, rho = encoder(torch.tensor(x)).split(latent, dim=1)
    q = Normal(a, torch.exp(rho / 2))
    p = Normal(decoder(a + torch.exp(rho / 2) * torch.tensor(noise)), torch.exp(log_variance / 2))
    theirs = p.log_prob(torch.tensor(x)).sum(1) - kl_divergence(q, Normal(0.0, 1.0)).sum(1)
    ours = model(x, noise)
    np.testing.assert_allclose(ours.data, theirs.detach(), atol=1e-10)
    weights = rng.uniform(0.5, 2.0, 7)  # a different one for each example, or a mix of them would pass
    ours.backward(weights), theirs.backward(torch.tensor(weights))
    pairs = [(model.log_variance, log_variance)]
    for part, twin in ((model.encoder, encoder), (model.decoder, decoder)):
        pairs += list(zip(part.parameters(), twin.parameters(), strict=True))
    for p, t in pairs:
        np.testing.assert_allclose(p.grad, t.grad, atol=1e-9)
    fit, divergence = model.terms(x, noise)
    assert (divergence.data >= 0).all()
    assert not np.allclose((fit + divergence).data, theirs.detach())  # the mutant: the divergence added


def linear_vae(best, posterior_cov):
    """The linear autoencoder whose decoder is a given model and whose encoder is its exact posterior."""
    d, m = best.W.shape
    model = VAE(d, m, rng=np.random.default_rng(0), variance=float(best.noise[0]), dtype=np.float64)
    G = best.posterior(best.mean + np.eye(d))[0].T
    encoder, decoder = model.encoder.layers[0], model.decoder.layers[0]
    encoder.weight.data[:] = np.vstack([G, np.zeros_like(G)])
    encoder.bias.data[:] = np.r_[-G @ best.mean, np.log(np.diag(posterior_cov))]
    decoder.weight.data[:], decoder.bias.data[:] = best.W, best.mean
    return model


def test_the_linear_model_at_its_optimum_reaches_the_likelihood():
    rng = np.random.default_rng(2)
    X = rng.standard_normal((50, 5)) @ rng.standard_normal((5, 5))
    best = ppca(X, 2)
    V = best.posterior(X)[1]
    model = linear_vae(best, V)
    bounds = np.mean([model(X, rng.standard_normal((50, 2))).data for _ in range(3000)], axis=0)
    np.testing.assert_allclose(bounds, best.log_likelihood(X), atol=0.15)
    # with the exact posterior every weight is the likelihood itself, whatever was drawn
    np.testing.assert_allclose(model.log_likelihood(X, 1, rng=rng), best.log_likelihood(X), rtol=1e-9)
    wrong = LinearGaussian(best.mean, 1.5 * best.W, best.noise)
    assert not np.allclose(model.log_likelihood(X, 1, rng=rng), wrong.log_likelihood(X), rtol=1e-3)


def test_training_raises_the_bound_and_a_fixed_variance_stays():
    rng = np.random.default_rng(3)
    X = (rng.standard_normal((200, 1)) @ np.ones((1, 6)) + 0.1 * rng.standard_normal((200, 6))).astype(np.float32)
    free, fixed = (small((), variance, latent=1, dtype=np.float32) for variance in (None, 0.3))
    losses = [train_vae(model, X, 150, rng=rng, lr=0.02)["loss"] for model in (free, fixed)]
    assert all(loss[-1] < loss[0] - 1 for loss in losses)
    assert fixed.variance == pytest.approx(0.3) and free.variance < 0.05
    assert np.mean((free.reconstruct(X) - X) ** 2) < 0.05 and free.sample(3, rng=rng).shape == (3, 6)


def test_log_mean_exp():
    w = np.array([[-1000.0, 0.0], [-1001.0, 1.0]])
    np.testing.assert_allclose(log_mean_exp(w), [-1000 + np.log((1 + np.exp(-1)) / 2), np.log((1 + np.e) / 2)])


def test_noise_is_its_own_stream_and_bad_variance():
    model = small()
    x = np.zeros((2, 6))
    assert not np.allclose(model(x).data, model(x).data)
    np.testing.assert_allclose(model(x, np.zeros((2, 2))).data, model(Tensor(x), np.zeros((2, 2))).data)
    with pytest.raises(ValueError, match="variance is 0.0"):
        small(variance=0.0)


def test_single_precision_is_kept_and_shapes_are_checked():
    assert small(dtype=np.float32)(np.zeros((2, 6), np.float32)).dtype == np.float32
    x = np.zeros((3, 2))
    one = np.zeros(1)
    for mean, rho, rows in [(x[:, :1], one, x), (x, np.zeros(3), x), (x, np.float64(0), x), (x[0], one, x)]:
        with pytest.raises(ValueError, match="log_density: shapes of mean, log_variance and x are"):
            log_density(mean, rho, rows)
    for noise in (x[0], x[:1], x[:, :1]):
        with pytest.raises(ValueError, match="reparametrised: shapes of mean, log_variance and noise are"):
            reparametrised(x, x, noise)
