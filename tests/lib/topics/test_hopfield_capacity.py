"""The noise in one field by enumeration, and the mean-field equations solved in another way."""

import re
from itertools import product

import numpy as np
import pytest
from scipy import optimize, special

from derived.topics.hopfield import Hopfield
from derived.topics.hopfield_capacity import critical_load, retrieval_overlap, signal_load, unstable_probability


@pytest.mark.parametrize(("n", "s"), [(1, 1), (1, 3), (4, 1), (2, 5), (3, 4), (5, 2), (4, 3)])
def test_unstable_probability_by_enumeration(n, s):
    unstable = []
    for signs in product((-1.0, 1.0), repeat=n * s):
        X = np.reshape(signs, (s, n))
        unstable.append(X[0, 0] * Hopfield(n).store(X).field(X[0])[0] < 0)
    assert np.isclose(np.mean(unstable), unstable_probability(n, s), atol=1e-12)


def equations(z, alpha):
    m, rho, c = z
    noise = np.sqrt(2 * alpha * rho)
    return (m - special.erf(m / noise), rho - 1 / (1 - c) ** 2,
            c - np.sqrt(2 / (np.pi * alpha * rho)) * np.exp(-((m / noise) ** 2)))


@pytest.mark.parametrize("alpha", [0.05, 0.1, 0.13])
def test_overlap_solves_the_three_equations(alpha):
    m, rho, c = optimize.fsolve(equations, (0.99, 1.2, 0.1), args=(alpha,), xtol=1e-13)
    assert np.isclose(retrieval_overlap(alpha), m, atol=1e-9) and m > 0.9 and 0 < c < 1


def test_the_break():
    alpha, v = critical_load()
    assert np.isclose(alpha, 0.137905566, atol=1e-8) and np.isclose(signal_load(v), alpha)
    assert np.isclose(retrieval_overlap(alpha - 1e-9), 0.967, atol=1e-3) and retrieval_overlap(alpha + 1e-9) == 0
    assert np.isclose(signal_load(np.array([50.0]))[0], 0.5 / 50**2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: unstable_probability(0, 1), "unstable_probability: n is 0, s is 1, expected at least 1"),
        (lambda: retrieval_overlap(0), "retrieval_overlap: alpha is 0, expected a load > 0"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
