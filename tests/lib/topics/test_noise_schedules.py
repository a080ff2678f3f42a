"""Noise schedules: known constants, torch's divergence, what is refused."""

import numpy as np
import pytest
import torch
from beside_torch import close, rng

from derived.topics.noise_schedules import NoiseSchedule, cosine_schedule, linear_schedule, prior_kl


def test_products_one_by_one():
    schedule = NoiseSchedule([0.1, 0.4, 0.2])
    close(schedule.alpha_bars, [1, 0.9, 0.54, 0.432])
    close(schedule.snr[1:], [9, 0.54 / 0.46, 0.432 / 0.568])
    close(schedule.posterior_variances, [0, 0, 0.1 / 0.46 * 0.4, 0.46 / 0.568 * 0.2])
    assert schedule.snr[0] == np.inf and schedule.T == 3
    assert NoiseSchedule([0.3]).posterior_variances.tolist() == [0, 0]


def test_known_constants():
    close(linear_schedule(1000).betas[[1, -1]], [1e-4, 0.02])
    close(linear_schedule(1000).alpha_bars[-1], 4.0358e-5, 1e-4)
    close(linear_schedule(100, 1e-4, 0.02).alpha_bars[-1], 0.3636, 1e-3)
    fine = cosine_schedule(1000)
    close(fine.alpha_bars[-1], 2.43e-9, 1e-2)
    assert np.sum(fine.betas == 0.999) == 1
    wanted = np.cos((0.5 + 0.008) / 1.008 * np.pi / 2) ** 2 / np.cos(0.008 / 1.008 * np.pi / 2) ** 2
    close(fine.alpha_bars[500], wanted)


@pytest.mark.parametrize("d", [1, 5])
def test_prior_beside_torch(d):
    x = rng().standard_normal((3, d))
    for a in (0.0, 0.5, 0.99):
        law = torch.distributions.Normal(torch.tensor(np.sqrt(a) * x), np.sqrt(1 - a))
        theirs = torch.distributions.kl_divergence(law, torch.distributions.Normal(0.0, 1.0)).sum(-1)
        close(prior_kl(a, x), theirs)
    assert abs(prior_kl(0.5, x)[0] - prior_kl(0.5, 2 * x)[0]) > 1e-3


@pytest.mark.parametrize(("call", "words"), [
    (lambda: NoiseSchedule([]), "betas has shape"),
    (lambda: NoiseSchedule([0.1, 1.0]), "numbers in"),
    (lambda: linear_schedule(20), "numbers in"),
    (lambda: linear_schedule(0), "T is 0"),
    (lambda: cosine_schedule(0), "T is 0"),
    (lambda: prior_kl(1.0, np.zeros(2)), "alpha_bar is 1"),
])  # fmt: skip
def test_bad_input(call, words):
    with pytest.raises(ValueError, match=words):
        call()
