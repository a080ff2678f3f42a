r"""The scaled exponential linear unit: its moments on normal inputs, and the constants that make (0, 1) a fixed point.

For :math:`X\sim\mathcal N(0,\nu)`, completing the square gives
:math:`\mathbb E[e^{kX};X<0]=e^{k^2\nu/2}\,\Phi(-k\sqrt\nu)`, and with it every moment below in closed form.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from derived.arguments import require
from derived.ops.activations import SELU_ALPHA, SELU_SCALE

__all__ = ["fixed_point", "moments", "negative_exponential", "variance_slope"]


def negative_exponential(k: float, variance: np.ndarray) -> np.ndarray:
    r""":math:`\mathbb E[e^{kX};X<0]=e^{k^2\nu/2}\Phi(-k\sqrt\nu)` for :math:`X\sim\mathcal N(0,\nu)`."""
    variance = np.asarray(variance, dtype=np.float64)
    require(bool(np.all(variance > 0)), "self_normalizing: variance is {}, expected > 0", variance)
    return np.exp(k * k * variance / 2) * ndtr(-k * np.sqrt(variance))


def moments(variance: np.ndarray, alpha: float = SELU_ALPHA,
            scale: float = SELU_SCALE) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    r"""Mean and variance of :math:`\mathrm{selu}(X)`, :math:`X\sim\mathcal N(0,\nu)`.

    .. math:: \mathbb E=\lambda\Bigl(\sqrt{\tfrac\nu{2\pi}}+\alpha\bigl(E_1-\tfrac12\bigr)\Bigr),\qquad
        \mathbb E[\,\cdot^2]=\lambda^2\Bigl(\tfrac\nu2+\alpha^2\bigl(E_2-2E_1+\tfrac12\bigr)\Bigr),\qquad
        E_k=\mathbb E[e^{kX};X<0]

    Parameters
    ----------
    variance : :math:`\nu>0`, any shape.
    alpha, scale : :math:`\alpha` and :math:`\lambda`.

    Returns
    -------
    mean, variance : of the shape of ``variance``.
    """
    one, two = negative_exponential(1, variance), negative_exponential(2, variance)
    mean = scale * (np.sqrt(variance / (2 * np.pi)) + alpha * (one - 0.5))
    square = scale**2 * (np.asarray(variance) / 2 + alpha**2 * (two - 2 * one + 0.5))
    return mean, square - mean**2


def fixed_point(variance: float = 1.0) -> tuple[float, float]:
    r"""The :math:`\alpha` and :math:`\lambda>0` for which selu maps :math:`\mathcal N(0,\nu)` to mean 0, variance ν.

    .. math:: \alpha=\frac{\sqrt{\nu/2\pi}}{\frac12-E_1},\qquad
        \lambda^2=\frac{\nu}{\frac\nu2+\alpha^2\bigl(E_2-2E_1+\frac12\bigr)}

    Klambauer et al. (2017) have the case :math:`\nu=1`.
    """
    one, two = negative_exponential(1, variance), negative_exponential(2, variance)
    alpha = np.sqrt(variance / (2 * np.pi)) / (0.5 - one)
    scale = np.sqrt(variance / (variance / 2 + alpha**2 * (two - 2 * one + 0.5)))
    return float(alpha), float(scale)


def variance_slope(variance: float = 1.0) -> float:
    r"""Derivative of ν ↦ E[selu(X)²] at the fixed point, with the constants of :func:`fixed_point`.

    .. math:: \lambda^2\Bigl(\tfrac12+\alpha^2\,(2E_2-E_1)\Bigr)

    Also that of the variance, as the mean is 0 there. Below 1: a small deviation shrinks by this factor in each layer.
    """
    alpha, scale = fixed_point(variance)
    one, two = negative_exponential(1, variance), negative_exponential(2, variance)
    return float(scale**2 * (0.5 + alpha**2 * (2 * two - one)))
