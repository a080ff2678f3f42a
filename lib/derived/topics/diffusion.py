r"""The Gaussian diffusion: its marginals, the posterior of a step, and what to predict.

Everywhere x has shape (..., d), t is a step or an array of steps (...), one for each point, and `schedule` is a
:class:`derived.topics.noise_schedules.NoiseSchedule`. Results have the dtype of x.
"""

from __future__ import annotations

import numpy as np

from derived.arguments import require
from derived.topics.noise_schedules import NoiseSchedule

__all__ = ["clean_from_noise", "diffuse", "loss_factor", "noise_from_clean", "noise_from_velocity", "posterior",
           "reverse_mean", "velocity", "walk"]  # fmt: skip

Steps = int | np.ndarray


def _at(values: np.ndarray, t: Steps, x: np.ndarray) -> np.ndarray:
    """``values[t]`` with an axis of length 1 for the coordinates, in the dtype of x."""
    t = np.asarray(t)
    require(bool(np.all((t >= 0) & (t < len(values)))), "diffusion: t is {}, expected steps from 0 to {}",
            t, len(values) - 1)  # fmt: skip
    return values[t].astype(x.dtype)[..., None]


def _signal_and_noise(t: Steps, x: np.ndarray, schedule: NoiseSchedule) -> tuple[np.ndarray, np.ndarray]:
    return _at(np.sqrt(schedule.alpha_bars), t, x), _at(np.sqrt(1 - schedule.alpha_bars), t, x)


def diffuse(x0: np.ndarray, t: Steps, noise: np.ndarray, schedule: NoiseSchedule) -> np.ndarray:
    r"""The point after t steps at once, :math:`x_t=\sqrt{\bar\alpha_t}\,x_0+\sqrt{1-\bar\alpha_t}\,\varepsilon`."""
    a, b = _signal_and_noise(t, x0, schedule)
    return a * x0 + b * noise


def walk(x0: np.ndarray, schedule: NoiseSchedule, rng: np.random.Generator) -> np.ndarray:
    r"""All points of the chain :math:`x_t=\sqrt{\alpha_t}\,x_{t-1}+\sqrt{\beta_t}\,z_t`, step by step.

    Returns
    -------
    (T + 1, ..., d) array, float64; the first entry is x0.
    """
    path = [np.asarray(x0, dtype=np.float64)]
    for alpha, beta in zip(schedule.alphas[1:], schedule.betas[1:], strict=True):
        path.append(np.sqrt(alpha) * path[-1] + np.sqrt(beta) * rng.standard_normal(path[-1].shape))
    return np.array(path)


def clean_from_noise(xt: np.ndarray, noise: np.ndarray, t: Steps, schedule: NoiseSchedule) -> np.ndarray:
    r"""The :math:`x_0` that goes with a noise: :math:`(x_t-\sqrt{1-\bar\alpha_t}\,\varepsilon)/\sqrt{\bar\alpha_t}`."""
    a, b = _signal_and_noise(t, xt, schedule)
    return (xt - b * noise) / a


def noise_from_clean(xt: np.ndarray, x0: np.ndarray, t: Steps, schedule: NoiseSchedule) -> np.ndarray:
    r"""The noise that belongs to :math:`x_0`, :math:`(x_t-\sqrt{\bar\alpha_t}\,x_0)/\sqrt{1-\bar\alpha_t}`, t > 0."""
    require(bool(np.all(np.asarray(t) > 0)), "noise_from_clean: t is {}, expected steps from 1 on", t)
    a, b = _signal_and_noise(t, xt, schedule)
    return (xt - a * x0) / b


def velocity(x0: np.ndarray, noise: np.ndarray, t: Steps, schedule: NoiseSchedule) -> np.ndarray:
    r""":math:`v=\sqrt{\bar\alpha_t}\,\varepsilon-\sqrt{1-\bar\alpha_t}\,x_0` (Salimans and Ho, 2022)."""
    a, b = _signal_and_noise(t, x0, schedule)
    return a * noise - b * x0


def noise_from_velocity(xt: np.ndarray, v: np.ndarray, t: Steps, schedule: NoiseSchedule) -> np.ndarray:
    r""":math:`\varepsilon=\sqrt{1-\bar\alpha_t}\,x_t+\sqrt{\bar\alpha_t}\,v`."""
    a, b = _signal_and_noise(t, xt, schedule)
    return b * xt + a * v


def posterior(x0: np.ndarray, xt: np.ndarray, t: Steps, schedule: NoiseSchedule) -> tuple[np.ndarray, np.ndarray]:
    r"""Mean and variance (of each coordinate) of :math:`x_{t-1}`, given :math:`x_t` and :math:`x_0`.

    .. math:: \tilde\mu_t=\frac{\sqrt{\bar\alpha_{t-1}}\,\beta_t}{1-\bar\alpha_t}\,x_0
        +\frac{\sqrt{\alpha_t}\,(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}\,x_t,\qquad
        \tilde\beta_t=\frac{1-\bar\alpha_{t-1}}{1-\bar\alpha_t}\,\beta_t,\qquad t\ge1
    """
    require(bool(np.all(np.asarray(t) > 0)), "posterior: t is {}, expected steps from 1 on", t)
    before, noise = np.r_[1.0, schedule.alpha_bars[:-1]], 1 - schedule.alpha_bars
    noise[0] = 1.0  # never used: t >= 1
    of_x0 = _at(np.sqrt(before) * schedule.betas / noise, t, xt)
    of_xt = _at(np.sqrt(schedule.alphas) * (1 - before) / noise, t, xt)
    return of_x0 * x0 + of_xt * xt, schedule.posterior_variances[t]


def reverse_mean(xt: np.ndarray, noise: np.ndarray, t: Steps, schedule: NoiseSchedule) -> np.ndarray:
    r"""Mean of the reverse step, :math:`\frac1{\sqrt{\alpha_t}}
    \bigl(x_t-\frac{\beta_t}{\sqrt{1-\bar\alpha_t}}\,\hat\varepsilon\bigr)`, t > 0."""
    require(bool(np.all(np.asarray(t) > 0)), "reverse_mean: t is {}, expected steps from 1 on", t)
    _, b = _signal_and_noise(t, xt, schedule)
    return (xt - _at(schedule.betas, t, xt) / b * noise) / _at(np.sqrt(schedule.alphas), t, xt)


def loss_factor(t: Steps, variance: np.ndarray | float, schedule: NoiseSchedule) -> np.ndarray:
    r"""What the squared error of the noise costs in the bound, :math:`\frac{\beta_t^2}{2\sigma_t^2\alpha_t(1-\bar\alpha_t)}`.

    ``variance`` is :math:`\sigma_t^2`, of the reverse step.
    """  # noqa: E501
    return schedule.betas[t] ** 2 / (2 * variance * schedule.alphas[t] * (1 - schedule.alpha_bars[t]))
