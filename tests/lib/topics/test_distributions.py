"""Every log density against scipy.stats, inside and outside the support."""

import numpy as np
import pytest
from scipy import stats

from derived.topics import distributions as D

REAL = np.array([-2.0, -0.3, 0.0, 0.4, 3.0])
WHOLE = np.array([-1.0, 0.0, 1.0, 2.0, 2.5, 7.0])
CASES = {
    "normal": (D.normal_logpdf(REAL, 0.5, 2.0), stats.norm.logpdf(REAL, 0.5, 2.0)),
    "standard normal": (D.normal_logpdf(REAL), stats.norm.logpdf(REAL)),
    "exponential": (D.exponential_logpdf(REAL, 2.5), stats.expon.logpdf(REAL, scale=0.4)),
    "Bernoulli": (D.bernoulli_logpmf(WHOLE, 0.3), stats.bernoulli.logpmf(WHOLE, 0.3)),
    "binomial": (D.binomial_logpmf(WHOLE, 5, 0.3), stats.binom.logpmf(WHOLE, 5, 0.3)),
    "binomial, sure": (D.binomial_logpmf(WHOLE, 2, 1.0), stats.binom.logpmf(WHOLE, 2, 1.0)),
    "Poisson": (D.poisson_logpmf(WHOLE, 1.7), stats.poisson.logpmf(WHOLE, 1.7)),
}


@pytest.mark.parametrize("name", CASES)
def test_is_scipys(name):
    ours, theirs = CASES[name]
    np.testing.assert_allclose(ours, theirs, atol=1e-12)


@pytest.mark.parametrize(("shape", "d"), [((), 1), ((4,), 1), ((2, 3), 2), ((5,), 6)])
def test_multivariate_normal(shape, d):
    rng = np.random.default_rng(d)
    root, mean, x = rng.standard_normal((d, d)), rng.standard_normal(d), rng.standard_normal((*shape, d))
    cov = root @ root.T + 0.1 * np.eye(d)
    ours = D.multivariate_normal_logpdf(x, mean, cov)
    assert ours.shape == shape
    theirs = stats.multivariate_normal(mean, cov).logpdf(x.reshape(-1, d))
    np.testing.assert_allclose(ours.ravel(), np.ravel(theirs), rtol=1e-10)
    if d > 1:  # the mutant: a factor of the wrong side
        assert not np.allclose(D.multivariate_normal_logpdf(x, mean, root.T @ root + 0.1 * np.eye(d)), ours)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: D.normal_logpdf(0.0, 0.0, -1.0), "std has -1.0"),
        (lambda: D.exponential_logpdf(0.0, 0.0), "rate has 0.0"),
        (lambda: D.poisson_logpmf(0, 0.0), "rate has 0.0"),
        (lambda: D.binomial_logpmf(0, 2, 1.1), "p is 1.1"),
        (lambda: D.binomial_logpmf(0, 1.5, 0.1), "n is 1.5"),
        (lambda: D.multivariate_normal_logpdf(np.ones(2), np.ones(3), np.eye(3)), "x "),
        (lambda: D.multivariate_normal_logpdf(np.ones(2), np.ones(2), np.eye(3)), "cov has shape"),
        (lambda: D.multivariate_normal_logpdf(np.ones(2), np.ones(2), [[1, 2], [0, 1]]), "not symmetric"),
        (lambda: D.multivariate_normal_logpdf(np.ones(2), np.ones(2), [[1, 2], [2, 1]]), "eigenvalue <= 0"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
