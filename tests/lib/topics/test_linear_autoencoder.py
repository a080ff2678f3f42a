"""The linear autoencoder against torch.autograd and scikit-learn's PCA."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from derived.data import load_digits
from derived.topics.linear_autoencoder import LinearAutoencoder


def torch_gradients(C, D, X):
    C, D = (torch.tensor(a, requires_grad=True) for a in (C, D))
    loss = ((torch.tensor(X) @ C.T @ D.T - torch.tensor(X)) ** 2).sum() / (2 * len(X))
    loss.backward()
    return loss.item(), C.grad.numpy(), D.grad.numpy()


@pytest.mark.parametrize(("N", "d", "m"), [(1, 1, 1), (1, 4, 2), (6, 5, 1), (7, 3, 3)])
def test_loss_and_gradients(N, d, m):
    rng = np.random.default_rng(N + d)
    model, X = LinearAutoencoder.random(d, m, rng=rng, scale=1.0), rng.standard_normal((N, d))
    loss, by_C, by_D = torch_gradients(model.C, model.D, X)
    assert model.loss(X) == pytest.approx(loss, rel=1e-12)
    np.testing.assert_allclose(model.gradients(X)[0], by_C, atol=1e-10)
    np.testing.assert_allclose(model.gradients(X)[1], by_D, atol=1e-10)
    before = model.C, model.D
    history = model.fit(X, lr=0.01, steps=1)
    assert history[0] == pytest.approx(loss, rel=1e-10)
    np.testing.assert_allclose((before[0] - model.C) / 0.01, by_C, atol=1e-8)
    np.testing.assert_allclose((before[1] - model.D) / 0.01, by_D, atol=1e-8)


def test_a_flipped_sign_is_caught():
    rng = np.random.default_rng(0)
    model, X = LinearAutoencoder.random(4, 2, rng=rng, scale=1.0), rng.standard_normal((6, 4))
    assert np.abs(-model.gradients(X)[0] - torch_gradients(model.C, model.D, X)[1]).max() > 0.1


@pytest.mark.parametrize("m", [2, 8])
def test_optimum_is_pca_and_descent_comes_within_a_percent(m):
    X = load_digits(dtype=np.float64).X
    X = X - X.mean(axis=0)
    pca = PCA(m).fit(X)
    best = np.sum((X - pca.inverse_transform(pca.transform(X))) ** 2) / (2 * len(X))
    assert LinearAutoencoder.optimal(X, m).loss(X) == pytest.approx(best, rel=1e-9)
    model = LinearAutoencoder.random(64, m, rng=np.random.default_rng(0))
    history = model.fit(X, lr=0.5, steps=1000)
    assert best <= model.loss(X) < 1.01 * best and np.all(np.diff(history) < 1e-12)


def test_bad_input():
    with pytest.raises(ValueError, match=r"C has shape \(2, 3\) and D \(2, 3\)"):
        LinearAutoencoder(np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(ValueError, match="m is 4"):
        LinearAutoencoder.optimal(np.ones((3, 5)), 4)
    with pytest.raises(ValueError, match="smaller lr"), np.errstate(all="ignore"):
        LinearAutoencoder(np.full((1, 1), 2.0), np.ones((1, 1))).fit(np.full((2, 1), 9.0), lr=9.0, steps=99)
