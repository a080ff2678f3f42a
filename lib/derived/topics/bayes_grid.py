"""Conditional means by Bayes' rule on a grid, for one dimension: a reference that knows no formula for scores."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived.arguments import require
from derived.topics.distributions import normal_logpdf
from derived.topics.gaussian_mixture import GaussianMixture

__all__ = ["mean_given"]

_GRID = np.linspace(-9, 9, 4001)


def mean_given(law: GaussianMixture, x: float, scale: float, variance: float,
               f: Callable[[np.ndarray], np.ndarray]) -> float:  # fmt: skip
    r""":math:`E[f(x_0)\mid x]` for :math:`x=\text{scale}\cdot x_0+\sqrt{\text{variance}}\,\varepsilon`.

    Parameters
    ----------
    law : of :math:`x_0`, in one dimension, with nearly all its mass on [-9, 9].
    x : the observation.
    scale, variance : of the signal and of the noise.
    f : acts on arrays entry by entry.
    """
    require(law.means.shape[1] == 1, "mean_given: the law has dimension {}, expected 1", law.means.shape[1])
    logs = law.logpdf(_GRID[:, None]) + normal_logpdf(x, scale * _GRID, np.sqrt(variance))
    weights = np.exp(logs - logs.max())
    return float(weights @ f(_GRID) / weights.sum())
