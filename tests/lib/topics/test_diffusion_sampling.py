"""Samplers with exact predictions: what must come out, and identities between them."""

import numpy as np
import pytest
from beside_torch import close, rng

from derived.topics import diffusion as dif
from derived.topics import diffusion_sampling as sampling
from derived.topics.gaussian_chain import ddpm_moments
from derived.topics.gaussian_mixture import GaussianMixture, ring_mixture
from derived.topics.mode_coverage import covered_modes
from derived.topics.noise_schedules import NoiseSchedule, cosine_schedule, linear_schedule

SCHEDULE = NoiseSchedule([0.3, 0.2, 0.5, 0.4])


def test_step_of_ddim_is_the_posterior():
    x, noise = rng().standard_normal((2, 3, 2))
    for t in range(1, 5):
        at, to = SCHEDULE.alpha_bars[t], SCHEDULE.alpha_bars[t - 1]
        variance = sampling.step_variance(at, to)
        close(variance, SCHEDULE.posterior_variances[t])
        wanted = dif.posterior(dif.clean_from_noise(x, noise, t, SCHEDULE), x, t, SCHEDULE)[0]
        close(sampling.ddim_step(x, noise, at, to, np.sqrt(variance)), wanted)
        assert t == 1 or not np.allclose(sampling.ddim_step(x, noise, at, to), wanted)


def test_a_point_is_found_in_one_step():
    point, schedule = np.array([1.0, -3.0]), linear_schedule(50)
    predict = lambda x, t: dif.noise_from_clean(x, np.broadcast_to(point, x.shape), t, schedule)
    close(sampling.ddim(predict, schedule, rng().standard_normal((4, 2)), [50, 0]), np.tile(point, (4, 1)))
    path = sampling.ddim(predict, schedule, rng().standard_normal((4, 2)), [50, 20, 0], 1.0, rng(), keep=True)
    assert path.shape == (3, 4, 2)
    close(path[-1], np.tile(point, (4, 1)))


@pytest.mark.parametrize("variance", ["beta", "posterior"])
def test_moments_of_gaussian_data(variance):
    law, schedule = GaussianMixture([1], [[1.5]], 4.0), linear_schedule(25)
    x = rng().standard_normal((40_000, 1))
    out = sampling.ancestral(sampling.exact_noise(law, schedule), schedule, x, rng(1), variance)
    mean, V = ddpm_moments(schedule, 1.5, 4.0, variance)
    close(out.mean(), mean, 0.02)
    close(out.var(), V, 0.02)
    assert abs(V - 4) > 0.1


def test_ring_and_respacing():
    law, schedule = ring_mixture(8, 1.4, 0.1), cosine_schedule(60)
    predict = sampling.exact_noise(law, schedule)
    stops = sampling.timesteps(60, 20)
    assert stops[0] == 60 and stops[-1] == 0 and len(stops) == 21
    few, spaced = sampling.respaced(predict, schedule, stops)
    close(spaced.alpha_bars, schedule.alpha_bars[stops[::-1]])
    start = rng().standard_normal((600, 2))
    close(sampling.ddim(few, spaced, start, range(20, -1, -1)), sampling.ddim(predict, schedule, start, stops))
    stepwise = sampling.ancestral(few, spaced, start, rng(), "posterior")
    for x in (stepwise, sampling.ddim(few, spaced, start, range(20, -1, -1))):
        found = covered_modes(x, law.means)
        assert found.covered == 8 and found.good > 0.9


def test_there_and_back():
    law, schedule = ring_mixture(3, 1.0, 0.5), cosine_schedule(200)
    predict, x = sampling.exact_noise(law, schedule), law.sample(5, rng())[0]
    up = list(range(1, 180))
    there = sampling.ddim(predict, schedule, x, up)
    assert np.abs(sampling.ddim(predict, schedule, there, up[::-1]) - x).max() < 0.05


def test_dtype_is_kept():
    predict = lambda x, t: np.zeros_like(x)
    x = np.zeros((2, 3), np.float32)
    assert sampling.ancestral(predict, SCHEDULE, x, rng()).dtype == np.float32
    assert sampling.ddim(predict, SCHEDULE, x, [4, 2, 0], 1.0, rng()).dtype == np.float32


@pytest.mark.parametrize(("call", "words"), [
    (lambda: sampling.timesteps(5, 6), "steps is 6"),
    (lambda: sampling.ddim(None, SCHEDULE, np.zeros(2), [4, 0], 1.0), "rng is missing"),
    (lambda: sampling.ddim_step(np.zeros(2), np.zeros(2), 0.2, 0.9, 0.5), "sigma is 0.5"),
    (lambda: sampling.ancestral(None, SCHEDULE, np.zeros(2), rng(), "alpha"), "variance"),
    (lambda: sampling.respaced(None, SCHEDULE, [4, 1]), "expected 0"),
])  # fmt: skip
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
