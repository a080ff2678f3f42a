"""The Gaussian diffusion beside conditioning by matrices, torch's divergences and simulation."""

import numpy as np
import pytest
import torch
from beside_torch import close, rng

from derived.topics import diffusion as dif
from derived.topics.noise_schedules import NoiseSchedule

SCHEDULE = NoiseSchedule([0.3, 0.2, 0.5, 0.4])


@pytest.mark.parametrize("shape", [(1,), (3,), (5, 2)])
def test_targets_and_back(shape):
    x0, noise = rng().standard_normal((2, *shape))
    for t in range(1, 5):
        xt = dif.diffuse(x0, t, noise, SCHEDULE)
        close(xt, np.sqrt(SCHEDULE.alpha_bars[t]) * x0 + np.sqrt(1 - SCHEDULE.alpha_bars[t]) * noise)
        close(dif.clean_from_noise(xt, noise, t, SCHEDULE), x0)
        close(dif.noise_from_clean(xt, x0, t, SCHEDULE), noise)
        close(dif.noise_from_velocity(xt, dif.velocity(x0, noise, t, SCHEDULE), t, SCHEDULE), noise)


def test_posterior_by_conditioning():
    x0, xt = rng().standard_normal((2, 4))
    for t in range(2, 5):
        before, beta = SCHEDULE.alpha_bars[t - 1], SCHEDULE.betas[t]
        joint = np.array([[1 - before, np.sqrt(1 - beta) * (1 - before)],
                          [np.sqrt(1 - beta) * (1 - before), (1 - beta) * (1 - before) + beta]])  # fmt: skip
        gain = joint[0, 1] / joint[1, 1]
        mean, variance = dif.posterior(x0, xt, t, SCHEDULE)
        close(mean, np.sqrt(before) * x0 + gain * (xt - np.sqrt(SCHEDULE.alpha_bars[t]) * x0))
        close(variance, joint[0, 0] - gain * joint[0, 1])
        noise = dif.noise_from_clean(xt, x0, t, SCHEDULE)
        close(dif.reverse_mean(xt, noise, t, SCHEDULE), mean)
        assert not np.allclose(dif.reverse_mean(xt, -noise, t, SCHEDULE), mean)
        guess = rng(1).standard_normal(4)
        model = torch.distributions.Normal(torch.tensor(dif.reverse_mean(xt, guess, t, SCHEDULE)), np.sqrt(variance))
        exact = torch.distributions.Normal(torch.tensor(mean), np.sqrt(variance))
        theirs = torch.distributions.kl_divergence(exact, model).sum()
        close(dif.loss_factor(t, variance, SCHEDULE) * np.sum((noise - guess) ** 2), theirs)
    close(dif.posterior(x0, xt, 1, SCHEDULE)[0], x0)


def test_one_time_for_each_point_and_float32():
    x0, noise = rng().standard_normal((2, 3, 2)).astype(np.float32)
    t = np.array([1, 4, 2])
    together = dif.diffuse(x0, t, noise, SCHEDULE)
    assert together.dtype == np.float32
    for row, step in enumerate(t):
        close(together[row], dif.diffuse(x0[row], int(step), noise[row], SCHEDULE), 1e-6)
    assert dif.posterior(x0, noise, t, SCHEDULE)[1].shape == (3,)


def test_walk():
    path = dif.walk(np.full((40_000, 1), 2.0), SCHEDULE, rng())[:, :, 0]
    assert path.shape == (5, 40_000)
    close(path.mean(axis=1), 2 * np.sqrt(SCHEDULE.alpha_bars), 0.02)
    close(path[1:].var(axis=1), 1 - SCHEDULE.alpha_bars[1:], 0.02)
    close(np.cov(path[1], path[3])[0, 1], np.sqrt(SCHEDULE.alpha_bars[3] / 0.7) * 0.3, 0.03)


@pytest.mark.parametrize("function", [dif.posterior, dif.noise_from_clean, dif.reverse_mean])
def test_step_zero_is_refused(function):
    with pytest.raises(ValueError, match="t is 0"):
        function(np.zeros(2), np.zeros(2), 0, SCHEDULE)


def test_unknown_step():
    with pytest.raises(ValueError, match="steps from 0 to 4"):
        dif.diffuse(np.zeros(2), 5, np.zeros(2), SCHEDULE)
