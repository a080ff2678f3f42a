"""Features of different frequency."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from derived import optim
from derived.topics.rare_features import RareFeatures

WORDS = RareFeatures([0.5, 0.05], [1.0, -2.0])


def test_frequencies_and_labels():
    X, y = WORDS.draw(100_000, np.random.default_rng(0))
    np.testing.assert_allclose(X.mean(axis=0), [0.5, 0.05], atol=0.01)
    alone = (X == [0, 1]).all(axis=1)
    assert abs(y[alone].mean() - 1 / (1 + np.exp(2))) < 0.03


def test_the_risk_is_least_at_the_truth():
    X, _ = WORDS.draw(2000, np.random.default_rng(1))
    assert WORDS.excess_risk(WORDS.w, X) == 0 < WORDS.excess_risk(WORDS.w + 0.1, X)
    np.testing.assert_allclose(approx_fprime(WORDS.w, lambda w: WORDS.excess_risk(w, X)), 0, atol=1e-6)


def test_one_step_by_hand():
    rng = np.random.default_rng(2)
    error = WORDS.errors_after_a_pass(lambda p: optim.SGD(p, lr=1.0), rng, n=10, batch=10)
    X, y = WORDS.draw(10, np.random.default_rng(2))
    np.testing.assert_allclose(error + WORDS.w, X.T @ (y - 0.5) / 10, atol=1e-12)
    ragged = WORDS.errors_after_a_pass(lambda p: optim.SGD(p, lr=1.0), rng, n=11, batch=5)
    assert ragged.shape == (2,) and np.isfinite(ragged).all()


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="RareFeatures: frequencies is .* weights has shape"):
        RareFeatures([0.5, 1.5], [1.0, 1.0])
