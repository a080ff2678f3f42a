"""Interpolation with weak features beside scikit-learn's ridge regression."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from derived.topics import benign


def test_weak_features_become_a_penalty():
    rng = np.random.default_rng(0)
    X, y, new = rng.standard_normal((12, 2)), rng.standard_normal(12), rng.standard_normal((5, 2))
    ridge = Ridge(alpha=3.0, fit_intercept=False).fit(X, y)
    errors = []
    for p in (100, 20_000):
        ours = benign.with_weak_features(X, y, new, 3.0, p, rng=rng)
        assert np.allclose(ours.train, y)
        errors.append(np.sqrt(np.mean((ours.new - ridge.predict(new)) ** 2)))
    assert errors[1] < 0.06 and errors[1] < 2 * errors[0]


def test_waves():
    x = np.arange(16) / 16
    Phi = benign.fourier_features(x, 3)
    assert np.allclose(Phi.T @ Phi / 16, np.eye(7)) and np.allclose(Phi[:, 2], np.sqrt(2) * np.sin(2 * np.pi * x))


def test_spiky_fit():
    rng = np.random.default_rng(1)
    x, new = np.arange(20) / 20, rng.random(200)
    y = np.cos(2 * np.pi * x) + 0.4 * rng.standard_normal(20)
    spiky = benign.spiky_fit(x, y, new, 2, 2000, 1.0)
    equal = benign.spiky_fit(x, y, new, 2, 2000, None)
    assert np.allclose(spiky.train, y) and np.allclose(equal.train, y)
    truth = np.cos(2 * np.pi * new)
    assert np.mean((spiky.new - truth) ** 2) < 0.15 < 0.3 < np.mean((equal.new - truth) ** 2)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="gamma is 0"):
        benign.with_weak_features(np.ones((2, 1)), np.ones(2), np.ones((1, 1)), 0, 5, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="9 examples, 3 features"):
        benign.with_weak_features(np.ones((9, 1)), np.ones(9), np.ones((1, 1)), 1, 2, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="largest is 3"):
        benign.spiky_fit(np.zeros(20), np.zeros(20), np.zeros(1), 1, 3, 1.0)
