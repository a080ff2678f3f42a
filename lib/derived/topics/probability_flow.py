r"""Diffusion in continuous time :math:`\tau\in[0,1]`, at the rate :math:`\beta(\tau)=0.1+19.9\,\tau`, and its flow."""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp

from derived.topics.diffusion_sampling import ddim_step
from derived.topics.gaussian_mixture import GaussianMixture

__all__ = ["alpha_bar", "follow", "noise_ratio", "rate", "round_trip"]


def rate(tau: float | np.ndarray) -> float | np.ndarray:
    r""":math:`\beta(\tau)=0.1+19.9\,\tau`, the limit of :func:`derived.topics.noise_schedules.linear_schedule`."""
    return 0.1 + 19.9 * tau


def alpha_bar(tau: float | np.ndarray) -> float | np.ndarray:
    r""":math:`\bar\alpha(\tau)=\exp\bigl(-\int_0^\tau\beta\bigr)`."""
    return np.exp(-(0.1 * tau + 9.95 * tau**2))


def noise_ratio(tau: float | np.ndarray) -> float | np.ndarray:
    r""":math:`\rho(\tau)=\sqrt{(1-\bar\alpha)/\bar\alpha}`."""
    return np.sqrt(1 / alpha_bar(tau) - 1)


def follow(law: GaussianMixture, x: np.ndarray, start: float, end: float) -> tuple[np.ndarray, float]:
    r"""Follow the probability flow :math:`\frac{dx}{d\tau}=-\frac12\beta(x+\nabla\log q_\tau)` from one time to another.

    Parameters
    ----------
    law : :math:`q_0`.
    x : (d,) the point at the time `start`.
    start, end : times in [0, 1].

    Returns
    -------
    The point at the time `end`, and the integral of :math:`\frac12\beta(d+\Delta\log q_\tau)` along the path: by how much
    :math:`\log q_\tau` grows.
    """  # noqa: E501

    def velocity(tau: float, y: np.ndarray) -> np.ndarray:
        q, half = law.noised(float(alpha_bar(tau))), rate(tau) / 2
        growth = len(x) + np.trace(q.hessian(y[:-1]))
        return np.r_[-half * (y[:-1] + q.score(y[:-1])), half * growth]

    y = solve_ivp(velocity, (start, end), np.r_[x, 0.0], method="DOP853", rtol=1e-9, atol=1e-10).y[:, -1]
    return y[:-1], float(y[-1])


def round_trip(law: GaussianMixture, x: np.ndarray, ratios: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r"""DDIM with exact predictions along falling noise ratios :math:`\rho`, and back along the same ones.

    Parameters
    ----------
    law : :math:`q_0`.
    x : (..., d) points :math:`\bar x=x/\sqrt{\bar\alpha}` at the first ratio.
    ratios : (n + 1,) positive numbers; :math:`\bar\alpha=1/(1+\rho^2)`.

    Returns
    -------
    :math:`\bar x` at the last ratio, and at the first one again.
    """
    kept = 1 / (1 + np.asarray(ratios) ** 2)
    ends = []
    for stops in (kept, kept[::-1]):
        y = x * np.sqrt(stops[0])
        for a, b in zip(stops[:-1], stops[1:], strict=True):
            y = ddim_step(y, -np.sqrt(1 - a) * law.noised(a).score(y), a, b)
        x = y / np.sqrt(stops[-1])
        ends.append(x)
    return ends[0], ends[1]
