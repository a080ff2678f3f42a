"""Fits through the data, slopes against PyTorch, the law against simulation."""

import numpy as np
import pytest
import torch

from derived.parity import torch_twin
from derived.topics import smooth_fits as fits
from derived.topics.lipschitz import steepest_pair
from derived.topics.lipschitz_regions import hidden_layer_constant


def test_feature_fit_goes_through_the_points():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((20, 3)), rng.standard_normal(20)
    model = fits.feature_fit(X, y, 200, rng=rng)
    np.testing.assert_allclose(torch_twin(model)(torch.tensor(X)).detach()[:, 0], y, atol=1e-8)
    assert fits.steepest_found(model, X, 200) >= steepest_pair(X, y)


def test_steepest_found_is_a_gradient():
    rng = np.random.default_rng(1)
    X = rng.standard_normal((5, 2))
    model = fits.feature_fit(X, rng.standard_normal(5), 6, rng=rng)
    i, j = np.triu_indices(5, 1)
    points = torch.tensor(np.concatenate([X[i] * (1 - t) + X[j] * t for t in (0, 0.5, 1)]), requires_grad=True)
    torch_twin(model)(points).sum().backward()
    assert fits.steepest_found(model, X, 3) == pytest.approx(torch.linalg.norm(points.grad, dim=1).max().item())
    assert fits.steepest_found(model, X, 50) <= hidden_layer_constant(model) * (1 + 1e-12)


@pytest.mark.parametrize(("n", "d", "L"), [(2, 1, 1.0), (4, 2, 1.5), (4, 1, 3.0)])
def test_law_bounds_the_simulated_chance(n, d, L):
    rng = np.random.default_rng(n)
    y = np.repeat([1, -1], n // 2)
    w = rng.standard_normal((20, d))
    w *= L / np.linalg.norm(w, axis=1, keepdims=True)
    x = rng.standard_normal((4000, n, d)) / np.sqrt(d)
    fitted = np.all(np.einsum("fd,rnd->rfn", w, x) * y >= 1, axis=2).any(axis=1)
    assert 0 < fitted.mean() <= fits.fit_probability(n, d, L, np.log(20))


def test_least_constant_and_bad_arguments():
    L = fits.least_constant(100, 10, 50.0, 0.05)
    assert fits.fit_probability(100, 10, L, 50.0) == pytest.approx(0.05)
    with pytest.raises(ValueError, match="n is 3"):
        fits.fit_probability(3, 1, 1.0, 0.0)
    with pytest.raises(ValueError, match="chance is 1"):
        fits.least_constant(2, 1, 0.0, 1)
    with pytest.raises(ValueError, match="m is 0"):
        fits.feature_fit(np.ones((1, 1)), np.ones(1), 0, rng=np.random.default_rng(0))


def test_random_label_slopes():
    least, slopes = fits.random_label_slopes(11, 3, (2, 400), 0)
    again = fits.random_label_slopes(11, 3, (2, 400), 0)
    assert again == (least, slopes) and least < slopes[1] * 1.5 and len(slopes) == 2
