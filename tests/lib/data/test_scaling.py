"""The standardiser against scikit-learn's, and that no statistic of a test part leaks into it."""

import re

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from derived.data import Standardizer, load_breast_cancer, split


def test_equals_sklearn_on_real_data():
    cancer = load_breast_cancer(dtype=np.float64)
    train, test, *_ = split(cancer.X, cancer.y, random_state=0)
    ours, theirs = Standardizer().fit(train), StandardScaler().fit(train)
    assert np.allclose(ours.mean_, theirs.mean_, rtol=1e-12)
    assert np.allclose(ours.scale_, theirs.scale_, rtol=1e-12)
    assert np.allclose(ours.transform(test), theirs.transform(test), atol=1e-10)
    assert np.allclose(ours.fit_transform(train), StandardScaler().fit_transform(train), atol=1e-10)


def test_nothing_of_the_test_part_leaks():
    """Whatever stands in the test part, statistics and training data stay as they are; pooled ones do not."""
    rng = np.random.default_rng(0)
    train, test = rng.normal(3, 2, (80, 4)), rng.normal(50, 9, (20, 4))
    scaler = Standardizer().fit(train)
    before = scaler.mean_.copy(), scaler.scale_.copy(), scaler.transform(train)
    scaler.transform(test)
    assert all(
        np.array_equal(a, b)
        for a, b in zip(before, (scaler.mean_, scaler.scale_, scaler.transform(train)), strict=True)
    )
    assert np.allclose(scaler.transform(train).mean(axis=0), 0, atol=1e-12)
    assert scaler.transform(test).mean() > 5
    pooled = Standardizer().fit(np.vstack([train, test]))
    assert abs(pooled.transform(train).mean()) > 0.1


@pytest.mark.parametrize("value", [0.0, 5.0, 0.1, 1e6 / 3])
def test_constant_features_become_zero(value):
    X = np.full((7, 2), value)
    X[:, 1] = np.arange(7)
    scaler = Standardizer().fit(X)
    assert scaler.scale_[0] == 1
    assert np.allclose(scaler.transform(X)[:, 0], 0, atol=1e-9)
    assert np.isfinite(scaler.transform(X + 1)).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept_and_inverse_undoes(dtype):
    X = np.random.default_rng(0).normal(5, 3, (50, 3)).astype(dtype)
    scaler = Standardizer().fit(X)
    Z = scaler.transform(X)
    assert Z.dtype == dtype and scaler.inverse_transform(Z).dtype == dtype
    assert np.allclose(scaler.inverse_transform(Z), X, rtol=1e-5 if dtype == np.float32 else 1e-12)


def test_a_large_offset_does_not_spoil_float32():
    X = (1e4 + np.random.default_rng(0).standard_normal((1000, 1))).astype(np.float32)
    exact = X.astype(np.float64)
    exact = (exact - exact.mean()) / exact.std()
    assert np.allclose(Standardizer().fit_transform(X), exact, atol=1e-6)


def test_integers_and_images():
    assert Standardizer().fit_transform(np.array([[0], [2]])).tolist() == [[-1], [1]]
    images = np.random.default_rng(0).random((9, 1, 8, 8))
    assert Standardizer().fit(images).mean_.shape == (1, 8, 8)


FITTED = Standardizer().fit(np.ones((3, 2)))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: Standardizer().transform(np.ones((2, 2))),
            "Standardizer.transform: no statistics yet, expected a call",
        ),
        (lambda: Standardizer().inverse_transform([[1.0]]), "Standardizer.inverse_transform: no statistics yet"),
        (lambda: Standardizer().fit(np.ones(3)), "Standardizer.fit: X has shape (3,), expected (N, features)"),
        (lambda: Standardizer().fit(np.ones((0, 3))), "Standardizer.fit: X has shape (0, 3), expected (N, features)"),
        (lambda: Standardizer().fit([[1.0], [np.nan]]), "Standardizer.fit: X has nan at index (1, 0)"),
        (
            lambda: FITTED.transform(np.ones((4, 3))),
            "Standardizer.transform: X has shape (4, 3), expected (N, 2) as in fit",
        ),
        (lambda: FITTED.transform(np.ones(2)), "Standardizer.transform: X has shape (2,), expected (N, 2) as in fit"),
        (lambda: FITTED.transform([[np.inf, 0]]), "Standardizer.transform: X has inf at index (0, 0)"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_repr():
    assert repr(Standardizer()) == "Standardizer(not fitted)"
    assert repr(FITTED) == "Standardizer(fitted on 2 features)"
