"""Finite sums against torch.autograd; SGD and SVRG against loops and enumeration."""

from itertools import product

import numpy as np
import pytest
import torch

from derived.topics.finite_sums import LeastSquares, SoftmaxSum, mean_square, sgd, svrg


def least_squares(n, d, seed=0):
    rng = np.random.default_rng(seed)
    return LeastSquares(rng.standard_normal((n, d)), rng.standard_normal(n))


def softmax_sum(n, d, K, seed=0):
    rng = np.random.default_rng(seed)
    return SoftmaxSum(rng.standard_normal((n, d)), rng.integers(0, K, n), K, 0.1)


def torch_value(problem, x):
    A = torch.tensor(problem.A)
    if isinstance(problem, LeastSquares):
        return ((A @ x - torch.tensor(problem.b)) ** 2).mean() / 2
    z = A @ x.reshape(problem.classes, -1).T
    return torch.nn.functional.cross_entropy(z, torch.tensor(problem.y)) + problem.lam / 2 * (x**2).sum()


PROBLEMS = [least_squares(1, 1), least_squares(7, 3), softmax_sum(1, 1, 2), softmax_sum(6, 4, 3)]


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: f"{type(p).__name__} {p.n}")
def test_value_and_gradient(problem):
    rng = np.random.default_rng(1)
    points = rng.standard_normal((2, 3, problem.d))
    for p, value, gradient in zip(points.reshape(-1, problem.d), problem.value(points).ravel(),
                                  problem.gradient(points).reshape(-1, problem.d), strict=True):  # fmt: skip
        x = torch.tensor(p, requires_grad=True)
        theirs = torch_value(problem, x)
        theirs.backward()
        assert value == pytest.approx(theirs.item(), abs=1e-12)
        np.testing.assert_allclose(gradient, x.grad, atol=1e-12)


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: f"{type(p).__name__} {p.n}")
def test_components_average_to_the_gradient(problem):
    x = np.random.default_rng(2).standard_normal(problem.d)
    each = problem.batch_gradient(np.tile(x, (problem.n, 1)), np.arange(problem.n)[:, None])
    np.testing.assert_allclose(each.mean(axis=0), problem.gradient(x), atol=1e-13)
    two = problem.batch_gradient(x[None], np.array([[0, problem.n - 1]]))[0]
    np.testing.assert_allclose(two, (each[0] + each[-1]) / 2, atol=1e-13)


def test_constants_of_least_squares():
    p = least_squares(9, 4)
    np.testing.assert_allclose(p.gradient(p.minimiser), 0, atol=1e-13)
    gradients = p.gradients(p.minimiser)
    each = p.batch_gradient(np.tile(p.minimiser, (9, 1)), np.arange(9)[:, None])
    np.testing.assert_allclose(gradients, each, atol=1e-13)
    assert p.sigma2 == pytest.approx(np.mean(np.sum(each**2, axis=1)))
    assert p.mu == pytest.approx(np.linalg.svd(p.A)[1][-1] ** 2 / 9)
    assert p.smoothness <= p.L == pytest.approx(max(a @ a for a in p.A))


def test_constants_of_the_softmax_sum():
    p, rng = softmax_sum(8, 3, 4), np.random.default_rng(4)
    for scale in (0.1, 1, 10):
        x = torch.tensor(scale * rng.standard_normal(p.d))
        H = torch.autograd.functional.hessian(lambda x: torch_value(p, x), x)
        values = torch.linalg.eigvalsh(H)
        assert p.mu - 1e-12 <= values[0] and values[-1] <= p.smoothness + 1e-12 and p.smoothness <= p.L


def test_sgd_step_by_step():
    p = least_squares(6, 2)
    path = sgd(p, np.ones(2), lambda k: 0.1 / (k + 1), 5, rng=np.random.default_rng(5), runs=3, batch=2)
    rng = np.random.default_rng(5)
    x = np.ones((3, 2))
    for k in range(5):
        chosen = rng.integers(6, size=(3, 2))
        x = np.stack([y - 0.1 / (k + 1) * p.gradients(y)[c].mean(axis=0) for y, c in zip(x, chosen, strict=True)])
        np.testing.assert_allclose(path[k + 1], x)


@pytest.mark.parametrize("lr", [0.1, lambda k: 0.2 / (k + 1)])
@pytest.mark.parametrize("n, d", [(1, 1), (4, 1), (5, 3)])
def test_mean_square_by_all_sequences_of_indices(n, d, lr):
    p, x0, steps = least_squares(n, d), np.ones(d), 4
    away = np.zeros(steps + 1)
    for indices in product(range(n), repeat=steps):
        x = x0
        for k in range(steps + 1):
            away[k] += np.sum((x - p.minimiser) ** 2) / n**steps
            if k < steps:
                x = x - (lr(k) if callable(lr) else lr) * p.gradients(x)[indices[k]]
    np.testing.assert_allclose(mean_square(p, x0, lr, steps), away, rtol=1e-12)


def test_one_component_makes_both_methods_gradient_descent():
    p = least_squares(1, 1)
    x = np.array([2.0])
    for _ in range(4):
        x = x - 0.3 * p.gradient(x)
    rng = np.random.default_rng(6)
    np.testing.assert_allclose(sgd(p, np.array([2.0]), 0.3, 4, rng=rng)[-1, 0], x)
    np.testing.assert_allclose(svrg(p, np.array([2.0]), 0.3, 4, 1, rng=rng, snapshot="last")[-1, 0], x)


def test_svrg_reaches_the_minimum_where_sgd_does_not():
    p = least_squares(20, 3)
    lr = 0.1 / p.L
    for kind in ("random", "last"):
        end = svrg(p, np.zeros(3), lr, 400, 30, rng=np.random.default_rng(7), runs=4, snapshot=kind)[-1]
        assert np.abs(end - p.minimiser).max() < 1e-5
    noisy = sgd(p, np.zeros(3), lr, 12_000, rng=np.random.default_rng(7), runs=4)[-1]
    assert np.abs(noisy - p.minimiser).max() > 1e-3


def test_a_random_snapshot_is_one_of_the_points_before_a_step():
    p = least_squares(1, 1)
    x = [np.array([2.0])]
    for _ in range(3):
        x.append(x[-1] - 0.3 * p.gradient(x[-1]))
    ends = svrg(p, x[0], 0.3, 3, 1, rng=np.random.default_rng(8), runs=50)[-1, :, 0]
    assert {round(float(e), 10) for e in ends} == {round(float(v[0]), 10) for v in x[:3]}


def test_bad_input():
    with pytest.raises(ValueError, match="A has rank 1, expected 2"):
        LeastSquares(np.ones((3, 2)), np.ones(3))
    with pytest.raises(ValueError, match="b"):
        LeastSquares(np.ones((3, 1)), np.ones(2))
    with pytest.raises(ValueError, match="lam is 0"):
        SoftmaxSum(np.ones((1, 1)), [0], 2, 0)
    with pytest.raises(ValueError, match="y has 2"):
        SoftmaxSum(np.ones((1, 1)), [0, 1], 2, 0.1)
    p, rng = least_squares(3, 1), np.random.default_rng(0)
    with pytest.raises(ValueError, match="batch is 0"):
        sgd(p, np.ones(1), 0.1, 1, rng=rng, batch=0)
    with pytest.raises(ValueError, match="inner is 0"):
        svrg(p, np.ones(1), 0.1, 0, 1, rng=rng)
    with pytest.raises(ValueError, match="snapshot is 'first'"):
        svrg(p, np.ones(1), 0.1, 1, 1, rng=rng, snapshot="first")
