"""A network with random weights beside torch: logits, divergence, objective and its gradients."""

import numpy as np
import pytest
import torch
from scipy.stats import norm
from torch import distributions
from torch.nn import functional as F

from derived.topics import pac_bayes as pb
from derived.topics import stochastic_network as sn

SHAPES = [(1, 1), (3, 1), (4, 5, 1), (2, 3, 2, 1)]


def torch_logits(w, X, sizes):
    a, at = X, 0
    for l, (i, o) in enumerate(zip(sizes[:-1], sizes[1:], strict=True)):
        a = F.linear(a, w[at : at + i * o].reshape(o, i), w[at + i * o : at + i * o + o])
        a, at = (torch.relu(a) if l < len(sizes) - 2 else a), at + i * o + o
    return a[:, 0]


@pytest.mark.parametrize("sizes", SHAPES)
def test_logits_and_objective(sizes):
    rng = np.random.default_rng(len(sizes))
    W = sn.count_weights(sizes)
    X, y, xi = rng.standard_normal((6, sizes[0])), rng.integers(0, 2, 6), rng.standard_normal(W)
    model = sn.StochasticMLP(sizes, rng.standard_normal(W), 0.4)
    model.mean.data = rng.standard_normal(W)
    model.log_std.data = rng.standard_normal(W) - 1
    theta, rho = (torch.tensor(p.data, requires_grad=True) for p in (model.mean, model.log_std))
    z = torch_logits(theta + torch.exp(rho) * torch.tensor(xi), torch.tensor(X), sizes)
    assert np.allclose(model(X, xi).data, z.detach())
    Q = distributions.Normal(theta, torch.exp(rho))
    kl = distributions.kl_divergence(Q, distributions.Normal(torch.tensor(model.prior_mean), 0.4)).sum()
    loss = F.binary_cross_entropy_with_logits(z, torch.tensor(y).double()) / np.log(2)
    total = loss + torch.sqrt((kl + np.log(2 * np.sqrt(50) / 0.1)) / 100)
    total.backward()
    ours = model.objective(X, y, xi, 50, 0.1)
    ours.backward()
    assert ours.item() == pytest.approx(total.item())
    assert np.allclose(model.mean.grad, theta.grad) and np.allclose(model.log_std.grad, rho.grad)
    assert not np.allclose(model.log_std.grad, theta.grad)


def test_training_lowers_the_bound():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((300, 5)).astype(np.float32)
    y = (X[:, 0] > 0).astype(int)
    model = sn.StochasticMLP((5, 4, 1), sn.flat_weights((5, 4, 1), rng), 0.3)
    assert model.mean.dtype == np.float32 and model.kl().item() == pytest.approx(0, abs=1e-5)
    options = {"draws": 3000, "delta": 0.05, "rng": rng}
    before = sn.Certificate.of(model, (X, y), (X, y), **options)
    values = sn.minimise_bound(model, X, y, steps=200, lr=0.02, delta=0.05, rng=rng)
    after = sn.Certificate.of(model, (X, y), (X, y), **options)
    assert values.shape == (200,) and after.mcallester < before.mcallester - 0.05
    assert after.maurer <= after.mcallester and after.kl > 1
    above = pb.sampled_risk(after.train, 3000, 0.025)
    assert after.mcallester == pytest.approx(float(pb.mcallester_bound(above, after.kl, 300, 0.025)))


def test_sampled_errors():
    rng = np.random.default_rng(1)
    sizes, X = (3, 4, 1), rng.standard_normal((9, 3)).astype(np.float32)
    model = sn.StochasticMLP(sizes, sn.flat_weights(sizes, rng), 0.5)
    w = model.mean.data + 0.5 * rng.standard_normal((4000, model.mean.size), dtype=np.float32)
    y = rng.integers(0, 2, 9)
    by_torch = [np.mean((torch_logits(torch.tensor(v), torch.tensor(X), sizes).numpy() > 0) != y) for v in w[:5]]
    assert np.allclose(sn.sampled_errors(w[:5], X, y, sizes), by_torch)
    for part in (slice(0, 1), slice(3, 4), slice(None)):
        alone = model.paired_errors(X[part], y[part], 4000, rng)
        of_each = sn.sampled_errors(w, X[part], y[part], sizes)
        assert alone.shape == (4000,) and abs(alone.mean() - of_each.mean()) < 0.045  # four standard errors


def test_one_unit_errs_with_the_probability_of_a_normal_tail():
    x, y = np.array([[1.0, -2.0, 0.5]], np.float32), np.array([1])
    model = sn.StochasticMLP((3, 1), np.zeros(4, np.float32), 1.0)
    model.mean.data = np.array([0.6, -0.2, 0.3, 0.4], np.float32)
    model.log_std.data = np.log(np.array([0.5, 0.9, 1.5, 2.0], np.float32))
    mean, variance = 0.6 + 0.4 + 0.15 + 0.4, 0.25 + 4 * 0.81 + 0.25 * 2.25 + 4  # the last of each for the bias
    errors = model.paired_errors(x, y, 200_000, np.random.default_rng(4))
    assert errors.mean() == pytest.approx(norm.sf(mean / np.sqrt(variance)), abs=0.0045)  # four standard errors


def test_ordinary_training_is_torchs():
    rng = np.random.default_rng(2)
    sizes, X, y = (3, 4, 1), rng.standard_normal((9, 3)), rng.integers(0, 2, 9)
    w = rng.standard_normal(sn.count_weights(sizes))
    theirs = torch.tensor(w, requires_grad=True)
    optimizer = torch.optim.Adam([theirs], lr=0.05)
    for _ in range(8):
        optimizer.zero_grad()
        z = torch_logits(theirs, torch.tensor(X), sizes)
        F.binary_cross_entropy_with_logits(z, torch.tensor(y).double()).backward()
        optimizer.step()
    kept = w.copy()
    assert np.allclose(sn.fit_weights(w, X, y, sizes, steps=8, lr=0.05), theirs.detach()) and np.array_equal(w, kept)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="w has shape"):
        sn.logits(np.zeros(3), np.zeros((2, 3)), (3, 1))
    with pytest.raises(ValueError, match="sizes ends with 2"):
        sn.logits(np.zeros(8), np.zeros((2, 3)), (3, 2))
    with pytest.raises(ValueError, match="prior_std is 0"):
        sn.StochasticMLP((3, 1), np.zeros(4), 0)
