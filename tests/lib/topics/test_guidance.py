"""Guidance beside finite differences, and the tilted density beside its formula."""

import numpy as np
import pytest
from beside_torch import close, rng

from derived.check import finite_difference
from derived.topics.gaussian_mixture import GaussianMixture, random_mixture
from derived.topics.guidance import exact_guided, guided_noise, tilted_density
from derived.topics.noise_schedules import linear_schedule


def test_weights():
    a, b = rng().standard_normal((2, 3))
    close(guided_noise(a, b, 0), a)
    close(guided_noise(a, b, -1), b)
    close(guided_noise(a, b, 2), 3 * a - 2 * b)


@pytest.mark.parametrize("w", [0.0, 1.5])
def test_score_of_the_tilted_marginal(w):
    law, schedule, x = random_mixture(3, 2, rng()), linear_schedule(50), rng(1).standard_normal(2)
    kept = schedule.alpha_bars[20]
    log = lambda u: (law.component(1).noised(kept).logpdf(u)
                     + w * np.log(law.noised(kept).responsibilities(u)[1]))  # fmt: skip
    close(exact_guided(law, 1, w, schedule)(x, 20), -np.sqrt(1 - kept) * finite_difference(log, x), 1e-7)


def test_tilted_density():
    law, grid = GaussianMixture([0.5, 0.5], [[-1.0], [1.0]], 0.3), np.linspace(-6, 8, 2001)
    plain = tilted_density(law, 1, 0, grid)
    close(plain, np.exp(-((grid - 1) ** 2) / 0.6) / np.sqrt(0.6 * np.pi))
    close(np.trapezoid(grid * tilted_density(law, 1, 1, grid), grid), 1.054, 1e-3)
    with pytest.raises(ValueError, match="w is -1"):
        tilted_density(law, 1, -1, grid)
    with pytest.raises(ValueError, match="dimension 2"):
        tilted_density(random_mixture(2, 2, rng()), 0, 1, grid)
