r"""SGD on a noisy parabola, exactly: the mean square distance under any rates, and the rates that are best."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar

from derived.arguments import require

__all__ = ["best_constant", "best_rates", "mean_squares"]


def mean_squares(rates: np.ndarray, mu: float | np.ndarray = 1.0, s2: float = 1.0, d0: float = 1.0) -> np.ndarray:
    r""":math:`d_k=E\,x_k^2` along :math:`x_{k+1}=x_k-\eta_k(\mu x_k+\xi_k)` with independent errors of variance s².

    .. math:: d_{k+1}=(1-\eta_k\mu)^2d_k+\eta_k^2s^2

    Parameters
    ----------
    rates : (T, ...) the :math:`\eta_k`; further axes are other sequences, side by side.
    mu, s2, d0 : curvature, variance of the error, :math:`d_0`; mu may be an array that broadcasts with one step's
        rates: many modes at once.

    Returns
    -------
    (T + 1, ...) float64. Rates that are too large overflow to inf.
    """
    rates = np.asarray(rates, dtype=np.float64)
    require(rates.ndim >= 1 and bool(np.all(rates >= 0)), "mean_squares: rates has shape {} and least entry {}, "
            "expected numbers >= 0 along axis 0", rates.shape, rates.min(initial=np.inf))  # fmt: skip
    d = np.empty((len(rates) + 1, *np.broadcast_shapes(rates.shape[1:], np.shape(mu))))
    d[0] = d0
    with np.errstate(over="ignore"):
        for k, eta in enumerate(rates):
            d[k + 1] = (1 - eta * mu) ** 2 * d[k] + eta**2 * s2
    return d


def best_rates(T: int, mu: float = 1.0, s2: float = 1.0, d0: float = 1.0) -> np.ndarray:
    r"""The rates that make :math:`d_T` least, for every T at once: an inverse-time schedule.

    .. math:: \eta_k=\frac{\eta_0}{1+\mu\eta_0k},\qquad\eta_0=\frac{\mu d_0}{\mu^2d_0+s^2}

    Returns
    -------
    (T,) float64.
    """
    require(mu > 0 and d0 > 0 and s2 >= 0, "best_rates: mu is {}, s2 is {}, d0 is {}, expected mu, d0 > 0 and s2 >= 0",
            mu, s2, d0)  # fmt: skip
    first = mu * d0 / (mu**2 * d0 + s2)
    return first / (1 + mu * first * np.arange(T))


def best_constant(T: int, mu: float = 1.0, s2: float = 1.0, d0: float = 1.0) -> tuple[float, float]:
    """The constant rate with the least :math:`d_T` after T steps, and that value."""

    def last(h: float) -> float:
        kept = (1 - h) ** (2 * T)
        return kept * d0 + s2 / mu**2 * h * (1 - kept) / (2 - h)

    found = minimize_scalar(lambda log_h: last(np.exp(log_h)), bounds=(np.log(1e-3 / T), 0.0), method="bounded",
                            options={"xatol": 1e-10})  # fmt: skip
    return float(np.exp(found.x)) / mu, float(found.fun)
