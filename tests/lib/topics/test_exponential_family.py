"""Exponential families against scipy.stats; their moments are the derivatives of the log-partition."""

import numpy as np
import pytest
from scipy import stats

from derived.check import finite_difference
from derived.topics import exponential_family as ef

SCIPY = {
    "Gaussian of variance 1": lambda v: stats.norm(v, 1),
    "Bernoulli": lambda v: stats.bernoulli(1 / (1 + np.exp(-v))),
    "Poisson": lambda v: stats.poisson(np.exp(v)),
    "exponential": lambda v: stats.expon(scale=-1 / v),
}
NUMBERS = [ef.gaussian, ef.bernoulli, ef.poisson, ef.exponential]


def parameters(family, count=12):
    v = np.random.default_rng(0).uniform(-2, 2, count)
    return -0.2 - np.abs(v) if family is ef.exponential else v


@pytest.mark.parametrize("family", NUMBERS, ids=lambda f: f.name)
def test_log_prob_and_moments_are_scipys(family):
    v = parameters(family)
    there = SCIPY[family.name](v)
    y = family.sample(v, np.random.default_rng(1))
    expected = there.logpdf(y) if hasattr(there.dist, "pdf") else there.logpmf(y)
    np.testing.assert_allclose(family.log_prob(y, v), expected, atol=1e-10)
    np.testing.assert_allclose(family.mean(v), there.mean(), atol=1e-12)
    np.testing.assert_allclose(family.covariance(v), there.var(), atol=1e-12)
    np.testing.assert_allclose(family.link(family.mean(v)), v, atol=1e-12)


@pytest.mark.parametrize("family", NUMBERS, ids=lambda f: f.name)
def test_derivatives_of_the_log_partition(family):
    v = parameters(family)
    for each in v:
        assert finite_difference(family.log_partition, each) == pytest.approx(family.mean(each), abs=1e-8)
        assert finite_difference(family.mean, each) == pytest.approx(family.covariance(each), abs=1e-7)
    assert np.abs(np.gradient(family.log_partition(v)) - family.covariance(v)).max() > 1e-2  # not the variance


@pytest.mark.parametrize("family", NUMBERS, ids=lambda f: f.name)
def test_samples_have_the_mean(family):
    v = np.full(20_000, parameters(family)[0])
    y = family.sample(v, np.random.default_rng(2))
    assert abs(y.mean() - family.mean(v[0])) < 5 * np.sqrt(family.covariance(v[0]) / len(v))


def test_exponential_has_no_partition_function_from_zero_on():
    np.testing.assert_array_equal(ef.exponential.log_partition(np.array([0.0, 1.0])), np.inf)


@pytest.mark.parametrize("shape", [(1,), (4,), (3, 1), (5, 3)])
def test_categorical(shape):
    rng = np.random.default_rng(3)
    v = rng.standard_normal(shape)
    y = ef.categorical.sample(v, rng)
    p = ef.categorical.mean(v)
    np.testing.assert_allclose(ef.categorical.log_prob(y, v), np.log((p * y).sum(axis=-1)), atol=1e-12)
    rows, J = v.reshape(-1, shape[-1]), ef.softmax_jacobian(v).reshape(-1, shape[-1], shape[-1])
    for z, jacobian in zip(rows, J, strict=True):
        np.testing.assert_allclose(jacobian, finite_difference(ef.categorical.mean, z), atol=1e-9)
        assert shape[-1] == 1 or np.abs(-jacobian - finite_difference(ef.categorical.mean, z)).max() > 1e-3


def test_categorical_samples_have_the_mean():
    v = np.array([0.5, -1.0, 0.0])
    y = ef.categorical.sample(np.tile(v, (20_000, 1)), np.random.default_rng(4))
    np.testing.assert_allclose(y.mean(axis=0), ef.categorical.mean(v), atol=0.02)
