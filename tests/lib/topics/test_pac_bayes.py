"""PAC-Bayes beside SciPy: root finding, optimisation over all Q, exact sums over binomial counts."""

import numpy as np
import pytest
from scipy import optimize, stats
from scipy.special import rel_entr, softmax

from derived.topics import pac_bayes as pb


def test_tilted_and_binary_kl():
    rng = np.random.default_rng(0)
    p, phi = rng.dirichlet(np.ones(5), 3), rng.standard_normal((3, 5))
    assert np.allclose(pb.tilted(p, phi), softmax(np.log(p) + phi, axis=1))
    assert np.allclose(pb.tilted([0, 1], [900.0, 0]), [0, 1])
    a, b = rng.random(9), rng.random(9)
    assert np.allclose(pb.binary_kl(a, b), rel_entr(a, b) + rel_entr(1 - a, 1 - b))
    assert pb.binary_kl(0, 0) == 0 and pb.binary_kl(0.5, 1) == np.inf


@pytest.mark.parametrize(("a", "budget"), [(0.0, 0.1), (0.1, 0.02), (0.5, 0.0), (0.3, 2.0), (1.0, 0.3)])
def test_inverse_by_root_finding(a, budget):
    ours = pb.binary_kl_inverse(a, budget)
    if a == 1 or budget == 0:
        assert ours == pytest.approx(a, abs=1e-7)
    else:
        root = optimize.brentq(lambda b: rel_entr(a, b) + rel_entr(1 - a, 1 - b) - budget, a, 1 - 1e-15)
        assert ours == pytest.approx(root, abs=1e-9)


@pytest.mark.parametrize("n", [1, 2, 7, 60])
def test_constant_is_an_expectation(n):
    k = np.arange(n + 1)
    for R in (0.1, 0.5, 0.83):
        mean = np.sum(stats.binom.pmf(k, n, R) * np.exp(n * (rel_entr(k / n, R) + rel_entr(1 - k / n, 1 - R))))
        assert pb.maurer_constant(n) == pytest.approx(mean)
    assert pb.maurer_constant(n) <= 2 * np.sqrt(n) * (1 + 1e-12)


def test_bounds():
    assert pb.mcallester_bound(0.1, 5.0, 100, 0.05) == pytest.approx(0.1 + np.sqrt((5 + np.log(400)) / 200))
    assert pb.maurer_bound(0.1, 5.0, 100, 0.05) < pb.mcallester_bound(0.1, 5.0, 100, 0.05)
    assert pb.sampled_risk(0.0, 50, 0.1) == pytest.approx(1 - 0.1 ** (1 / 50))


def test_worst_margin_by_optimisation_over_all_distributions():
    rng = np.random.default_rng(1)
    p, n = rng.dirichlet(np.ones(4)), 40
    for gap in (np.array([0.3, 0.05, -0.2, 0.1]), np.array([0.02, 0.01, 0.0, -0.01])):
        def negative(z, gap=gap):
            q = softmax(z)
            return -(2 * n * max(q @ gap, 0) ** 2 - rel_entr(q, p).sum())

        found = min(optimize.minimize(negative, rng.standard_normal(4) * 3, method="Nelder-Mead",
                                      options={"maxiter": 4000, "xatol": 1e-9, "fatol": 1e-12}).fun
                    for _ in range(12))  # fmt: skip
        assert pb.worst_margin(gap, p, n) == pytest.approx(-found, rel=0.02, abs=1e-3)


@pytest.mark.parametrize(("size", "noise"), [(2, 0.1), (5, 0.3), (6, 0.2)])
def test_threshold_risks_by_simulation(size, noise):
    R, trained = pb.threshold_risks(30, size, 4000, noise, rng=np.random.default_rng(2))
    rng, a = np.random.default_rng(3), np.linspace(0, 1, size)
    x = rng.random(200_000)
    y = (x > 0.5) ^ (rng.random(len(x)) < noise)
    assert np.allclose(R, np.mean((x > a[:, None]) != y, axis=1), atol=0.006)
    assert trained.shape == (4000, size) and np.allclose(trained.mean(axis=0), R, atol=0.008)
    assert np.allclose(trained.std(axis=0), np.sqrt(R * (1 - R) / 30), atol=0.006)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="delta is 2"):
        pb.mcallester_bound(0.1, 1.0, 10, 2)
    with pytest.raises(ValueError, match="kl is -1"):
        pb.maurer_bound(0.1, -1.0, 10, 0.1)
    with pytest.raises(ValueError, match="b has values outside"):
        pb.binary_kl(0.5, 1.5)
    with pytest.raises(ValueError, match="draws is 0"):
        pb.sampled_risk(0.1, 0, 0.1)
