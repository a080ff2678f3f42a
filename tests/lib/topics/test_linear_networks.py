"""Two-layer linear networks against torch.autograd and SciPy's solver of differential equations."""

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp

from derived.topics.linear_networks import (
    aligned_start,
    descend,
    half_time,
    mode_strengths,
    saxe_curve,
    second_moments,
    two_layer_gradients,
)


@pytest.mark.parametrize(("N", "d", "h", "k"), [(1, 1, 1, 1), (5, 1, 3, 2), (6, 4, 2, 5)])
def test_gradients(N, d, h, k):
    rng = np.random.default_rng(N + d)
    arrays = [rng.standard_normal(s) for s in [(N, d), (N, k), (h, d), (k, h)]]
    X, Y, A, B = (torch.tensor(a, requires_grad=True) for a in arrays)
    (0.5 * ((Y - X @ A.T @ B.T) ** 2).sum()).backward()
    by_A, by_B = two_layer_gradients(arrays[2], arrays[3], *second_moments(*arrays[:2]))
    np.testing.assert_allclose(by_A, A.grad.numpy(), atol=1e-10)
    np.testing.assert_allclose(by_B, B.grad.numpy(), atol=1e-10)
    assert np.abs(-by_A - A.grad.numpy()).max() > 1e-3


@pytest.mark.parametrize(("sigma", "u0", "tau"), [(1.0, 1e-3, 1.0), (4.0, 0.1, 2.0), (0.5, 2.0, 1.0)])
def test_the_curve_solves_its_equation(sigma, u0, tau):
    t = np.linspace(0, 6, 20)
    flow = solve_ivp(lambda _, u: 2 * u * (sigma - u) / tau, (0, 6), [u0], t_eval=t, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(saxe_curve(t, sigma, u0, tau), flow.y[0], rtol=1e-7)
    assert saxe_curve(1e9, sigma, u0) == pytest.approx(sigma)


@pytest.mark.parametrize("shape", [(1, 1), (3, 2), (2, 5)])
def test_an_aligned_start_follows_the_curves(shape):
    rng = np.random.default_rng(sum(shape))
    U, V = (np.linalg.qr(rng.standard_normal((n, n)))[0] for n in shape)
    sigma = np.array([2.0, 1.0])[: min(shape)]
    Gamma = U[:, : len(sigma)] * sigma @ V[:, : len(sigma)].T
    products, C, D = descend(*aligned_start(Gamma, 1e-2, 6, rng=rng), Gamma, lr=1e-3, steps=6000)
    t = 1e-3 * np.arange(6001)
    np.testing.assert_allclose(mode_strengths(products, Gamma), saxe_curve(t[:, None], sigma, 1e-2), atol=5e-3)
    np.testing.assert_allclose(D @ C, products[-1])
    np.testing.assert_allclose(D.T @ D, C @ C.T, atol=1e-2)
    wrong = saxe_curve(t[:, None], sigma, 1e-2, tau=2)  # one σ in the exponent instead of two
    assert np.abs(mode_strengths(products, Gamma) - wrong).max() > 0.1


def test_half_time():
    assert saxe_curve(half_time(3.0, 0.01, 2.0), 3.0, 0.01, 2.0) == pytest.approx(1.5)


def test_bad_input():
    with pytest.raises(ValueError, match="2 rows and Y 3"):
        second_moments(np.ones((2, 1)), np.ones((3, 1)))
    with pytest.raises(ValueError, match=r"Gamma \(2, 2\)"):
        descend(np.ones((1, 3)), np.ones((2, 1)), np.ones((2, 2)), lr=0.1, steps=1)
    with pytest.raises(ValueError, match=r"A has shape \(1, 3\)"):
        two_layer_gradients(np.ones((1, 3)), np.ones((2, 2)), np.ones((2, 3)), np.eye(3))
    with pytest.raises(ValueError, match="hidden is 1"):
        aligned_start(np.eye(2), 0.1, 1, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="u0 is 0"):
        aligned_start(np.eye(2), 0, 2, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="u0 is 1"):
        half_time(1.0, 1.0)
    with pytest.raises(ValueError, match="u0 0"):
        saxe_curve(1.0, 1.0, 0)
