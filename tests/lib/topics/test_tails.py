"""Bounds on tails against the true tails of binomial variables; a bound without the square is seen."""

import numpy as np
import pytest
from scipy import stats

from derived.topics.tails import chebyshev_bound, hoeffding_bound, hoeffding_sample_size, markov_bound


@pytest.mark.parametrize("n", [1, 10, 100])
@pytest.mark.parametrize("p", [0.5, 0.1])
def test_every_bound_is_above_the_binomial_tail(n, p):
    t = np.linspace(0.01, 1 - p, 30)
    tail = stats.binom.sf(np.ceil(n * (p + t) - 1e-9) - 1, n, p)
    assert np.all(tail <= markov_bound(p, p + t) + 1e-12)
    assert np.all(tail <= chebyshev_bound(p * (1 - p) / n, t) + 1e-12)
    assert np.all(tail <= hoeffding_bound(n, t) + 1e-12)


def test_a_bound_with_one_n_too_many_is_no_bound():
    n, t = 20, 0.1
    tail = stats.binom.sf(np.ceil(n * (0.5 + t)) - 1, n, 0.5)
    assert tail > np.exp(-2 * n**2 * t**2)


def test_widths_of_their_own():
    width = np.array([1.0, 2.0, 5.0])
    assert hoeffding_bound(3, 0.4, width) == pytest.approx(np.exp(-2 * 9 * 0.16 / 30))
    np.testing.assert_allclose(hoeffding_bound(7, [0.0, 0.3]), [1, np.exp(-2 * 7 * 0.09)])
    assert hoeffding_bound(5, 0.1, 2.0) == pytest.approx(hoeffding_bound(5, 0.1, np.full(5, 2.0)))


@pytest.mark.parametrize(("t", "delta", "m"), [(0.05, 0.05, 1), (0.01, 0.1, 1000), (0.5, 0.9, 1)])
def test_sample_size_is_the_smallest(t, delta, m):
    n = hoeffding_sample_size(t, delta, m)
    assert 2 * m * hoeffding_bound(n, t) <= delta
    assert n == 1 or 2 * m * hoeffding_bound(n - 1, t) > delta


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: markov_bound(-1, 1), "mean is -1"),
        (lambda: markov_bound(1, [1.0, 0.0]), "a has 0.0"),
        (lambda: chebyshev_bound(-1, 1), "variance is -1"),
        (lambda: chebyshev_bound(1, 0), "t has 0.0"),
        (lambda: hoeffding_bound(0, 0.1), "n is 0"),
        (lambda: hoeffding_bound(3, -0.1), "t has -0.1"),
        (lambda: hoeffding_bound(3, 0.1, [1, 2]), r"width has shape \(2,\), expected \(\) or \(3,\)"),
        (lambda: hoeffding_bound(3, 0.1, 0), "width has 0.0"),
        (lambda: hoeffding_sample_size(0, 0.1), "t is 0"),
        (lambda: hoeffding_sample_size(0.1, 1), "delta is 1"),
        (lambda: hoeffding_sample_size(0.1, 0.1, 0), "hypotheses is 0"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
