"""The leak on noise: the pieces against NumPy and scikit-learn, the effect over many draws."""

import numpy as np
import pytest
from sklearn.feature_selection import f_classif
from sklearn.neighbors import NearestCentroid

from derived.topics.leakage import most_correlated, nearest_centroid, noise_cross_validation, noise_errors


@pytest.mark.parametrize("N, d, k", [(2, 1, 1), (9, 6, 3), (40, 12, 12)])
def test_most_correlated_by_brute_force_and_by_f_tests(N, d, k):
    rng = np.random.default_rng(N)
    X, y = rng.standard_normal((N, d)), np.arange(N) % 2
    r = [abs(np.corrcoef(x, y)[0, 1]) for x in X.T]
    assert most_correlated(X, y, k).tolist() == sorted(range(d), key=lambda j: -r[j])[:k]
    if N > 2:
        assert set(most_correlated(X, y, k)) == set(np.argsort(-f_classif(X, y)[0])[:k])


def test_a_constant_feature_comes_last():
    X = np.column_stack([np.ones(6), np.arange(6.0)])
    assert most_correlated(X, np.arange(6), 2).tolist() == [1, 0]


def test_nearest_centroid_is_sklearns():
    rng = np.random.default_rng(0)
    X, y, Z = rng.standard_normal((30, 4)), rng.integers(0, 3, 30), rng.standard_normal((50, 4))
    np.testing.assert_array_equal(nearest_centroid(X, y)(Z), NearestCentroid().fit(X, y).predict(Z))


def test_only_selection_before_the_split_beats_the_coin():
    mean = lambda **how: np.mean([noise_errors(np.random.default_rng(seed), **how)[1] for seed in range(40)])
    assert mean(select="before") < 0.15
    for honest in ({}, {"scale": "before"}, {"select": "none"}):
        assert abs(mean(**honest) - 0.5) < 0.07  # 800 tosses: standard error 0.018


def test_cross_validation_is_honest_only_with_selection_inside():
    rng = np.random.default_rng(1)
    inside, before = ([noise_cross_validation(rng, select) for _ in range(60)] for select in ("inside", "before"))
    assert abs(np.mean(inside) - 0.5) < 4 * np.std(inside) / np.sqrt(60) and np.mean(before) < 0.25


def test_bad_input():
    X = np.zeros((4, 2))
    with pytest.raises(ValueError, match="most_correlated: k is 3, expected 1 to 2"):
        most_correlated(X, np.arange(4), 3)
    with pytest.raises(ValueError, match="most_correlated: y is constant"):
        most_correlated(X, np.ones(4), 1)
    with pytest.raises(ValueError, match="most_correlated: X has shape"):
        most_correlated(X, np.arange(3), 1)
    with pytest.raises(ValueError, match="nearest_centroid: X has 4 rows"):
        nearest_centroid(X, np.arange(3))
    with pytest.raises(ValueError, match="noise_errors: select is 'after'"):
        noise_errors(np.random.default_rng(0), "after")
    with pytest.raises(ValueError, match="noise_cross_validation: select is 'after'"):
        noise_cross_validation(np.random.default_rng(0), "after")
