"""How much noise each step of a diffusion adds, and what is left of the signal after t steps."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from derived.arguments import require

__all__ = ["NoiseSchedule", "cosine_schedule", "linear_schedule", "prior_kl"]


class NoiseSchedule:
    r"""The numbers :math:`\beta_t,\ \alpha_t=1-\beta_t,\ \bar\alpha_t=\prod_{s\le t}\alpha_s` of T steps.

    Parameters
    ----------
    betas : (T,) numbers in (0, 1), the variances :math:`\beta_1,\dots,\beta_T` of the noise added.

    Attributes
    ----------
    T : number of steps.
    betas, alphas, alpha_bars : (T + 1,) float64, so that the index is t; :math:`\beta_0=0`, :math:`\bar\alpha_0=1`.
    snr : (T + 1,) signal-to-noise ratios :math:`\bar\alpha_t/(1-\bar\alpha_t)`, infinite at t = 0.
    posterior_variances : (T + 1,) numbers :math:`\tilde\beta_t=\frac{1-\bar\alpha_{t-1}}{1-\bar\alpha_t}\beta_t`; 0 at
        t = 0 and t = 1.
    """

    def __init__(self, betas: ArrayLike) -> None:
        betas = np.asarray(betas, dtype=np.float64)
        require(betas.ndim == 1 and betas.size > 0, "NoiseSchedule: betas has shape {}, expected (T,)", betas.shape)
        inside = bool(np.all((betas > 0) & (betas < 1)))
        require(inside, "NoiseSchedule: betas has {}, expected numbers in (0, 1)", (betas.min(), betas.max()))
        self.T, self.betas = len(betas), np.r_[0.0, betas]
        self.alphas = 1 - self.betas
        self.alpha_bars = np.cumprod(self.alphas)
        with np.errstate(divide="ignore"):
            self.snr = self.alpha_bars / (1 - self.alpha_bars)
        before = np.r_[1.0, self.alpha_bars[:-1]]
        noise = np.where(np.arange(self.T + 1) == 0, 1.0, 1 - self.alpha_bars)
        self.posterior_variances = (1 - before) / noise * self.betas


def linear_schedule(T: int, first: float | None = None, last: float | None = None) -> NoiseSchedule:
    r"""Variances that rise evenly from ``first`` to ``last``.

    By default from :math:`0.1/T` to :math:`20/T`, for T > 20: at T = 1000 these are the :math:`10^{-4}` and 0.02 of
    Ho et al. (2020), and for another T about the same noise is added in all.
    """
    require(T >= 1, "linear_schedule: T is {}, expected at least 1", T)
    return NoiseSchedule(np.linspace(0.1 / T if first is None else first, 20 / T if last is None else last, T))


def cosine_schedule(T: int, s: float = 0.008, largest: float = 0.999) -> NoiseSchedule:
    r""":math:`\bar\alpha_t=f(t)/f(0)` with :math:`f(t)=\cos^2\bigl(\frac{t/T+s}{1+s}\cdot\frac\pi2\bigr)`.

    The variances :math:`1-\bar\alpha_t/\bar\alpha_{t-1}` are cut off at ``largest``. Nichol and Dhariwal (2021),
    section 3.2.
    """
    require(T >= 1, "cosine_schedule: T is {}, expected at least 1", T)
    f = np.cos((np.arange(T + 1) / T + s) / (1 + s) * np.pi / 2) ** 2
    return NoiseSchedule(np.minimum(1 - f[1:] / f[:-1], largest))


def prior_kl(alpha_bar: ArrayLike, x0: np.ndarray) -> np.ndarray:
    r"""Divergence of :math:`q(x_t\mid x_0)` from the standard normal.

    .. math:: \tfrac12\bigl(\bar\alpha\lVert x_0\rVert^2-d\,\bar\alpha-d\log(1-\bar\alpha)\bigr)

    Parameters
    ----------
    alpha_bar : :math:`\bar\alpha` in [0, 1), a number or an array (...).
    x0 : (..., d) points.

    Returns
    -------
    (...) divergences in nats.
    """
    a = np.asarray(alpha_bar, dtype=np.float64)
    require(bool(np.all((a >= 0) & (a < 1))), "prior_kl: alpha_bar is {}, expected numbers in [0, 1)", a)
    x0 = np.asarray(x0)
    return 0.5 * (a * np.sum(x0**2, axis=-1) - x0.shape[-1] * (a + np.log1p(-a)))
