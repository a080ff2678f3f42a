"""Moments of SELU on normal inputs against quadrature, its constants against PyTorch's and a root finder."""

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.optimize import root
from scipy.stats import norm

from derived.topics.self_normalizing import fixed_point, moments, negative_exponential, variance_slope


def selu(x, alpha, scale):
    return scale * (x if x > 0 else alpha * np.expm1(x))


def mean_of(f, variance):
    s = np.sqrt(variance)
    density = lambda x: f(x) * norm.pdf(x, scale=s)
    return quad(density, -14 * s, 0)[0] + quad(density, 0, 14 * s)[0]


@pytest.mark.parametrize("variance", [0.1, 1.0, 3.7])
@pytest.mark.parametrize(("alpha", "scale"), [(1.0, 1.0), (1.6732632423543772, 1.0507009873554805), (0.3, 2.0)])
def test_moments(variance, alpha, scale):
    mean, spread = moments(variance, alpha, scale)
    first = mean_of(lambda x: selu(x, alpha, scale), variance)
    second = mean_of(lambda x: selu(x, alpha, scale) ** 2, variance)
    np.testing.assert_allclose([mean, spread], [first, second - first**2], atol=1e-8)
    assert abs(spread - second) > 1e-3 * mean**2 or abs(mean) < 1e-6  # the mean not subtracted would be seen
    assert negative_exponential(2, variance) == pytest.approx(mean_of(lambda x: np.exp(2 * x) * (x < 0), variance))


def test_shapes():
    mean, spread = moments(np.ones((2, 1)))
    assert mean.shape == spread.shape == (2, 1)


@pytest.mark.parametrize("variance", [0.5, 1.0, 2.0])
def test_the_fixed_point_is_what_a_root_finder_finds(variance):
    equations = lambda p: [
        mean_of(lambda x: selu(x, *p), variance),
        mean_of(lambda x: selu(x, *p) ** 2, variance) - variance,
    ]
    np.testing.assert_allclose(fixed_point(variance), root(equations, [1.5, 1.1]).x, atol=1e-6)
    step = 1e-4
    alpha, scale = fixed_point(variance)
    rate = (moments(variance + step, alpha, scale)[1] - moments(variance - step, alpha, scale)[1]) / (2 * step)
    assert variance_slope(variance) == pytest.approx(rate, abs=1e-6) and rate < 1


def test_torch_has_the_same_constants():
    x = torch.tensor([1.0, -40.0], dtype=torch.float64)
    alpha, scale = fixed_point()
    np.testing.assert_allclose(torch.selu(x), [scale, -scale * alpha], rtol=1e-12)


def test_bad_input():
    with pytest.raises(ValueError, match="variance is 0"):
        fixed_point(0.0)
