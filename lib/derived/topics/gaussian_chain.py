"""A diffusion of Gaussian data in one dimension: everything stays Gaussian, and every error can be computed."""

from __future__ import annotations

import numpy as np

from derived.arguments import one_of
from derived.topics.noise_schedules import NoiseSchedule

__all__ = ["ddpm_moments", "forward_covariance", "sampler_covariance"]


def _variances(schedule: NoiseSchedule, variance: str) -> np.ndarray:
    one_of("gaussian_chain", "variance", variance, ("beta", "posterior"))
    return schedule.betas if variance == "beta" else schedule.posterior_variances


def _pulls(schedule: NoiseSchedule, lam: float) -> np.ndarray:
    r""":math:`\beta_t/e_t` with the variance :math:`e_t=\bar\alpha_t\lambda+1-\bar\alpha_t` of :math:`x_t`."""
    return schedule.betas / (schedule.alpha_bars * lam + 1 - schedule.alpha_bars)


def ddpm_moments(schedule: NoiseSchedule, m: float, lam: float, variance: str = "beta") -> tuple[float, float]:
    r"""Mean and variance of the samples of DDPM with exact predictions, for data :math:`N(m,\lambda)`.

    .. math:: m_{t-1}=\tfrac1{\sqrt{\alpha_t}}\bigl((1-\tfrac{\beta_t}{e_t})m_t
        +\tfrac{\beta_t}{e_t}\sqrt{\bar\alpha_t}\,m\bigr),\quad
        V_{t-1}=\tfrac1{\alpha_t}(1-\tfrac{\beta_t}{e_t})^2V_t+[t>1]\sigma_t^2

    Parameters
    ----------
    schedule : from :math:`m_T=0`, :math:`V_T=1`.
    m, lam : mean and variance of the data.
    variance : :math:`\sigma_t^2`, ``"beta"`` or ``"posterior"``, as in
        :func:`derived.topics.diffusion_sampling.ancestral`.
    """
    sigma2, pulls, mean, V = _variances(schedule, variance), _pulls(schedule, lam), 0.0, 1.0
    for t in range(schedule.T, 0, -1):
        alpha, pull = schedule.alphas[t], pulls[t]
        mean = ((1 - pull) * mean + pull * np.sqrt(schedule.alpha_bars[t]) * m) / np.sqrt(alpha)
        V = (1 - pull) ** 2 * V / alpha + (sigma2[t] if t > 1 else 0.0)
    return float(mean), float(V)


def forward_covariance(schedule: NoiseSchedule, lam: float) -> np.ndarray:
    """Covariance (T + 1, T + 1) of :math:`x_0,\\dots,x_T` on the way forwards, if :math:`x_0` has the variance lam."""
    A = np.linalg.inv(np.eye(schedule.T + 1) - np.diag(np.sqrt(schedule.alphas[1:]), -1))
    return A @ np.diag(np.r_[lam, schedule.betas[1:]]) @ A.T


def sampler_covariance(schedule: NoiseSchedule, lam: float, variance: str = "beta") -> np.ndarray:
    r"""The same covariance for the sampler with exact predictions; the last step has the variance :math:`\beta_1`."""
    sigma2 = _variances(schedule, variance)[1:].copy()
    sigma2[0] = schedule.betas[1]
    gains = (1 - _pulls(schedule, lam)[1:]) / np.sqrt(schedule.alphas[1:])
    A = np.linalg.inv(np.eye(schedule.T + 1) - np.diag(gains, 1))
    return A @ np.diag(np.r_[sigma2, 1.0]) @ A.T
