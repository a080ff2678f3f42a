"""Ridge sums against monomials, networks against torch, least squares against scikit-learn."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LinearRegression, Ridge

from derived.topics.ridge import difference_network, lift, network, polarisation, random_fit


@pytest.mark.parametrize("exponents", [(1,), (3,), (1, 1), (2, 1), (0, 2, 3), (1, 1, 1, 1)])
def test_polarisation(exponents):
    X = np.random.default_rng(0).normal(size=(20, len(exponents)))
    c, s = polarisation(exponents)
    d = sum(exponents)
    np.testing.assert_allclose((X @ s.T) ** d @ c, np.prod(X**exponents, axis=1), atol=1e-9)
    if d > 1:
        assert np.abs((X @ s.T) ** d @ np.abs(c) - np.prod(X**exponents, axis=1)).max() > 0.1


@pytest.mark.parametrize(("m", "n", "K"), [(1, 1, 1), (5, 3, 2)])
def test_network_is_the_formula(m, n, K):
    rng = np.random.default_rng(m)
    theta, b, beta, X = rng.normal(size=(m, n)), rng.normal(size=m), rng.normal(size=(K, m)), rng.normal(size=(7, n))
    expected = torch.sigmoid(torch.tensor(X @ theta.T + b)).numpy() @ beta.T + 0.5
    np.testing.assert_allclose(network(theta, b, beta, 0.5, "sigmoid")(X).data, expected, atol=1e-12)


def test_lift_is_the_sum_of_the_parts():
    rng = np.random.default_rng(0)
    parts = [network(*(rng.normal(size=s) for s in ((m, 1), m, m, ())), "tanh") for m in (1, 4, 2)]
    directions, X = rng.normal(size=(3, 2)), rng.normal(size=(9, 2))
    expected = sum(F((X @ d)[:, None]).data for F, d in zip(parts, directions, strict=True))
    np.testing.assert_allclose(lift(directions, parts)(X).data, expected, atol=1e-12)
    assert np.abs(lift(-directions, parts)(X).data - expected).max() > 0.1


@pytest.mark.parametrize("k", [1, 2, 3])
def test_difference_network_tends_to_a_monomial(k):
    x = np.linspace(-1, 1, 21)
    u = np.tanh(0.4)
    derivative = [1 - u**2, -2 * u * (1 - u**2), (1 - u**2) * (6 * u**2 - 2)][k - 1]
    error = [np.abs(difference_network(k, h, 0.4)(x[:, None]).data[:, 0] - derivative * x**k).max()
             for h in (1e-2, 5e-3)]  # fmt: skip
    assert error[0] < 0.2 and 1.7 < error[0] / error[1] < 2.3


def test_random_fit_solves_the_least_squares_problem():
    rng = np.random.default_rng(1)
    X, Y = rng.normal(size=(60, 3)), rng.normal(size=(60, 2))
    for ridge, reference in ((0.0, LinearRegression()), (0.3, Ridge(0.3))):
        model = random_fit(X, Y, 10, "tanh", rng=np.random.default_rng(2), ridge=ridge)
        H = model[:2](X).data
        np.testing.assert_allclose(model(X).data, reference.fit(H, Y).predict(H), atol=1e-8)


def test_bad_input():
    with pytest.raises(ValueError, match="polarisation: exponents is"):
        polarisation((0, 0))
    with pytest.raises(ValueError, match="network: b has shape"):
        network(np.ones((2, 1)), np.zeros(3), np.ones(2))
    with pytest.raises(ValueError, match="lift: directions has shape"):
        lift(np.ones((2, 2)), [difference_network(1, 0.1, 0)])
    with pytest.raises(ValueError, match="expected one"):
        lift(np.ones((2, 2)), [difference_network(1, 0.1, 0), difference_network(1, 0.1, 0, "relu")])
    with pytest.raises(ValueError, match="difference_network: h is 0"):
        difference_network(1, 0.0, 0)
    with pytest.raises(ValueError, match="random_fit: X has shape"):
        random_fit(np.ones(3), np.ones((3, 1)), 2, rng=np.random.default_rng(0))
