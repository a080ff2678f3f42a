r"""Samples from a diffusion that runs backwards: step by step with noise (DDPM), or along fewer steps (DDIM).

A predictor is a function ``predict(x, t)`` of points (..., d) and a step t that returns its guess of the noise, of the
shape of x.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from derived.arguments import one_of, require
from derived.topics.diffusion import reverse_mean
from derived.topics.gaussian_mixture import GaussianMixture
from derived.topics.noise_schedules import NoiseSchedule

__all__ = ["ancestral", "ddim", "ddim_step", "exact_noise", "respaced", "step_variance", "timesteps"]

Predictor = Callable[[np.ndarray, int], np.ndarray]


def exact_noise(mixture: GaussianMixture, schedule: NoiseSchedule) -> Predictor:
    r"""The best predictor for a mixture: :math:`E[\varepsilon\mid x_t]=-\sqrt{1-\bar\alpha_t}\,\nabla\log q_t`."""
    law = cache(lambda t: mixture.noised(schedule.alpha_bars[t]))
    return lambda x, t: -np.sqrt(1 - schedule.alpha_bars[t]) * law(t).score(x)


def ancestral(predict: Predictor, schedule: NoiseSchedule, x: np.ndarray, rng: np.random.Generator,
              variance: str = "beta", keep: bool = False) -> np.ndarray:  # fmt: skip
    r"""From :math:`x_T` down to :math:`x_0`, a draw in every step and none in the last one (Ho et al., 2020).

    .. math:: x_{t-1}=\frac1{\sqrt{\alpha_t}}\Bigl(x_t
        -\frac{\beta_t}{\sqrt{1-\bar\alpha_t}}\,\hat\varepsilon(x_t,t)\Bigr)+[t>1]\,\sigma_t\,z

    Parameters
    ----------
    predict : the predictor.
    schedule : of T steps.
    x : (..., d), the points :math:`x_T`; the dtype is kept.
    variance : :math:`\sigma_t^2`: ``"beta"`` for :math:`\beta_t`, ``"posterior"`` for :math:`\tilde\beta_t`.
    keep : whether to return all T + 1 points.

    Returns
    -------
    (..., d) array, or (T + 1, ..., d), :math:`x_T` first.
    """
    one_of("ancestral", "variance", variance, ("beta", "posterior"))
    deviations = np.sqrt(schedule.betas if variance == "beta" else schedule.posterior_variances)
    path = [x]
    for t in range(schedule.T, 0, -1):
        x = reverse_mean(x, predict(x, t), t, schedule)
        if t > 1:
            x = x + x.dtype.type(deviations[t]) * rng.standard_normal(x.shape, dtype=x.dtype)
        if keep:
            path.append(x)
    return np.array(path) if keep else x


def step_variance(alpha_bar_t: float, alpha_bar_s: float, eta: float = 1.0) -> float:
    r""":math:`\sigma^2=\eta^2\,\frac{1-\bar\alpha_s}{1-\bar\alpha_t}\bigl(1-\frac{\bar\alpha_t}{\bar\alpha_s}\bigr)`.

    With :math:`\eta=1` it is the variance of :math:`x_s` given :math:`x_t` and :math:`x_0` for s < t, :math:`\tilde\beta_t`
    if s = t - 1.
    """  # noqa: E501
    return eta**2 * (1 - alpha_bar_s) / (1 - alpha_bar_t) * (1 - alpha_bar_t / alpha_bar_s)


def ddim_step(x: np.ndarray, noise: np.ndarray, alpha_bar_t: float, alpha_bar_s: float, sigma: float = 0.0,
              z: np.ndarray | float = 0.0) -> np.ndarray:  # fmt: skip
    r"""From :math:`x_t` to :math:`x_s`, with the predicted clean point :math:`\hat x_0` (Song, Meng and Ermon, 2021).

    .. math:: x_s=\sqrt{\bar\alpha_s}\,\hat x_0+\sqrt{1-\bar\alpha_s-\sigma^2}\,\hat\varepsilon+\sigma z,\qquad
        \hat x_0=\frac{x_t-\sqrt{1-\bar\alpha_t}\,\hat\varepsilon}{\sqrt{\bar\alpha_t}}

    Raises
    ------
    ValueError
        if :math:`\sigma^2>1-\bar\alpha_s`.
    """
    rest = 1 - alpha_bar_s - sigma**2
    require(rest > -1e-12, "ddim_step: sigma is {}, expected at most {}", sigma, np.sqrt(1 - alpha_bar_s))
    a, b, c = (x.dtype.type(np.sqrt(v)) for v in (alpha_bar_s, 1 - alpha_bar_t, max(rest, 0.0)))
    clean = (x - b * noise) / x.dtype.type(np.sqrt(alpha_bar_t))
    out = a * clean + c * noise
    return out + x.dtype.type(sigma) * z if sigma else out


def timesteps(T: int, steps: int) -> list[int]:
    """``steps + 1`` steps from T down to 0, as evenly spaced as whole numbers allow."""
    require(1 <= steps <= T, "timesteps: steps is {}, expected 1 to {}", steps, T)
    return [int(t) for t in np.round(np.linspace(T, 0, steps + 1))]


def respaced(predict: Predictor, schedule: NoiseSchedule, times: Sequence[int]) -> tuple[Predictor, NoiseSchedule]:
    r"""The diffusion that makes only the given stops, with :math:`1-\bar\alpha_t/\bar\alpha_s` for its variances.

    Parameters
    ----------
    predict, schedule : the predictor and its schedule.
    times : decreasing steps that end with 0, such as :func:`timesteps` gives.

    Returns
    -------
    A predictor and a schedule of ``len(times) - 1`` steps, for :func:`ancestral`.
    """
    stops = np.sort(np.asarray(times))
    require(stops[0] == 0, "respaced: times ends with {}, expected 0", stops[0])
    alpha_bars = schedule.alpha_bars[stops]
    return lambda x, k: predict(x, int(stops[k])), NoiseSchedule(1 - alpha_bars[1:] / alpha_bars[:-1])


def ddim(predict: Predictor, schedule: NoiseSchedule, x: np.ndarray, times: Sequence[int], eta: float = 0.0,
         rng: np.random.Generator | None = None, keep: bool = False) -> np.ndarray:  # fmt: skip
    r"""Along the steps ``times``, by :func:`ddim_step` with the variance of :func:`step_variance`.

    Parameters
    ----------
    predict, schedule : the predictor and its schedule.
    x : (..., d), the points at the first of the times; the dtype is kept.
    times : steps, decreasing for sampling (:func:`timesteps`); increasing ones lead from data to noise (eta 0).
    eta : 0 for the deterministic map; 1 for the sampler of DDPM on these steps.
    rng : needed for eta > 0.
    keep : whether to return the points at all times.

    Returns
    -------
    (..., d) array, or (len(times), ..., d).
    """
    require(eta == 0 or rng is not None, "ddim: rng is missing, expected one for eta {}", eta)
    path = [x]
    for t, s in zip(times[:-1], times[1:], strict=True):
        at, to = schedule.alpha_bars[t], schedule.alpha_bars[s]
        sigma = float(np.sqrt(step_variance(at, to, eta))) if eta else 0.0
        z = rng.standard_normal(x.shape, dtype=x.dtype) if sigma else 0.0
        x = ddim_step(x, predict(x, max(t, 1)), at, to, sigma, z)
        if keep:
            path.append(x)
    return np.array(path) if keep else x
