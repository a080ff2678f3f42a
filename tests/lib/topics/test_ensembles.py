"""Averages of predictors against simulation, SciPy and scikit-learn."""

import numpy as np
import pytest
from scipy.stats import gmean
from sklearn.ensemble import BaggingClassifier
from sklearn.tree import DecisionTreeClassifier

from derived import ops
from derived.data import load
from derived.topics import ensembles


def rng():
    return np.random.default_rng(0)


def distributions(*shape):
    return rng().dirichlet(np.ones(shape[-1]), shape[:-1])


@pytest.mark.parametrize(("V", "C", "K"), [(1.0, 0.0, 1), (2.0, 0.5, 3), (1.0, 1.0, 4), (1.0, -0.25, 5)])
def test_variance_of_the_mean(V, C, K):
    covariance = np.full((K, K), C) + (V - C) * np.eye(K)
    assert np.isclose(ensembles.variance_of_mean(V, C, K), np.ones(K) @ covariance @ np.ones(K) / K**2)
    assert np.linalg.eigvalsh(covariance).min() > -1e-12


def test_impossible_covariances():
    for V, C, K in [(1.0, 1.1, 3), (1.0, -0.6, 3), (1.0, 0.5, 0)]:
        with pytest.raises(ValueError, match="variance_of_mean"):
            ensembles.variance_of_mean(V, C, K)


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 4, 3), (5, 1, 2), (4, 6, 5)])
def test_means_of_distributions(shape):
    P, w = distributions(*shape), rng().dirichlet(np.ones(shape[0]))
    G = gmean(P, axis=0, weights=w[:, None, None] * np.ones_like(P))
    np.testing.assert_allclose(ensembles.geometric_mean(P, w), G / G.sum(-1, keepdims=True))
    np.testing.assert_allclose(ensembles.geometric_mean(P), ensembles.geometric_mean(P, np.full(len(P), 1 / len(P))))
    np.testing.assert_allclose(ensembles.mixture(P), sum(P) / len(P))


def test_zeros_in_a_geometric_mean():
    P = np.array([[[1.0, 0.0]], [[0.5, 0.5]]])
    np.testing.assert_allclose(ensembles.geometric_mean(P), [[1, 0]])
    np.testing.assert_allclose(ensembles.geometric_mean(P, np.array([0.0, 1.0])), [[0.5, 0.5]])
    with pytest.raises(ValueError, match="no class has positive probability"):
        ensembles.geometric_mean(np.array([[1.0, 0.0], [0.0, 1.0]]))
    with pytest.raises(ValueError, match="expected 2 non-negative ones of sum 1"):
        ensembles.geometric_mean(P, np.array([0.5, 0.6]))


def test_losses():
    P, y = distributions(3, 4, 5), np.array([0, 4, 1, 1])
    losses = ensembles.negative_log_likelihood(P, y)
    assert losses.shape == (3, 4) and np.isclose(losses[2, 1], -np.log(P[2, 1, 4]))
    with pytest.raises(ValueError, match="labels has 5"):
        ensembles.negative_log_likelihood(P, y + 1)


def test_bootstrap_samples():
    shares = [len(np.unique(ensembles.bootstrap(20, g))) / 20 for g in rng().spawn(4000)]
    error = np.std(shares) / np.sqrt(4000)
    assert abs(np.mean(shares) - ensembles.distinct_share(20)) < 4 * error
    assert abs(np.mean(shares) - 2 / 3) > 10 * error
    assert ensembles.distinct_share(1) == 1 and np.isclose(ensembles.distinct_share(1e9), 1 - np.exp(-1))
    with pytest.raises(ValueError, match="N is 0"):
        ensembles.bootstrap(0, rng())


def tree(X, y, generator):
    return DecisionTreeClassifier(random_state=int(generator.integers(2**31))).fit(X, y).predict_proba


def test_bagging_beside_sklearn():
    data = load("wine")
    X, y = data.X[::2], data.y[::2]
    theirs = BaggingClassifier(DecisionTreeClassifier(), 40, oob_score=True, random_state=0).fit(X, y)
    states = iter(e.random_state for e in theirs.estimators_)
    learner = lambda X, y, _: DecisionTreeClassifier(random_state=next(states)).fit(X, y).predict_proba
    ours = ensembles.Bagging(learner, 40, rng=rng()).fit(X, y, theirs.estimators_samples_)
    np.testing.assert_allclose(ours.predict(data.X), theirs.predict_proba(data.X), atol=1e-12)
    unseen = ours.out_of_bag(X)
    np.testing.assert_allclose(unseen, theirs.oob_decision_function_, atol=1e-12)


def test_bagging_of_its_own():
    data = load("wine")
    ours = ensembles.Bagging(tree, 5, rng=rng()).fit(data.X, data.y)
    again = ensembles.Bagging(tree, 5, rng=rng()).fit(data.X, data.y)
    np.testing.assert_array_equal(ours.predict(data.X), again.predict(data.X))
    assert ours.samples.shape == (5, len(data.X)) and ours.members_predict(data.X).shape == (5, len(data.X), 3)
    with pytest.raises(ValueError, match="expected a call of fit"):
        ensembles.Bagging(tree, rng=rng()).predict(data.X)
    with pytest.raises(ValueError, match="2 samples, expected 5"):
        ours.fit(data.X, data.y, ours.samples[:2])
    with pytest.raises(ValueError, match="members is 0"):
        ensembles.Bagging(tree, 0, rng=rng())


def test_a_member():
    X, y = rng().standard_normal((60, 2)).astype(np.float32), rng().integers(0, 2, 60)
    a, b = (ensembles.train_member([2, 8, 2], X, y, 3, epochs=2, dropout=0.5) for _ in range(2))
    np.testing.assert_array_equal(a(X).data, b(X).data)
    assert not a.training and a.sizes == (2, 8, 2)


@pytest.mark.parametrize(("own", "scale"), [(False, 1.0), (True, 1.0), (True, 1e-8)])
def test_members_side_by_side_are_those_trained_alone(own, scale):
    rng, options = np.random.default_rng(3), {"epochs": 3, "batch_size": 16, "lr": 0.02}
    X, y = rng.standard_normal((3, 40, 5)).astype(np.float32), rng.integers(0, 4, (3, 40))
    options["loss"] = lambda z, t: scale * ops.cross_entropy(z, t)  # beside so small a slope Adam's eps shows a factor
    data = (X, y) if own else (X[0], y[0])
    nets = ensembles.train_members([5, 7, 4], *data, (4, 9, 2), activation="tanh", **options)
    for r, (seed, net) in enumerate(zip((4, 9, 2), nets, strict=True)):
        alone = ensembles.train_member([5, 7, 4], X[r * own], y[r * own], seed, activation="tanh", **options)
        assert not net.training
        np.testing.assert_allclose(net(X[0]).data, alone(X[0]).data, rtol=1e-3, atol=1e-4)


def test_members_side_by_side_drop_units_of_their_own():
    X, y = np.ones((6, 3), np.float32), np.arange(6) % 2
    options = {"epochs": 1, "batch_size": 6, "lr": 0.1}
    one, other = ensembles.train_members([3, 200, 2], X, y, (0, 0), dropout=0.5, **options)
    assert not np.array_equal(one[0].weight.data, other[0].weight.data)  # equal starts, other masks
