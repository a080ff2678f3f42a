"""The perceptron against scikit-learn and PyTorch; runs that never start or never turn back are told apart."""

import re

import numpy as np
import pytest
import torch
from sklearn.linear_model import Perceptron as Theirs

from derived import ops
from derived.data import load_iris, separable, signed_rows
from derived.topics.perceptron import Perceptron, kernel_perceptron, perceptron_by_sgd

SHAPES = [(1, 1), (1, 3), (7, 1), (40, 2), (60, 5)]


def data(N, n, margin=0.1, seed=0):
    return separable(N, n, margin, rng=np.random.default_rng(seed))[:2]


@pytest.mark.parametrize(("N", "n"), SHAPES[2:])
@pytest.mark.parametrize("epochs", [1, 3])
def test_weights_are_sklearns(N, n, epochs):
    X, y = data(N, n)
    theirs = Theirs(shuffle=False, fit_intercept=False, tol=None, max_iter=epochs).fit(X, y)
    assert np.allclose(Perceptron().fit(X, y, epochs).theta, theirs.coef_[0], atol=1e-12)
    assert np.array_equal(Perceptron().fit(X, y).predict(X), y)


@pytest.mark.parametrize(("N", "n"), SHAPES)
@pytest.mark.parametrize("seed", range(5))
def test_lemmas_hold_along_the_run(N, n, seed):
    X, y = data(N, n, seed=seed)
    run = Perceptron().fit(X, y, rng=np.random.default_rng(seed))
    assert run.converged and run.updates <= 1 / 0.1**2
    assert np.allclose(np.diff(run.path, axis=0), signed_rows(X, y)[run.mistakes])
    assert np.all((np.diff(run.path, axis=0) * run.path[:-1]).sum(1) <= 1e-12)
    assert np.all((run.path[1:] ** 2).sum(1) <= np.cumsum((X[run.mistakes] ** 2).sum(1)) + 1e-12)
    assert len(run.path) == run.updates + 1 and not run.path[0].any()


def test_the_unit_vectors_attain_the_bound():
    for n in (1, 4, 9):
        assert Perceptron().fit(np.eye(n), np.ones(n)).updates == n


def test_adding_every_example_breaks_the_lemma():
    X, y = data(40, 2)
    always = np.cumsum(signed_rows(X, y), axis=0)
    assert ((np.diff(always, axis=0) * always[:-1]).sum(1) > 0.01).any()


def test_learning_rate_scales_the_weights_and_nothing_else():
    X, y = data(60, 5)
    one, other = Perceptron().fit(X, y), Perceptron().fit(X, y, lr=0.25)
    assert np.array_equal(one.mistakes, other.mistakes) and np.allclose(0.25 * one.path, other.path)


def test_inseparable_data_use_all_epochs():
    run = Perceptron().fit([[1.0], [1.0]], [1, -1], epochs=7)
    assert not run.converged and run.epochs == 7


def test_iris_in_the_order_of_the_file():
    iris = load_iris(dtype=np.float64)
    X, y = np.c_[iris.X, np.ones(150)], np.where(iris.y == 0, 1, -1)
    run = Perceptron().fit(X, y)
    assert run.updates == 5 and run.epochs == 4
    assert np.allclose(run.theta, [1.3, 4.1, -5.2, -2.2, 1.0])


@pytest.mark.parametrize(("N", "n"), SHAPES)
def test_sgd_takes_the_same_path_unless_the_kink_is_flat(N, n):
    X, y = data(N, n)
    run = Perceptron().fit(X, y)
    assert np.allclose(perceptron_by_sgd(X, y, run.epochs), run.path, atol=1e-12)
    stuck = perceptron_by_sgd(X, y, run.epochs, loss=lambda z, y: ops.relu(ops.mul(z, -y)))
    assert stuck.shape == (1, n) and not stuck.any()


def test_sgd_is_torchs_with_clamp():
    X, y = data(30, 3)
    theta = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    sgd = torch.optim.SGD([theta], lr=1.0)
    for x, label in zip(torch.tensor(X), torch.tensor(y), strict=True):
        sgd.zero_grad()
        (-label * (x @ theta)).clamp(min=0).backward()
        sgd.step()
    assert np.allclose(perceptron_by_sgd(X, y, 1)[-1], theta.detach().numpy(), atol=1e-12)


@pytest.mark.parametrize(("N", "n"), SHAPES)
def test_kernel_counts_the_updates(N, n):
    X, y = data(N, n)
    run = Perceptron().fit(X, y)
    assert np.array_equal(kernel_perceptron(X @ X.T, y), np.bincount(run.mistakes, minlength=N))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Perceptron().fit(np.eye(2), [0, 1]), "Perceptron.fit: y has 0, expected only -1 and 1"),
        (lambda: Perceptron().fit(np.eye(2), [1]), "Perceptron.fit: X has shape (2, 2) and y (1,)"),
        (lambda: Perceptron().fit([[np.inf]], [1]), "Perceptron.fit: X has inf at index (0, 0)"),
        (lambda: Perceptron().fit(np.eye(1), [1], lr=0), "Perceptron.fit: lr is 0, expected a number > 0"),
        (lambda: kernel_perceptron(np.ones((2, 3)), [1, 1]), "kernel_perceptron: K has shape (2, 3)"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
