"""Descent against torch.optim, closed forms, SciPy."""

import numpy as np
import pytest
import torch
from scipy.linalg import expm

from derived import optim
from derived.topics import surfaces
from derived.topics.descent import (
    backtracking,
    gradient_descent,
    gradient_flow,
    line_search_descent,
    newton_step,
    optimizer_path,
)


def random_quadratic(n, rng):
    R = rng.standard_normal((n, n))
    return R @ R.T / n + 0.1 * np.eye(n)


@pytest.mark.parametrize("n", [1, 2, 7])
def test_gradient_descent_is_torchs_sgd(n):
    rng = np.random.default_rng(n)
    H, x0 = random_quadratic(n, rng), rng.standard_normal(n)
    x = torch.tensor(x0, requires_grad=True)
    optimizer, Ht = torch.optim.SGD([x], lr=0.3), torch.tensor(H)
    path = gradient_descent(lambda x: H @ x, x0, 0.3, 50)
    for k in range(50):
        np.testing.assert_allclose(path[k], x.detach(), atol=1e-12)
        optimizer.zero_grad()
        (x @ Ht @ x / 2).backward()
        optimizer.step()
    np.testing.assert_allclose(optimizer_path(lambda p: optim.SGD(p, lr=0.3), lambda x: H @ x, x0, 50), path)


def test_a_schedule_of_rates_and_divergence():
    path = gradient_descent(lambda x: x, np.ones(1), lambda k: 1 / (k + 2), 3)
    np.testing.assert_allclose(path[:, 0], [1, 1 / 2, 1 / 3, 1 / 4])
    each = gradient_descent(lambda x: x, np.ones((2, 3)), np.array([[0.1], [0.2]]), 2)
    np.testing.assert_allclose(each[-1], [[0.81] * 3, [0.64] * 3])
    assert not np.isfinite(gradient_descent(lambda x: x**3, np.array([9.0]), 1.0, 20)).all()


def test_momentum_path_is_torchs():
    s = surfaces.BEALE
    x = torch.tensor(s.start, requires_grad=True)
    optimizer = torch.optim.SGD([x], lr=0.005, momentum=0.8, nesterov=True)
    for _ in range(30):
        x.grad = torch.tensor(s.gradient(x.detach().numpy()))
        optimizer.step()
    ours = optimizer_path(lambda p: optim.SGD(p, lr=0.005, momentum=0.8, nesterov=True), s.gradient, s.start, 30)
    np.testing.assert_allclose(ours[-1], x.detach(), atol=1e-12)


@pytest.mark.parametrize("n", [1, 4])
def test_flow_of_a_quadratic(n):
    rng = np.random.default_rng(n)
    H, x0, t = random_quadratic(n, rng), rng.standard_normal(n), np.array([0.0, 0.5, 3.0])
    exact = np.stack([expm(-s * H) @ x0 for s in t])
    np.testing.assert_allclose(gradient_flow(lambda x: H @ x, x0, t), exact, atol=1e-9)
    assert np.abs(gradient_flow(lambda x: -H @ x, x0, t) - exact).max() > 0.1


def test_newton_step():
    rng = np.random.default_rng(3)
    for n in (1, 5):
        H, g = random_quadratic(n, rng), rng.standard_normal(n)
        np.testing.assert_allclose(H @ newton_step(g, H), -g, atol=1e-12)
        np.testing.assert_allclose(newton_step(g, np.eye(n) / 0.2), -0.2 * g)


def test_backtracking_takes_the_first_rate_that_passes():
    value = lambda x: 4 * x @ x  # L = 8: with c = 1/2 the condition is eta <= 1/8
    x = np.array([1.0, -2.0])
    assert backtracking(value, x, 8 * x) == (0.125, 5)
    assert backtracking(value, x, 8 * x, lr=0.1) == (0.1, 2)
    assert backtracking(value, x, -8 * x) == (0.0, 41)
    assert backtracking(lambda x: np.inf if x[0] < 0 else value(x), x, 8 * x)[0] == 0.125
    path, rates, evaluations = line_search_descent(value, lambda x: 8 * x, x, 3)
    assert rates.tolist() == [0.125, 1, 1] and evaluations == 9 and not path[-1].any()  # at rest after one step


def test_bad_input():
    with pytest.raises(ValueError, match="H has shape"):
        newton_step(np.ones(2), np.eye(3))
    with pytest.raises(ValueError, match="steps is -1"):
        gradient_descent(np.sign, np.ones(1), 0.1, -1)
    with pytest.raises(ValueError, match="times is"):
        gradient_flow(np.sign, np.ones(1), [1.0, 0.5])
    with pytest.raises(ValueError, match="lr is 0"):
        backtracking(np.sum, np.ones(1), np.ones(1), lr=0)
    with pytest.raises(ValueError, match="shrink is 1"):
        backtracking(np.sum, np.ones(1), np.ones(1), shrink=1)
