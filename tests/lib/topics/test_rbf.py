"""Gaussian units against torch and finite differences, fits against SciPy and scikit-learn."""

import numpy as np
import pytest
import torch
from scipy.interpolate import RBFInterpolator
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import Ridge

from derived.check import adjoint_error, gradcheck
from derived.topics.rbf import (
    RBFNet,
    descend,
    gaussian_units,
    interpolate,
    kernel_weights,
    kmeans,
    multiquadric,
    ridge_weights,
)


def torch_units(x, C, s):
    return torch.exp(-((x[:, None] - C) ** 2).sum(-1) / (2 * s**2))


@pytest.mark.parametrize(("N", "m", "d"), [(1, 1, 1), (5, 1, 2), (1, 4, 3), (6, 3, 2)])
@pytest.mark.parametrize("common", [False, True])
def test_units_and_their_gradients(N, m, d, common):
    rng = np.random.default_rng(N + m)
    arrays = rng.normal(size=(N, d)), rng.normal(size=(m, d)), np.array(0.8) if common else rng.uniform(0.4, 2, m)
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    value, *pulls = gaussian_units.rule(*arrays)
    expected = torch_units(*theirs)
    np.testing.assert_allclose(value, expected.detach(), atol=1e-12)
    g = rng.normal(size=(N, m))
    expected.backward(torch.tensor(g))
    for pull, t in zip(pulls, theirs, strict=True):
        np.testing.assert_allclose(pull(g), t.grad, atol=1e-10)
    assert gradcheck(gaussian_units, *arrays, rng=rng) < 1e-6
    assert adjoint_error(gaussian_units, *arrays, rng=rng) < 1e-6


def test_a_wrong_power_of_the_width_is_noticed():
    def wrong(x, C, s):
        value, pull_x, pull_C, pull_s = gaussian_units.rule(x, C, s)
        return value, pull_x, pull_C, lambda g: pull_s(g) * s

    rng = np.random.default_rng(0)
    assert gradcheck(wrong, rng.normal(size=(4, 2)), rng.normal(size=(3, 2)), rng.uniform(2, 3, 3), rng=rng) > 1e-2


@pytest.mark.parametrize(("N", "d"), [(1, 1), (8, 2)])
def test_interpolation_as_scipy_does_it(N, d):
    rng = np.random.default_rng(N)
    X, y, T = rng.normal(size=(N, d)), rng.normal(size=N), rng.normal(size=(5, d))
    net = interpolate(X, y, 0.5)
    reference = RBFInterpolator(X, y, kernel="gaussian", epsilon=1 / (np.sqrt(2) * 0.5), degree=-1)
    np.testing.assert_allclose(net(T).data[:, 0], reference(T), atol=1e-8)
    np.testing.assert_allclose(net(X).data[:, 0], y, atol=1e-9)


def test_heads_and_kernel_weights_against_scikit_learn():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(30, 2)), rng.normal(size=(30, 3))
    net = RBFNet(kmeans(X, 7, rng=rng), 0.9, 3).fit_head(X, Y, 0.2)
    H = net.hidden(X).data
    np.testing.assert_allclose(net.bias.data, Y.mean(axis=0))
    np.testing.assert_allclose(net.weight.data, Ridge(0.2, fit_intercept=False).fit(H, Y - Y.mean(axis=0)).coef_,
                               atol=1e-8)  # fmt: skip
    np.testing.assert_allclose(ridge_weights(H, Y, 0.0).T, np.linalg.pinv(H) @ Y, atol=1e-6)
    K = gaussian_units.rule(X, X, np.float64(0.9))[0]
    dual = KernelRidge(alpha=0.1, kernel="rbf", gamma=1 / (2 * 0.9**2)).fit(X, Y[:, 0]).dual_coef_
    np.testing.assert_allclose(kernel_weights(K, Y[:, 0], 0.1), dual, atol=1e-10)
    other = kernel_weights(K, Y[:, 0], 0.1, "weights")
    np.testing.assert_allclose(other, Ridge(0.1, fit_intercept=False).fit(K, Y[:, 0]).coef_, atol=1e-8)
    assert np.abs(other - dual).max() > 0.01


def test_multiquadric_has_one_positive_eigenvalue():
    X = np.random.default_rng(3).normal(size=(9, 2))
    values = np.linalg.eigvalsh(multiquadric(X, 0.7))
    assert (values > 1e-9).sum() == 1 and (values < -1e-9).sum() == 8
    np.testing.assert_allclose(multiquadric(X, 0.0)[0, 1], np.linalg.norm(X[0] - X[1]))
    np.testing.assert_allclose(multiquadric(X, 0.7)[0, 1], np.hypot(0.7, np.linalg.norm(X[0] - X[1])))


def test_far_away_the_network_says_its_bias():
    rng = np.random.default_rng(0)
    net = RBFNet(rng.normal(size=(4, 2)), rng.uniform(0.5, 1, 4), 2).fit_head(rng.normal(size=(9, 2)), np.eye(9)[:, :2])
    np.testing.assert_allclose(net([[60.0, 0.0]]).data[0], [1 / 9, 1 / 9])


def test_descent_moves_all_but_the_bias_and_not_a_bump_without_data():
    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, (50, 1))
    Y, seen = np.sin(3 * X), []
    net = RBFNet([[-0.5], [0.4], [80.0]], 0.5).fit_head(X, Y, 1e-3)
    descend(net, X, Y, 60, callback=lambda step, net: seen.append((step, np.mean((net(X).data - Y) ** 2))))
    assert [step for step, _ in seen] == list(range(61)) and seen[-1][1] < 0.5 * seen[0][1]
    assert net.centres.data[2] == 80.0 and abs(net.centres.data[0] + 0.5) > 0.01
    np.testing.assert_allclose(net.bias.data, Y.mean(axis=0))


def test_bad_input():
    with pytest.raises(ValueError, match="gaussian_units: x has shape"):
        gaussian_units(np.ones((2, 3)), np.ones((2, 2)), np.ones(2))
    with pytest.raises(ValueError, match="interpolate: X has equal rows"):
        interpolate(np.ones((2, 2)), np.ones(2), 1.0)
    with pytest.raises(ValueError, match="kernel_weights: lam"):
        kernel_weights(np.eye(2), np.ones(2), 0.0)
    with pytest.raises(ValueError, match="did you mean 'weights'"):
        kernel_weights(np.eye(2), np.ones(2), 1.0, "weight")
    with pytest.raises(ValueError, match="kmeans: m is 3"):
        kmeans(np.ones((2, 2)), 3, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="RBFNet: width"):
        RBFNet(np.ones((2, 2)), 0.0)
    with pytest.raises(ValueError, match="RBFNet.fit_head: Y"):
        RBFNet(np.ones((2, 2)), 1.0).fit_head(np.ones((3, 2)), np.ones((3, 2)))
    with pytest.raises(ValueError, match="ridge_weights: H has shape"):
        ridge_weights(np.ones((3, 2)), np.ones(3), 0.1)
