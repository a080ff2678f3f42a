"""Bernstein polynomials against SciPy's, and their known values at low degree."""

import numpy as np
import pytest
from scipy.interpolate import BPoly
from scipy.stats import binom

from derived.topics.bernstein import basis, bernstein


@pytest.mark.parametrize("m", [1, 2, 9, 300])
def test_basis_is_the_binomial_distribution(m):
    x = np.linspace(0, 1, 23)
    np.testing.assert_allclose(basis(m, x), binom.pmf(np.arange(m + 1), m, x[:, None]), atol=1e-12)


@pytest.mark.parametrize("m", [1, 2, 15])
def test_one_variable_against_scipy(m):
    values, x = np.random.default_rng(m).normal(size=m + 1), np.linspace(0, 1, 40)
    np.testing.assert_allclose(bernstein(values, x), BPoly(values[:, None], [0, 1])(x), atol=1e-12)


def test_two_variables_against_one_after_the_other():
    rng = np.random.default_rng(0)
    values, X = rng.normal(size=(4, 6)), rng.random((10, 2))
    rows = np.array([BPoly(values.T[:, None, i], [0, 1])(X[:, 1]) for i in range(4)])
    expected = [BPoly(rows[:, n][:, None], [0, 1])(X[n, 0]) for n in range(10)]
    np.testing.assert_allclose(bernstein(values, X), expected, atol=1e-12)
    assert np.abs(bernstein(values[::-1], X) - expected).max() > 0.1


def test_bad_input():
    with pytest.raises(ValueError, match="basis: m is 0"):
        basis(0, np.zeros(1))
    with pytest.raises(ValueError, match=r"leaves \[0, 1\]"):
        bernstein(np.zeros(3), np.array([1.1]))
    with pytest.raises(ValueError, match="values has 2 axes, X has 1"):
        bernstein(np.zeros((3, 3)), np.zeros(4))
    with pytest.raises(ValueError, match="values has nan"):
        bernstein(np.full(3, np.nan), np.zeros(4))
