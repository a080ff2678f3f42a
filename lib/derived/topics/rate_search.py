"""Descent whose every rate is searched for: over a logarithmic scale, or exactly on a quadratic."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived.arguments import require

__all__ = ["exact_rate", "log_search_descent", "rate_grid"]

Map = Callable[[np.ndarray], np.ndarray]


def rate_grid(low: float, high: float, ratio: float = 2.0) -> np.ndarray:
    """The rates high, high/ratio, high/ratio², … down to the first that is at most `low`."""
    require(0 < low < high, "rate_grid: low is {} and high {}, expected 0 < low < high", low, high)
    require(ratio > 1, "rate_grid: ratio is {}, expected a number > 1", ratio)
    return high * ratio ** -np.arange(np.ceil(np.log(high / low) / np.log(ratio) - 1e-9) + 1)


def log_search_descent(value: Map, gradient: Map, x0: np.ndarray, rates: np.ndarray,
                       steps: int) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    r"""Gradient descent that tries every rate of a list in every step and keeps the best.

    .. math:: x_{k+1}=x_k-\eta_kg_k,\qquad\eta_k=\arg\min_{\eta\in\{0\}\cup\text{rates}}f(x_k-\eta g_k)

    The objective cannot rise, as :math:`\eta=0` is allowed.

    Parameters
    ----------
    value : f, maps (..., n) to (...); values that are not finite lose.
    gradient : maps (n,) to (n,).
    x0 : (n,) start.
    rates : (r,) positive numbers, best in geometric progression (:func:`rate_grid`).
    steps : how many.

    Returns
    -------
    path (steps + 1, n) and the chosen rates (steps,).
    """
    tries = np.concatenate([[0.0], np.asarray(rates, dtype=np.float64)])
    require(bool((tries[1:] > 0).all()), "log_search_descent: rates is {}, expected positive numbers", rates)
    path, chosen = np.empty((steps + 1, *np.shape(x0))), np.empty(steps)
    path[0] = x0
    for k in range(steps):
        g = gradient(path[k])
        with np.errstate(over="ignore", invalid="ignore"):
            f = value(path[k] - tries[:, None] * g)
        best = int(np.argmin(np.where(np.isfinite(f), f, np.inf)))
        chosen[k], path[k + 1] = tries[best], path[k] - tries[best] * g
    return path, chosen


def exact_rate(g: np.ndarray, H: np.ndarray) -> float:
    r"""The rate :math:`\frac{g\cdot g}{g\cdot Hg}` that minimises a quadratic with Hessian H along its gradient g.

    Parameters
    ----------
    g : (n,) not zero.
    H : (n, n) positive definite.
    """
    require(bool(np.any(g)), "exact_rate: g is 0, expected a gradient that is not")
    return float(g @ g / (g @ H @ g))
