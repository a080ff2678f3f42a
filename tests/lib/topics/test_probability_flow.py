"""The probability flow of Gaussian data has a solution in closed form; densities come back; order one of Euler."""

import numpy as np
import pytest
from beside_torch import close, rng
from scipy.integrate import quad

from derived.topics import probability_flow as flow
from derived.topics.bayes_grid import mean_given
from derived.topics.gaussian_mixture import GaussianMixture, random_mixture


def test_rate_and_its_integral():
    for tau in (0.1, 0.7, 1.0):
        close(flow.alpha_bar(tau), np.exp(-quad(flow.rate, 0, tau)[0]))
        close(flow.noise_ratio(tau) ** 2, (1 - flow.alpha_bar(tau)) / flow.alpha_bar(tau))


@pytest.mark.parametrize("d", [1, 3])
def test_gaussian_data(d):
    m, x = rng().standard_normal((2, d))
    end, _ = flow.follow(GaussianMixture([1], [m], 2.0), x, 0.6, 0.2)
    grown = np.sqrt((2 + flow.noise_ratio(0.2) ** 2) / (2 + flow.noise_ratio(0.6) ** 2))
    wanted = m + (x / np.sqrt(flow.alpha_bar(0.6)) - m) * grown
    close(end / np.sqrt(flow.alpha_bar(0.2)), wanted, 1e-6)


def test_density_comes_back():
    law, x = random_mixture(2, 2, rng()), rng(1).standard_normal(2)
    end, gain = flow.follow(law, x, 0.0, 1.0)
    start = law.noised(flow.alpha_bar(1.0)).logpdf(end) - gain
    close(start, law.logpdf(x), 1e-5)
    assert abs(gain) > 1e-2


def test_round_trip_is_of_order_one():
    law, x = random_mixture(2, 1, rng()), np.array([[1.0], [-2.0]])
    errors = []
    for n in (50, 100, 200):
        end, again = flow.round_trip(law, x, np.linspace(4, 0.2, n + 1))
        assert end.shape == again.shape == x.shape
        errors.append(np.abs(again - x).max())
    assert 1.7 < errors[0] / errors[1] < 2.3 and 1.7 < errors[1] / errors[2] < 2.3


def test_bayes_on_a_grid():
    law = GaussianMixture([1], [[0.5]], 2.0)
    gain = 2.0 * 0.8 / (0.64 * 2.0 + 0.3)
    close(mean_given(law, 1.2, 0.8, 0.3, lambda u: u), 0.5 + gain * (1.2 - 0.4), 1e-9)
    with pytest.raises(ValueError, match="dimension 2"):
        mean_given(random_mixture(1, 2, rng()), 0.0, 1.0, 1.0, np.abs)
