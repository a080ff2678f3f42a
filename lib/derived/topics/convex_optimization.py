"""Minimising convex functions to rounding error: Newton's method, and proximal steps for the L1 norm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from derived.arguments import require

__all__ = ["Minimum", "newton", "proximal_gradient", "soft_threshold"]


@dataclass(frozen=True)
class Minimum:
    """Where a minimisation stopped.

    Attributes
    ----------
    x : the last point.
    value : the objective there.
    path : (steps + 1, n) all points, the start included.
    residuals : the norm that the method drives to 0 (of the gradient, or of the proximal step), at each point.
    converged : whether the last residual is at most the tolerance. That is no proof of a minimum: where the infimum
        is not attained, as for the log-loss of separable data, the gradient tends to 0 far out, too.
    """

    x: np.ndarray
    value: float
    path: np.ndarray
    residuals: np.ndarray
    converged: bool


def newton(objective: Callable, x0: np.ndarray, tol: float = 1e-10, max_steps: int = 100) -> Minimum:
    r"""Damped Newton's method, :math:`x\leftarrow x-tH^{-1}g`, for a convex function.

    The step length :math:`t` starts at 1 and is halved until the objective falls by at least a quarter of what the
    slope promises (Armijo's condition); near the minimum :math:`t=1` passes and convergence is quadratic.

    Parameters
    ----------
    objective : maps x (n,) to value, gradient (n,) and Hessian (n, n); may return ``inf`` outside its domain.
    x0 : start, where the value is finite.
    tol : stop when the norm of the gradient is at most this.
    max_steps : stop after so many steps.
    """
    x = np.array(x0, dtype=np.float64)
    value, g, H = objective(x)
    require(np.isfinite(value), "newton: the objective is {} at x0, expected a finite number", value)
    path, residuals = [x], [np.linalg.norm(g)]
    while residuals[-1] > tol and len(path) <= max_steps:
        direction, t = -_solve(H, g), 1.0
        slope = g @ direction
        new = objective(x + direction)
        # The last term allows for rounding in the value: without it the last steps would be halved for nothing.
        while not new[0] <= value + 0.25 * t * slope + 1e-14 * abs(value) and t > 1e-10:
            t /= 2
            new = objective(x + t * direction)
        x = x + t * direction
        value, g, H = new
        path.append(x)
        residuals.append(np.linalg.norm(g))
    return Minimum(x, float(value), np.array(path), np.array(residuals), bool(residuals[-1] <= tol))


def _solve(H: np.ndarray, g: np.ndarray) -> np.ndarray:
    """``H^{-1} g``; the shortest solution where H has no Cholesky factor because it is singular."""
    try:
        return cho_solve(cho_factor(H), g)
    except np.linalg.LinAlgError:
        return np.linalg.lstsq(H, g)[0]


def soft_threshold(x: np.ndarray, t: float | np.ndarray) -> np.ndarray:
    r"""Proximal map of :math:`t\lVert\cdot\rVert_1`: each entry moves by :math:`t` towards 0 and stops there.

    .. math:: \arg\min_u\tfrac12(u-x)^2+t|u|=\mathrm{sign}(x)\max(|x|-t,0)
    """
    return np.sign(x) * np.maximum(np.abs(x) - t, 0)


def proximal_gradient(smooth: Callable, penalty: np.ndarray, x0: np.ndarray, lipschitz: float, tol: float = 1e-9,
                      max_steps: int = 50_000) -> Minimum:  # fmt: skip
    r"""Minimise :math:`f(x)+\sum_jp_j|x_j|` by gradient steps on :math:`f`, each followed by soft-thresholding.

    .. math:: x\leftarrow S_{p/L}\bigl(v-\tfrac1L\nabla f(v)\bigr)

    The point :math:`v` looks ahead along the last step (accelerated as by Beck and Teboulle, 2009), and the momentum
    starts anew whenever it points uphill (O'Donoghue and Candès, 2015).

    Parameters
    ----------
    smooth : maps x (n,) to value and gradient of f, convex.
    penalty : (n,) weights :math:`p_j\ge0`; 0 for entries without penalty.
    x0 : start.
    lipschitz : :math:`L`, a Lipschitz constant of :math:`\nabla f`.
    tol : stop when :math:`L` times the length of a step is at most this.
    max_steps : stop after so many steps.
    """
    require(lipschitz > 0, "proximal_gradient: lipschitz is {}, expected a number > 0", lipschitz)
    require(np.min(penalty) >= 0, "proximal_gradient: penalty has {}, expected numbers >= 0", np.min(penalty))
    x = v = np.array(x0, dtype=np.float64)
    k, path, residuals = 1.0, [x], [np.inf]
    while residuals[-1] > tol and len(path) <= max_steps:
        new = soft_threshold(v - smooth(v)[1] / lipschitz, penalty / lipschitz)
        residuals.append(lipschitz * np.linalg.norm(new - v))
        if (v - new) @ (new - x) > 0:
            k = 1.0
        following = (1 + np.sqrt(1 + 4 * k * k)) / 2
        v = new + (k - 1) / following * (new - x)
        x, k = new, following
        path.append(x)
    value = smooth(x)[0] + penalty @ np.abs(x)
    return Minimum(x, float(value), np.array(path), np.array(residuals), bool(residuals[-1] <= tol))
