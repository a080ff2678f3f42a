"""Moving averages against NumPy's convolution and the closed form."""

import numpy as np
import pytest

from derived.topics.moving_averages import ExponentialAverage, ema_weights, exponential_average, simple_average


@pytest.mark.parametrize(("T", "k"), [(1, 1), (5, 5), (30, 7)])
def test_the_simple_average_is_a_convolution(T, k):
    x = np.random.default_rng(0).standard_normal((T, 2))
    expected = [np.convolve(column, np.ones(k) / k, "valid") for column in x.T]
    np.testing.assert_allclose(simple_average(x, k), np.transpose(expected), atol=1e-14)


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.99])
def test_the_recursion_equals_the_weights(beta):
    x = np.random.default_rng(1).standard_normal((20, 3))
    weights = ema_weights(20, beta)
    np.testing.assert_allclose(exponential_average(x, beta, corrected=False), weights @ x, atol=1e-14)
    scaled = weights / weights.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(exponential_average(x, beta), scaled @ x, atol=1e-14)


def test_a_constant_stays_and_the_state_is_uncorrected():
    average = ExponentialAverage(0.9)
    assert [average(2.0) for _ in range(3)] == pytest.approx([2.0, 2.0, 2.0])
    assert average.value == pytest.approx(2 * (1 - 0.9**3))


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match=r"ExponentialAverage: beta is 1, expected a number in \[0, 1\)"):
        ExponentialAverage(1)
    with pytest.raises(ValueError, match=r"simple_average: k is 4 and x has shape \(3,\), expected 1 <= k <= len"):
        simple_average(np.ones(3), 4)
