"""Momentum and Nesterov's method against torch.optim, and the roots against np.roots."""

import numpy as np
import pytest
import torch

from derived.topics import accelerated
from derived.topics.surfaces import BEALE, quadratic

START = np.array([0.7, 0.4])


def torch_path(eta, beta, nesterov, surface, steps=40):
    x = torch.tensor(START, requires_grad=True)
    optimizer, points = torch.optim.SGD([x], lr=eta, momentum=beta, nesterov=nesterov), [START]
    for _ in range(steps):
        x.grad = torch.tensor(surface.gradient(x.detach().numpy()))
        optimizer.step()
        lead = eta * beta * optimizer.state[x]["momentum_buffer"] if nesterov else 0
        points.append((x + lead).detach().numpy())
    return np.array(points)


@pytest.mark.parametrize("surface", [BEALE, quadratic(10.0, 0.3)])
def test_three_forms_of_momentum_and_two_of_nesterov(surface):
    g, eta, beta = surface.gradient, 0.01, 0.8
    expected = torch_path(eta, beta, False, surface)
    for path in (accelerated.momentum(g, START, eta, beta, 40), accelerated.heavy_ball(g, START, eta, beta, 40),
                 accelerated.averaged_momentum(g, START, eta / (1 - beta), beta, 40)):  # fmt: skip
        np.testing.assert_allclose(path, expected, atol=1e-12)
    expected = torch_path(eta, beta, True, surface)
    for method in (accelerated.nesterov, accelerated.nesterov_lookahead):
        np.testing.assert_allclose(method(g, START, eta, beta, 40), expected, atol=1e-12)
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(accelerated.momentum(g, START, eta, beta, 40), expected, atol=1e-12)


def test_many_starts_side_by_side_and_no_steps():
    starts = np.random.default_rng(0).standard_normal((3, 2))
    paths = accelerated.nesterov(BEALE.gradient, starts, 1e-3, 0.5, 10)
    np.testing.assert_allclose(paths[:, 1], accelerated.nesterov(BEALE.gradient, starts[1], 1e-3, 0.5, 10))
    assert accelerated.momentum(BEALE.gradient, START, 0.1, 0.5, 0).shape == (1, 2)
    with pytest.raises(ValueError, match="steps is -1, expected an integer >= 0"):
        accelerated.momentum(BEALE.gradient, START, 0.1, 0.5, -1)


@pytest.mark.parametrize("lookahead", [False, True])
def test_modulus_by_numpy_roots(lookahead):
    for h in (0.0, 0.3, 1.0, 2.5):
        for beta in (0.0, 0.5, 0.9):
            p, q = ((1 + beta) * (1 - h), beta * (1 - h)) if lookahead else (1 + beta - h, beta)
            expected = abs(np.roots([1, -p, q])).max()
            np.testing.assert_allclose(accelerated.modulus(h, beta, lookahead), expected, atol=1e-7)


def test_the_schedule_of_momentum():
    values = accelerated.momentum_schedule(np.array([0, 249, 250, 500, 1000, 10**6]), 0.95)
    np.testing.assert_allclose(values, [0.5, 0.5, 0.75, 5 / 6, 0.9, 0.95])
