"""Entropies and divergences against scipy.stats.entropy, torch.distributions and quadrature."""

import numpy as np
import pytest
import torch
from scipy import integrate, stats

from derived.topics.information import cross_entropy_discrete, entropy, js_discrete, kl_discrete, kl_gaussian


def pairs():
    rng = np.random.default_rng(0)
    for n in [1, 1, 2, 3, 10]:
        yield rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(n))


@pytest.mark.parametrize(("p", "q"), list(pairs()))
def test_discrete_quantities_are_scipys(p, q):
    assert entropy(p) == pytest.approx(stats.entropy(p), abs=1e-12)
    assert kl_discrete(p, q) == pytest.approx(stats.entropy(p, q), abs=1e-12)
    assert cross_entropy_discrete(p, q) == pytest.approx(stats.entropy(p) + stats.entropy(p, q), abs=1e-12)
    assert len(p) == 1 or abs(kl_discrete(q, p) - stats.entropy(p, q)) > 1e-6  # the mutant: arguments exchanged


def test_zeros():
    assert entropy([0.0, 1.0]) == 0
    assert kl_discrete([0.0, 1.0], [0.5, 0.5]) == pytest.approx(np.log(2))
    assert kl_discrete([0.5, 0.5], [0.0, 1.0]) == np.inf
    assert kl_discrete([0.0, 1.0], [0.0, 1.0]) == 0


def test_distributions_along_the_last_axis():
    rng = np.random.default_rng(1)
    P, Q = rng.dirichlet(np.ones(4), size=(2, 3)), rng.dirichlet(np.ones(4), size=3)
    assert entropy(P).shape == kl_discrete(P, Q).shape == (2, 3)
    assert kl_discrete(P, Q)[1, 2] == pytest.approx(stats.entropy(P[1, 2], Q[2]))


@pytest.mark.parametrize("d", [1, 2, 5])
def test_gaussians_are_torchs(d):
    rng = np.random.default_rng(d)
    means = rng.standard_normal((2, d))
    roots = rng.standard_normal((2, d, d))
    covs = roots @ roots.transpose(0, 2, 1) + np.eye(d)
    one, two = (torch.distributions.MultivariateNormal(torch.tensor(m), torch.tensor(c))
                for m, c in zip(means, covs, strict=True))  # fmt: skip
    theirs = torch.distributions.kl_divergence(one, two).item()
    assert kl_gaussian(means[0], covs[0], means[1], covs[1]) == pytest.approx(theirs, rel=1e-10)
    assert kl_gaussian(means[1], covs[1], means[0], covs[0]) != pytest.approx(theirs, rel=1e-3)


def test_gaussians_in_one_dimension_by_quadrature():
    p, q = stats.norm(0.3, 0.7), stats.norm(-0.5, 1.2)
    integral = integrate.quad(lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)), -8, 8)[0]
    assert kl_gaussian([0.3], [[0.49]], [-0.5], [[1.44]]) == pytest.approx(integral)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: entropy([0.5, 0.6]), r"p sums to 1.1"),
        (lambda: entropy([1.5, -0.5]), "p has -0.5"),
        (lambda: entropy(1.0), r"p has shape \(\)"),
        (lambda: kl_discrete([0.5, 0.5], [np.nan, 1.0]), "q has nan"),
        (lambda: kl_gaussian([0.0], [[1.0]], [0.0, 0.0], np.eye(2)), "mean1 and cov1 have shapes"),
        (lambda: kl_gaussian([0.0], [[0.0]], [0.0], [[1.0]]), "cov0 is not symmetric with positive eigenvalues"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_jensen_shannon_is_scipys():
    from scipy.spatial.distance import jensenshannon

    rng = np.random.default_rng(9)
    for k in (1, 2, 6):
        p, q = rng.dirichlet(np.ones(k), (2, 4))
        np.testing.assert_allclose(js_discrete(p, q), jensenshannon(p, q, axis=1) ** 2, atol=1e-12)
    assert js_discrete(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == pytest.approx(np.log(2))
    assert js_discrete(p[0], q[0]) == pytest.approx(js_discrete(q[0], p[0]))
