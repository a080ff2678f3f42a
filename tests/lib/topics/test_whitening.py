"""Whitening against its definition and scikit-learn's whitened PCA."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from derived.topics.whitening import Whitening


@pytest.mark.parametrize(("N", "d"), [(1, 1), (9, 1), (20, 5), (3, 6)])
def test_second_moments_become_the_identity(N, d):
    X = np.random.default_rng(N).standard_normal((N, d)) @ np.diag(np.arange(1.0, d + 1))
    Z = Whitening().fit_transform(X)
    assert Z.shape == (N, min(N, d))
    np.testing.assert_allclose(Z.T @ Z / N, np.eye(Z.shape[1]), atol=1e-9)


def test_on_centred_data_it_is_whitened_pca():
    X = np.random.default_rng(0).standard_normal((40, 4)) @ np.diag([1.0, 2, 3, 4])
    X = X - X.mean(axis=0)
    expected = PCA(whiten=True).fit_transform(X) * np.sqrt(40 / 39)  # it divides by N - 1
    np.testing.assert_allclose(np.abs(Whitening().fit_transform(X)), np.abs(expected), atol=1e-10)
    wrong = X @ np.linalg.eigh(X.T @ X / 40)[1]  # rotated, not scaled
    assert np.abs(wrong.T @ wrong / 40 - np.eye(4)).max() > 1


def test_constant_zero_columns_are_dropped():
    X = np.column_stack([np.random.default_rng(1).standard_normal((9, 2)), np.zeros(9)])
    assert Whitening().fit_transform(X).shape == (9, 2)


def test_bad_input():
    with pytest.raises(ValueError, match="X is zero"):
        Whitening().fit(np.zeros((3, 2)))
    with pytest.raises(ValueError, match="X has nan"):
        Whitening().fit(np.full((3, 2), np.nan))
    with pytest.raises(ValueError, match=r"X has shape \(3,\)"):
        Whitening().fit(np.zeros(3))
