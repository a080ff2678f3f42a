"""The constant by quadrature, the sampled networks by their mean, the bound by their error."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import chi

from derived.topics.barron import ThresholdNetwork, bump, bump_constant, greedy_fit, sample_network, uniform_ball


@pytest.mark.parametrize("n", [1, 2, 3, 8])
def test_constant(n):
    assert bump_constant(n) == pytest.approx(quad(lambda t: t * chi.pdf(t, n), 0, np.inf)[0], rel=1e-9)


@pytest.mark.parametrize("n", [1, 2, 5])
@pytest.mark.parametrize("tilted", [True, False])
def test_sampled_networks_are_unbiased_and_within_the_bound(n, tilted):
    rng = np.random.default_rng(n)
    r, m = 1.5, 50
    X = uniform_ball(300, n, r, rng)
    values = np.array([sample_network(n, m, r, rng, tilted=tilted)(X) for _ in range(400)])
    deviation = (values.mean(axis=0) - bump(X)) / (values.std(axis=0) / np.sqrt(400) + 1e-12)
    assert np.sqrt(np.mean(deviation**2)) < 2
    second_moment = bump_constant(n) ** 2 if tilted else n
    assert np.mean((values - bump(X)) ** 2) < 4 * r**2 * second_moment / m
    wrong = np.array([ThresholdNetwork(N.theta, -N.b, N.beta, 1.0)(X)
                      for N in (sample_network(n, m, r, rng) for _ in range(400))])  # fmt: skip
    assert np.abs(wrong.mean(axis=0) - bump(X)).max() > 0.1


def test_uniform_ball():
    X = uniform_ball(20_000, 3, 2.0, np.random.default_rng(0))
    radius = np.linalg.norm(X, axis=1)
    assert radius.max() <= 2 and np.mean(radius**3) == pytest.approx(4, abs=0.1)
    assert np.abs(X.mean(axis=0)).max() < 0.05


def test_greedy_never_gets_worse():
    rng = np.random.default_rng(0)
    X = uniform_ball(200, 2, 1.0, rng)
    y = bump(X)
    networks = greedy_fit(X, y, sample_network(2, 100, 1.0, rng), 12)
    errors = [np.mean((F(X) - y) ** 2) for F in networks]
    assert [len(F.b) for F in networks] == list(range(1, 13))
    assert np.all(np.diff(errors) <= 1e-12) and errors[-1] < errors[0] / 3


def test_bad_input():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="bump_constant: n is 0"):
        bump_constant(0)
    with pytest.raises(ValueError, match="sample_network: m is 0"):
        sample_network(1, 0, 1.0, rng)
    with pytest.raises(ValueError, match="expected 1 to 5"):
        greedy_fit(np.ones((3, 1)), np.ones(3), sample_network(1, 5, 1.0, rng), 6)
