"""Checkers for the chapter on diffusion: ``denoised``, ``posterior``, ``guided``, ``jump``."""

from collections.abc import Iterator

import numpy as np

from derived.exercises.checker import Checker
from derived.topics.diffusion_sampling import ddim_step
from derived.topics.guidance import guided_noise

__all__ = ["denoised", "guided", "jump", "posterior"]


def _jumps(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(20):
        after, before = np.sort(rng.uniform(0.02, 0.98, 2))
        x, noise = rng.normal(size=(2, 1 + k % 4, 1 + k % 3))
        yield x, noise, float(after), 1.0 if k % 5 == 0 else float(before)


def _scores(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(20):
        x, score = rng.normal(size=(2, 1 + k % 4))
        yield x, score, float(rng.uniform(0.05, 0.95))


def _steps(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(20):
        x0, xt = rng.normal(size=(2, 1 + k % 4))
        yield x0, xt, float(rng.uniform(0.1, 0.9)), float(rng.uniform(0.05, 0.95))


def _pairs(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(20):
        of_class, of_all = rng.normal(size=(2, 1 + k % 4))
        yield of_class, of_all, float(rng.choice([-1, 0, 0.5, 1, 3]))


def _posterior(x0: np.ndarray, xt: np.ndarray, beta: float, before: float) -> tuple[np.ndarray, float]:
    noise = 1 - (1 - beta) * before
    mean = (np.sqrt(before) * beta * x0 + np.sqrt(1 - beta) * (1 - before) * xt) / noise
    return mean, (1 - before) / noise * beta


def _clean(x: np.ndarray, noise: np.ndarray, after: float) -> np.ndarray:
    return (x - np.sqrt(1 - after) * noise) / np.sqrt(after)


posterior = Checker(
    "posterior",
    lambda x0, xt, beta, before: _posterior(x0, xt, beta, before),
    _steps,
    slips={
        "Which of the two points has which coefficient? With little noise so far, x0 decides.":
            lambda x0, xt, beta, before: _posterior(xt, x0, beta, before),
        "beta is the variance of the step forwards; knowing x0 makes the step back narrower.":
            lambda x0, xt, beta, before: (_posterior(x0, xt, beta, before)[0], beta),
        "before is ᾱ of step t - 1; the denominators need that of step t.":
            lambda x0, xt, beta, before: ((np.sqrt(before) * beta * x0 + np.sqrt(1 - beta) * (1 - before) * xt)
                                          / (1 - before), beta),
    },
    expects="the mean, of the shape of xt, and the variance, a number; before is ᾱ of step t - 1",
)  # fmt: skip

denoised = Checker(
    "denoised",
    lambda x, score, alpha_bar: (x + (1 - alpha_bar) * score) / np.sqrt(alpha_bar),
    _scores,
    slips={
        "Divide by the root of ᾱ: x is a shrunk point.": lambda x, score, alpha_bar: x + (1 - alpha_bar) * score,
        "The score points towards the data: go along it.":
            lambda x, score, alpha_bar: (x - (1 - alpha_bar) * score) / np.sqrt(alpha_bar),
        "x shrank by the root of ᾱ, not by ᾱ.":
            lambda x, score, alpha_bar: (x + (1 - alpha_bar) * score) / alpha_bar,
        "The variance of the noise is 1 - ᾱ, not its root.":
            lambda x, score, alpha_bar: (x + np.sqrt(1 - alpha_bar) * score) / np.sqrt(alpha_bar),
    },
    expects="the mean of the clean point, of the shape of x",
)  # fmt: skip

jump = Checker(
    "jump",
    lambda x, noise, after, before: ddim_step(x, noise, after, before),
    _jumps,
    slips={
        "Put the predicted noise back, as much as step s has.":
            lambda x, noise, after, before: np.sqrt(before) * _clean(x, noise, after),
        "The predicted clean point shrinks by the root of ᾱ at s.":
            lambda x, noise, after, before: _clean(x, noise, after) + np.sqrt(1 - before) * noise,
        "Put back as much noise as step s has, not as step t had.":
            lambda x, noise, after, before: np.sqrt(before) * _clean(x, noise, after) + np.sqrt(1 - after) * noise,
        "Undo the shrinking of step t: divide by the root of its ᾱ.":
            lambda x, noise, after, before: np.sqrt(before) * (x - np.sqrt(1 - after) * noise)
            + np.sqrt(1 - before) * noise,
    },
    expects="the points at s, of the shape of x; after is ᾱ at t, before is ᾱ at s < t",
)  # fmt: skip

guided = Checker(
    "guided",
    lambda of_class, of_all, w: guided_noise(of_class, of_all, w),
    _pairs,
    slips={
        "w = 0 must give the conditional prediction.": lambda of_class, of_all, w: of_all + w * (of_class - of_all),
        "Away from the unconditional prediction: subtract it w times.":
            lambda of_class, of_all, w: of_class + w * of_all,
        "The weights 1 + w and -w add to 1.": lambda of_class, of_all, w: (1 + w) * of_class - of_all,
    },
    expects="the guided prediction, of the shape of of_class",
)  # fmt: skip
