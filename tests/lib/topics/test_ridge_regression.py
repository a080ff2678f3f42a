"""Ridge regression in both conventions beside scikit-learn's; features with products."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from derived.topics.ridge_regression import ridge, shrinkage, with_products


@pytest.mark.parametrize("N, d", [(1, 1), (4, 7), (30, 3)])
@pytest.mark.parametrize("K", [None, 1, 3])
def test_both_conventions_are_sklearns(N, d, K):
    rng = np.random.default_rng(N + d)
    X, y = rng.standard_normal((N, d)) + 3, rng.standard_normal((N,) if K is None else (N, K)) - 5
    for convention, alpha in (("sum", 0.7), ("mean", 0.7 * N)):
        w, b = ridge(X, y, 0.7, convention)
        theirs = Ridge(alpha=alpha).fit(X, y)
        np.testing.assert_allclose(w.T, theirs.coef_.reshape(w.T.shape), atol=1e-10)
        np.testing.assert_allclose(b, theirs.intercept_, atol=1e-10)
    if N > 1:
        assert abs(ridge(X, y, 0.7)[0] - ridge(X, y, 0.7, "sum")[0]).max() > 1e-3  # the conventions differ


def test_without_penalty_the_shortest_solution():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((4, 6)), rng.standard_normal(4)
    w, b = ridge(X, y, 0.0)
    np.testing.assert_allclose(X @ w + b, y, atol=1e-10)
    np.testing.assert_allclose(w, ridge(X, y, 1e-10)[0], atol=1e-6)


def test_products():
    X = np.array([[1.0, 0.0, 2.0], [2.0, 1.0, 5.0], [3.0, 1.0, 7.0]])
    expected = np.column_stack([X, X[:, 0] * X[:, 1], X[:, 0] * X[:, 2], X[:, 1] * X[:, 2], X[:, 0] ** 2, X[:, 2] ** 2])
    np.testing.assert_array_equal(with_products(X), expected)


def test_shrinkage_and_messages():
    assert shrinkage(np.array([0.0, 1.0, 3.0]), 1.0).tolist() == [0.0, 0.5, 0.75]
    with pytest.raises(ValueError, match="lam is -1, expected a number >= 0"):
        ridge(np.ones((2, 1)), np.ones(2), -1)
    with pytest.raises(ValueError, match=r"X has shape \(2,\), y \(2,\)"):
        ridge(np.ones(2), np.ones(2), 1)
    with pytest.raises(ValueError, match="convention"):
        ridge(np.ones((2, 1)), np.ones(2), 1, "means")
