"""Checkers for the chapter on latent variables: ``posterior``, ``fill_in``, ``divergence``."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from derived.exercises.checker import Checker

__all__ = ["divergence", "fill_in", "posterior"]


def _lines(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        d = 1 + k % 4
        yield rng.normal(size=d), rng.normal(size=d), rng.uniform(0.2, 2, d), rng.normal(size=d)


def _holes(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        d, m = 3 + k % 4, 1 + k % 3
        known = rng.random(d) < 0.6
        known[0], known[-1] = True, False
        yield rng.normal(size=d), rng.normal(size=(d, m)), float(rng.uniform(0.1, 2)), rng.normal(size=d), known


def _codes(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        shape = (1 + k % 5, 1 + k % 3)
        yield rng.normal(size=shape), rng.normal(size=shape)


def _posterior(mean: np.ndarray, w: np.ndarray, noise: np.ndarray, x: np.ndarray) -> tuple[float, float]:
    C = np.outer(w, w) + np.diag(noise)
    gain = np.linalg.solve(C, w)
    return float(gain @ (x - mean)), float(1 - gain @ w)


def _filled(mean: np.ndarray, W: np.ndarray, sigma2: float, x: np.ndarray, known: np.ndarray,
            centre: bool = True, shrink: bool = True, keep: bool = True) -> np.ndarray:  # fmt: skip
    part = W[known]
    A = part.T @ part + (sigma2 if shrink else 1e-12) * np.eye(W.shape[1])
    z = np.linalg.solve(A, part.T @ (x - mean * centre)[known])
    return np.where(known & keep, x, mean + W @ z)


posterior = Checker(
    "posterior",
    lambda mean, w, noise, x: _posterior(mean, w, noise, x),
    _lines,
    slips={
        "The prior counts, too: add 1 to the precision.": lambda mean, w, noise, x: (
            float((w / noise) @ (x - mean) / (w @ (w / noise))), float(1 / (w @ (w / noise)))),
        "That is the precision; the variance is its inverse.": lambda mean, w, noise, x: (
            _posterior(mean, w, noise, x)[0], 1 / _posterior(mean, w, noise, x)[1]),
        "The mean has the variance as a factor, too.": lambda mean, w, noise, x: (
            float((w / noise) @ (x - mean)), _posterior(mean, w, noise, x)[1]),
        "Subtract the mean from x first.": lambda mean, w, noise, x: _posterior(0 * mean, w, noise, x),
        "noise holds variances: do not square them.": lambda mean, w, noise, x: _posterior(mean, w, noise**2, x),
        "The standard deviation is not asked for, but the variance.": lambda mean, w, noise, x: (
            _posterior(mean, w, noise, x)[0], _posterior(mean, w, noise, x)[1] ** 0.5),
    },
    expects="mean and variance of z given x, two numbers",
)  # fmt: skip

fill_in = Checker(
    "fill_in",
    lambda mean, W, sigma2, x, known: _filled(mean, W, sigma2, x, known),
    _holes,
    slips={
        "Only the known features tell of z: use their rows of W.": lambda mean, W, sigma2, x, known: np.where(
            known, x, mean + W @ np.linalg.solve(W.T @ W + sigma2 * np.eye(W.shape[1]), W.T @ (x - mean))),
        "Do not forget the prior: add sigma2 times the identity.": partial(_filled, shrink=False),
        "Subtract the mean before you look for z.": partial(_filled, centre=False),
        "Add the mean to W z: z tells of the deviation from it.":
            lambda mean, W, sigma2, x, known: np.where(known, x, _filled(mean, W, sigma2, x, known) - mean),
        "What is known stays as it is.": partial(_filled, keep=False),
        "That is the mean of all images: use what is known.":
            lambda mean, W, sigma2, x, known: np.where(known, x, mean),
    },
    expects="x with the unknown features replaced by their expectations, (d,)",
)  # fmt: skip

divergence = Checker(
    "divergence",
    lambda mean, log_variance: 0.5 * np.sum(mean**2 + np.exp(log_variance) - 1 - log_variance, axis=1),
    _codes,
    slips={
        "log_variance is the logarithm of the variance, not of the deviation.": lambda mean, log_variance:
            0.5 * np.sum(mean**2 + np.exp(2 * log_variance) - 1 - 2 * log_variance, axis=1),
        "Add up over the latent variables; no mean.": lambda mean, log_variance:
            0.5 * np.mean(mean**2 + np.exp(log_variance) - 1 - log_variance, axis=1),
        "One number for each row: sum over the last axis only.": lambda mean, log_variance:
            0.5 * np.sum(mean**2 + np.exp(log_variance) - 1 - log_variance),
        "The sign: a divergence is never negative.": lambda mean, log_variance:
            0.5 * np.sum(1 + log_variance - mean**2 - np.exp(log_variance), axis=1),
        "The factor ½ is missing.": lambda mean, log_variance:
            np.sum(mean**2 + np.exp(log_variance) - 1 - log_variance, axis=1),
    },
    expects="the divergence of each row from the standard normal, (N,)",
)  # fmt: skip
