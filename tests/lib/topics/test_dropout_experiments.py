"""The runs of the chapter: what they return, on small data."""

import numpy as np
import pytest
from scipy.special import softmax

from derived import nn
from derived.topics import dropout_experiments as de
from derived.topics.ensembles import bagging_curve


def rng():
    return np.random.default_rng(0)


def problem(N=60, d=4):
    X = rng().standard_normal((N, d))
    return X.astype(np.float32), (X[:, 0] > 0).astype(int) + (X[:, 1] > 1)


@pytest.mark.parametrize("kind", de.MASKS)
def test_only_a_mask_for_all_leaves_units_untrained(kind):
    data = problem()
    moved, score = de.frozen_run(kind, data, data, 0, p=0.5, width=30, epochs=2)
    assert moved.shape == (30,) and 0 <= score <= 1
    assert (np.mean(moved == 0) > 0.2) == (kind == "frozen, one for all")


def test_unknown_masks():
    with pytest.raises(ValueError, match="did you mean 'fresh'"):
        de.frozen_run("frsh", problem(), problem(), 0)


def test_ablation_by_hand():
    X, y = problem(20)
    net = nn.MLP([4, 5, 3], rng=rng(), dropout=0.5)
    added, accuracies = de.ablation(net, X, y, [1.0, 0.6, 0.0], rng(), draws=7)
    a, W = net[:2](X).data, net[-1].weight.data
    losses = []
    for kept in [np.ones(5), *(1 - np.eye(5))]:
        P = softmax(a * kept @ W.T, axis=1)
        losses.append(-np.log(P[np.arange(20), y]).mean())
    assert np.isclose(added, np.mean(losses[1:]) - losses[0], atol=1e-6)
    assert np.isclose(accuracies[0], np.mean((a @ W.T).argmax(axis=1) == y))
    assert np.isclose(accuracies[2], np.mean(y == 0))  # without units all logits are the bias, 0


def test_noisy_runs():
    X, y = problem(100)
    found = de.noisy_runs(X, y, (X, y), (0, 7), 0.5, examples=60, held=30, epochs=2)
    assert all(found[part].shape == (2, 2) for part in ("train", "held", "test"))
    longer = de.noisy_runs(X, y, (X, y), (0, 7), 0.0, examples=60, held=30, epochs=60, share=0.0)
    assert longer["train"][:, -1].min() > 0.9 > longer["train"][:, 0].max()


@pytest.mark.parametrize("kind", ["no hidden layer", "relu", "maxout"])
def test_three_answers(kind):
    X, y = problem()
    net = de.input_dropout_net(kind, X.astype(float), y, 0, 0.4)
    P, pi, mean, geometric, rescaled = de.three_answers(net, X[:5].astype(float))
    assert P.shape == (16, 5, 3) and np.isclose(pi.sum(), 1) and not net.training
    np.testing.assert_allclose(mean, (pi[:, None, None] * P).sum(axis=0))
    assert (np.abs(geometric - rescaled).max() < 1e-12) == (kind == "no hidden layer")
    np.testing.assert_allclose(rescaled, softmax(net(X[:5].astype(float)).data, axis=1))
    with pytest.raises(ValueError, match="expected Dropout"):
        de.three_answers(net[1:], X)


def test_bagging_curve():
    X, y = problem()
    constant = lambda X, y, generator: lambda Z: np.tile([0.0, 1.0, 0.0], (len(Z), 1))
    curve, outside = bagging_curve(constant, (X, y), (X, y), 30, rng())
    np.testing.assert_allclose(curve, np.mean(y == 1))
    assert np.isclose(outside, np.mean(y == 1), atol=1e-12)
