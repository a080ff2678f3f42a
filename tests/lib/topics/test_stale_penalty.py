"""Errors of ridge regression on the digits beside scikit-learn."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from derived.data import load_digits_split
from derived.topics.stale_penalty import penalty_errors


@pytest.mark.parametrize("N", [1, 30, 300])
def test_beside_scikit_learn(N):
    lams = np.array([0.01, 1.0])
    errors = penalty_errors(N, lams, [5, 3], aside=200)[1]
    X, X_test, y, y_test = load_digits_split(dtype=np.float64)
    order = np.random.default_rng(3).permutation(len(X))
    for k, lam in enumerate(lams):
        theirs = Ridge(alpha=N * lam).fit(X[order[:N]], np.eye(10)[y[order[:N]]])
        for row, (A, b) in enumerate([(X[order[-200:]], y[order[-200:]]), (X_test, y_test)]):
            assert errors[row, k] == pytest.approx(np.mean((theirs.predict(A) - np.eye(10)[b]) ** 2), rel=1e-9)
    assert N == 1 or abs(errors[1, 0] - errors[1, 1]) > 1e-4


def test_bad_input():
    with pytest.raises(ValueError, match="N is 1000, expected 1 to 847"):
        penalty_errors(1000, np.ones(1), [0])
