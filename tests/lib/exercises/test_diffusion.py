"""The references of the checkers: conditioning by matrices, sampling, another form of each formula."""

import numpy as np

from derived.exercises import diffusion as ex


def test_posterior_by_conditioning():
    def conditioned(x0, xt, beta, before):
        a = (1 - beta) ** 0.5
        S = np.array([[1 - before, a * (1 - before)], [a * (1 - before), 1 - (1 - beta) * before]])
        gain = S[0, 1] / S[1, 1]
        return before**0.5 * x0 + gain * (xt - a * before**0.5 * x0), S[0, 0] - gain * S[0, 1]

    assert ex.posterior(conditioned)


def test_the_others_in_another_form():
    assert ex.denoised(lambda x, score, alpha_bar: x / alpha_bar**0.5 + (alpha_bar**-0.5 - alpha_bar**0.5) * score)
    assert ex.guided(lambda of_class, of_all, w: of_class + w * (of_class - of_all))
    ratio = lambda a: (1 / a - 1) ** 0.5
    euler = lambda x, noise, after, before: before**0.5 * (x / after**0.5 + (ratio(before) - ratio(after)) * noise)
    assert ex.jump(euler)


def test_every_slip_has_its_hint():
    for checker in (ex.posterior, ex.denoised, ex.guided, ex.jump):
        for hint, slip in checker.slips.items():
            verdict = checker(slip)
            assert not verdict and verdict.hint == hint
