"""Guidance: predictions that lean towards a class, and the density that one would expect of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from derived.arguments import require
from derived.topics.diffusion_sampling import Predictor, exact_noise
from derived.topics.gaussian_mixture import GaussianMixture
from derived.topics.noise_schedules import NoiseSchedule

__all__ = ["exact_guided", "guided_noise", "tilted_density"]


def guided_noise(of_class: np.ndarray, of_all: np.ndarray, w: float) -> np.ndarray:
    r"""Guidance without a classifier, :math:`\tilde\varepsilon=(1+w)\,\hat\varepsilon(x,y)-w\,\hat\varepsilon(x)`.

    Parameters
    ----------
    of_class, of_all : predictions of one shape, with the class and without.
    w : weight; 0 is the conditional model, -1 the unconditional one. (Others call 1 + w the scale.)
    """
    return (1 + w) * of_class - w * of_all


def exact_guided(mixture: GaussianMixture, k: int, w: float, schedule: NoiseSchedule) -> Predictor:
    """The guided predictor made of the two exact ones, for data from a mixture whose component k is the class."""
    of_class, of_all = exact_noise(mixture.component(k), schedule), exact_noise(mixture, schedule)
    return lambda x, t: guided_noise(of_class(x, t), of_all(x, t), w)


def tilted_density(mixture: GaussianMixture, k: int, w: float, grid: ArrayLike) -> np.ndarray:
    r"""The density proportional to :math:`q(x\mid k)\,q(k\mid x)^w` of a mixture in one dimension.

    Parameters
    ----------
    mixture : with d = 1.
    k, w : the component and the weight, w >= 0.
    grid : (n,) evenly spaced points that cover all of it; the integral is the trapezoidal sum.

    Returns
    -------
    (n,) values of the density.
    """
    grid = np.asarray(grid, dtype=np.float64)
    require(mixture.means.shape[1] == 1, "tilted_density: the mixture has dimension {}, expected 1",
            mixture.means.shape[1])  # fmt: skip
    require(w >= 0, "tilted_density: w is {}, expected at least 0", w)
    x = grid[:, None]
    value = np.exp(mixture.component(k).logpdf(x)) * mixture.responsibilities(x)[:, k] ** w
    return value / np.trapezoid(value, grid)
