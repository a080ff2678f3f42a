"""Willshaw's memory against logical operations, enumeration and simulation; a wrong threshold is told apart."""

import re
from itertools import combinations, product
from math import comb, log2

import numpy as np
import pytest
from scipy.special import gammaln

from derived.topics.willshaw import (
    WillshawMemory,
    expected_fill,
    expected_spurious,
    pattern_bits,
    sparse_patterns,
)

SHAPES = [(1, 1, 1), (3, 4, 4), (5, 8, 1), (40, 30, 4), (200, 30, 4)]


@pytest.mark.parametrize(("s", "n", "r"), SHAPES)
def test_matrix_is_the_or_of_outer_products_and_no_bit_is_missing(s, n, r):
    rng = np.random.default_rng(s)
    X, Y = sparse_patterns(s, n, r, rng), sparse_patterns(s, n, r, rng)
    memory = WillshawMemory(n, r).store(X[:2], Y[:2]).store(X[2:], Y[2:])
    theta = np.zeros((n, n), dtype=bool)
    for x, y in zip(X.astype(bool), Y.astype(bool), strict=True):
        theta |= np.logical_and.outer(y, x)
    assert np.array_equal(memory.theta, theta) and memory.theta.dtype == bool
    answers = np.array([[theta[j, x == 1].all() for j in range(n)] for x in X])
    assert np.array_equal(memory.recall(X), answers) and (memory.recall(X) >= Y).all()
    assert np.array_equal(memory.recall(X[0]), answers[0])


def test_a_stricter_threshold_loses_bits():
    rng = np.random.default_rng(0)
    X, Y = sparse_patterns(5, 20, 3, rng), sparse_patterns(5, 20, 3, rng)
    memory = WillshawMemory(20, 3).store(X, Y)
    assert not memory.recall(X, threshold=4).any() and memory.recall(X, threshold=0).all()


def test_sparse_patterns_are_uniform():
    X = sparse_patterns(6000, 5, 2, np.random.default_rng(1))
    assert X.shape == (6000, 5) and (X.sum(1) == 2).all()
    counts = [np.sum(X[:, a] * X[:, b]) for a, b in combinations(range(5), 2)]
    assert np.sum((np.array(counts) - 600) ** 2 / 600) < 28  # chi-squared, 9 degrees of freedom, 99.9 %


def pairs(n, r):
    """All patterns of n bits with r ones, and for each pattern the probability 1 / count."""
    return [np.isin(np.arange(n), ones).astype(float) for ones in combinations(range(n), r)]


@pytest.mark.parametrize(("n", "r", "s"), [(1, 1, 1), (3, 1, 2), (3, 2, 2), (4, 2, 2), (3, 1, 3)])
def test_expectations_by_enumeration(n, r, s):
    fill, spurious = [], []
    for keys in product(pairs(n, r), repeat=s):
        for answers in product(pairs(n, r), repeat=s):
            memory = WillshawMemory(n, r).store(np.array(keys), np.array(answers))
            fill.append(memory.theta.mean())
            spurious.append(memory.recall(keys[0]).sum() - r)
    assert np.isclose(np.mean(fill), expected_fill(n, r, s), atol=1e-12)
    assert np.isclose(np.mean(spurious), expected_spurious(n, r, s), atol=1e-12)


def test_independent_columns_would_be_too_few():
    n, r, s = 1024, 10, 7268
    independent = (n - r) * expected_fill(n, r, s) ** r
    assert np.isclose(expected_fill(n, r, s), 0.5, atol=1e-4) and np.isclose(independent, 0.99, atol=0.01)
    assert np.isclose(expected_spurious(n, r, s), 1.274, atol=1e-3)


@pytest.mark.parametrize(("n", "r"), [(1, 1), (8, 3), (1024, 10), (2**40, 40)])
def test_bits(n, r):
    theirs = (gammaln(n + 1) - gammaln(r + 1) - gammaln(n - r + 1)) / np.log(2) if n < 2**40 else log2(comb(n, r))
    assert np.isclose(pattern_bits(n, r), theirs, rtol=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: WillshawMemory(3, 4), "WillshawMemory: n is 3, r is 4, expected 1 <= r <= n"),
        (lambda: WillshawMemory(3, 2).store([[1, 0, 0]], [[1, 1, 0]]), "X has a pattern with 1 ones, expected exactly"),
        (lambda: WillshawMemory(3, 2).store([[1, 1, 0]], [[2, 0, 0]]), "Y has other values than 0 and 1"),
        (lambda: WillshawMemory(3, 2).store([[1, 1]], [[1, 1]]), "X has shape (1, 2), expected (s, 3)"),
        (lambda: WillshawMemory(2, 1).store([[1, 0]], [[1, 0], [0, 1]]), "store: 1 keys and 2 answers"),
        (lambda: WillshawMemory(3, 2).recall([1, 1]), "recall: x has shape (2,), expected (..., 3)"),
        (lambda: expected_spurious(3, 1, 0), "expected_spurious: s is 0, expected at least one pair"),
        (lambda: pattern_bits(3, 0), "pattern_bits: n is 3, r is 0"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
