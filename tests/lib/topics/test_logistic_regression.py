"""Logistic and softmax regression beside scikit-learn, PyTorch and finite differences."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression as Sklearn
from torch.nn import functional as F

from derived.check import finite_difference
from derived.topics.logistic_regression import (
    LogisticRegression,
    SoftmaxRegression,
    logistic_objective,
    softmax_objective,
)

SHAPES = [(1, 1, 2), (1, 3, 3), (6, 1, 2), (12, 4, 3)]


def problem(N, d, K, seed=0):
    rng = np.random.default_rng([N, d, K, seed])
    return rng.standard_normal((N, d)), rng.integers(0, K, N)


@pytest.mark.parametrize(("N", "d", "K"), SHAPES)
@pytest.mark.parametrize("lam", [0.0, 0.3])
def test_logistic_objective(N, d, K, lam):
    X, y = problem(N, d, 2)
    theta = np.random.default_rng(1).standard_normal(d + 1)
    value, gradient, hessian = logistic_objective(theta, X, y, lam)
    t = torch.tensor(theta, requires_grad=True)
    loss = F.binary_cross_entropy_with_logits(torch.tensor(X) @ t[:-1] + t[-1], torch.tensor(y, dtype=torch.float64))
    loss = loss + lam / 2 * (t[:-1] ** 2).sum()
    loss.backward()
    assert value == pytest.approx(loss.item(), abs=1e-12)
    np.testing.assert_allclose(gradient, t.grad, atol=1e-12)
    np.testing.assert_allclose(
        hessian, finite_difference(lambda v: logistic_objective(v, X, y, lam)[1], theta), atol=1e-8
    )
    if lam:  # a penalty that misses the gradient would be seen
        assert np.abs(logistic_objective(theta, X, y)[1] - t.grad.numpy()).max() > 1e-4


@pytest.mark.parametrize(("N", "d", "K"), SHAPES)
def test_softmax_objective(N, d, K, lam=0.2):
    X, y = problem(N, d, K)
    theta = np.random.default_rng(2).standard_normal(K * (d + 1))
    Y = np.eye(K)[y]
    value, gradient, hessian = softmax_objective(theta, X, Y, lam)
    t = torch.tensor(theta, requires_grad=True)
    T = t.reshape(K, d + 1)
    loss = F.cross_entropy(torch.tensor(X) @ T[:, :-1].T + T[:, -1], torch.tensor(y)) + lam / 2 * (T[:, :-1] ** 2).sum()
    loss.backward()
    assert value == pytest.approx(loss.item(), abs=1e-12)
    np.testing.assert_allclose(gradient, t.grad, atol=1e-12)
    np.testing.assert_allclose(
        hessian, finite_difference(lambda v: softmax_objective(v, X, Y, lam)[1], theta), atol=1e-8
    )
    assert np.abs(softmax_objective(theta, X, Y, 2 * lam)[1] - t.grad.numpy()).max() > 1e-4


@pytest.mark.parametrize("lam", [0.01, 0.2])
def test_l2_coefficients_are_scikit_learns(lam):
    X, y = problem(60, 4, 2)
    theirs = Sklearn(C=1 / (60 * lam), tol=1e-10, max_iter=5000).fit(X, y)
    ours = LogisticRegression("l2", lam).fit(X, y)
    np.testing.assert_allclose(ours.weight, theirs.coef_[0], atol=1e-5)
    assert ours.bias == pytest.approx(theirs.intercept_[0], abs=1e-5)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X)[:, 1], atol=1e-5)
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
    assert ours.accuracy(X, y) == theirs.score(X, y)
    assert ours.minimum.converged


def test_l1_coefficients_are_scikit_learns_and_some_are_zero(lam=0.05):
    X, y = problem(60, 6, 2)
    y = (X[:, 0] + 0.5 * np.random.default_rng(0).standard_normal(60) > 0.3).astype(int)
    theirs = Sklearn(C=1 / (60 * lam), l1_ratio=1, solver="saga", tol=1e-8, max_iter=20_000).fit(X, y)
    ours = LogisticRegression("l1", lam).fit(X, y)
    np.testing.assert_allclose(ours.weight, theirs.coef_[0], atol=1e-5)
    assert ours.bias == pytest.approx(theirs.intercept_[0], abs=1e-5)
    assert 0 < np.sum(ours.weight == 0) < 6


@pytest.mark.parametrize("K", [2, 3, 5])
def test_softmax_coefficients_are_scikit_learns(K, lam=0.05):
    X, y = problem(80, 3, K)
    ours = SoftmaxRegression(K, lam).fit(X, y)
    np.testing.assert_allclose(np.append(ours.weight.sum(axis=0), ours.bias.sum()), 0, atol=1e-10)
    if K > 2:
        theirs = Sklearn(C=1 / (80 * lam), tol=1e-10, max_iter=5000).fit(X, y)
        np.testing.assert_allclose(ours.weight, theirs.coef_, atol=1e-5)
        np.testing.assert_allclose(ours.bias, theirs.intercept_ - theirs.intercept_.mean(), atol=1e-5)
    else:  # two rows share the penalty, so it acts with half its strength
        two = LogisticRegression("l2", lam / 2).fit(X, y)
        np.testing.assert_allclose(ours.weight[1] - ours.weight[0], two.weight, atol=1e-8)
        assert np.abs(LogisticRegression("l2", lam).fit(X, y).weight - two.weight).max() > 1e-3
    assert ours.accuracy(X, y) == np.mean(ours.predict_proba(X).argmax(axis=1) == y)


def test_a_constant_feature_and_no_penalty_leave_the_predictions_determined():
    X, y = problem(40, 2, 3)
    ones = np.column_stack([X, np.ones(40)])
    for model in (lambda: SoftmaxRegression(3), lambda: LogisticRegression()):
        labels = y if isinstance(model(), SoftmaxRegression) else (y > 0).astype(int)
        np.testing.assert_allclose(
            model().fit(ones, labels).predict_proba(ones), model().fit(X, labels).predict_proba(X), atol=1e-7
        )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LogisticRegression("l3"), "penalty is 'l3'"),
        (lambda: LogisticRegression(lam=-1), "lam is -1"),
        (lambda: SoftmaxRegression(1), "classes is 1"),
        (lambda: SoftmaxRegression(3, lam=-0.1), "lam is -0.1"),
        (lambda: LogisticRegression().fit(np.ones((3, 2)), np.ones(2, int)), r"y \(2,\)"),
        (lambda: LogisticRegression().fit(np.ones((2, 2)), np.array([0, 2])), "labels has 2"),
        (lambda: LogisticRegression().fit(np.ones((2, 2)), np.array([-1, 1])), "labels has -1"),
        (lambda: SoftmaxRegression(3).fit(np.full((2, 2), np.nan), np.array([0, 2])), "X has nan"),
    ],
)
def test_messages(make, message):
    with pytest.raises(ValueError, match=message):
        make()
