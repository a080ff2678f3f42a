"""Descent with memory on R^n: momentum in three forms, Nesterov's method in two, and what they do to a quadratic."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived.arguments import require

__all__ = ["averaged_momentum", "heavy_ball", "modulus", "momentum", "momentum_schedule", "nesterov",
           "nesterov_lookahead"]  # fmt: skip

Map = Callable[[np.ndarray], np.ndarray]
Rate = float | Callable[[int], float]


def _at(rate: Rate, k: int) -> float:
    return rate(k) if callable(rate) else rate


def _walk(step: Callable[[np.ndarray, np.ndarray, int], tuple], x0: np.ndarray, memory: np.ndarray,
          steps: int) -> np.ndarray:  # fmt: skip
    """The points (steps + 1, ..., n) of ``x, memory = step(x, memory, k)``; what diverges overflows quietly."""
    require(steps >= 0, "steps is {}, expected an integer >= 0", steps)
    path = np.empty((steps + 1, *np.shape(x0)))
    path[0] = x0
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(steps):
            path[k + 1], memory = step(path[k], memory, k)
    return path


def momentum(gradient: Map, x0: np.ndarray, lr: Rate, beta: float, steps: int) -> np.ndarray:
    r"""Momentum: :math:`u_k=\beta u_{k-1}+\nabla f(x_k)`, :math:`x_{k+1}=x_k-\eta_ku_k`, from :math:`u_{-1}=0`.

    Parameters
    ----------
    gradient : maps points of the shape of x0 to gradients of that shape.
    x0 : (..., n) start, or many starts side by side.
    lr : :math:`\eta`, or a function of k = 0, 1, … that gives :math:`\eta_k`.
    beta : :math:`\beta`.
    steps : how many.

    Returns
    -------
    (steps + 1, ..., n) float64, the start included.
    """

    def step(x: np.ndarray, u: np.ndarray, k: int) -> tuple:
        u = beta * u + gradient(x)
        return x - _at(lr, k) * u, u

    return _walk(step, x0, np.zeros(np.shape(x0)), steps)


def heavy_ball(gradient: Map, x0: np.ndarray, lr: Rate, beta: Rate, steps: int) -> np.ndarray:
    r"""Polyak's form: :math:`x_{k+1}=x_k-\eta_k\nabla f(x_k)+\beta(x_k-x_{k-1})`, :math:`x_{-1}=x_0`.

    Arguments and result as for :func:`momentum`; `beta`, too, may be a function of k.
    """

    def step(x: np.ndarray, before: np.ndarray, k: int) -> tuple:
        return x - _at(lr, k) * gradient(x) + _at(beta, k) * (x - before), x

    return _walk(step, x0, np.array(x0, dtype=np.float64), steps)


def averaged_momentum(gradient: Map, x0: np.ndarray, lr: Rate, beta: float, steps: int) -> np.ndarray:
    r"""Momentum with an average: :math:`m_k=\beta m_{k-1}+(1-\beta)\nabla f(x_k)`, :math:`x_{k+1}=x_k-\eta_km_k`.

    Arguments and result as for :func:`momentum`.
    """

    def step(x: np.ndarray, m: np.ndarray, k: int) -> tuple:
        m = beta * m + (1 - beta) * gradient(x)
        return x - _at(lr, k) * m, m

    return _walk(step, x0, np.zeros(np.shape(x0)), steps)


def nesterov_lookahead(gradient: Map, x0: np.ndarray, lr: float, beta: float, steps: int) -> np.ndarray:
    r"""Nesterov's method with a velocity: the gradient is taken where the velocity alone would lead.

    .. math:: u_k=\beta u_{k-1}+\nabla f(x_k-\eta\beta u_{k-1}),\qquad x_{k+1}=x_k-\eta u_k,\qquad u_{-1}=0

    Arguments and result as for :func:`momentum`, with a fixed rate.
    """

    def step(x: np.ndarray, u: np.ndarray, k: int) -> tuple:
        u = beta * u + gradient(x - lr * beta * u)
        return x - lr * u, u

    return _walk(step, x0, np.zeros(np.shape(x0)), steps)


def nesterov(gradient: Map, x0: np.ndarray, lr: Rate, beta: float, steps: int) -> np.ndarray:
    r"""Nesterov's method with two sequences of points, :math:`x_{-1}=x_0`.

    .. math:: y_k=x_k+\beta(x_k-x_{k-1}),\qquad x_{k+1}=y_k-\eta_k\nabla f(y_k)

    Arguments and result (the points x) as for :func:`momentum`.
    """

    def step(x: np.ndarray, before: np.ndarray, k: int) -> tuple:
        y = x + beta * (x - before)
        return y - _at(lr, k) * gradient(y), x

    return _walk(step, x0, np.array(x0, dtype=np.float64), steps)


def modulus(h: np.ndarray, beta: float, lookahead: bool = False) -> np.ndarray:
    r"""How much momentum shrinks a mode of a quadratic in the long run: the larger modulus of the two roots.

    .. math:: r^2-(1+\beta-h)\,r+\beta=0,\qquad\text{with look-ahead: }r^2-(1+\beta)(1-h)\,r+\beta(1-h)=0

    Parameters
    ----------
    h : (...) products :math:`\eta\lambda` of the rate and the curvature of the mode.
    beta : :math:`\beta`.
    lookahead : Nesterov's method.
    """
    h = np.asarray(h, dtype=np.float64)
    p, q = ((1 + beta) * (1 - h), beta * (1 - h)) if lookahead else (1 + beta - h, beta + 0 * h)
    root = np.sqrt((p * p / 4 - q).astype(complex))
    return np.maximum(abs(p / 2 + root), abs(p / 2 - root))


def momentum_schedule(t: np.ndarray, largest: float = 0.99) -> np.ndarray:
    r"""Momentum that rises with time (Sutskever et al., 2013).

    .. math:: \beta_t=\min\bigl(1-2^{-1-\log_2(\lfloor t/250\rfloor+1)},\ \beta_{\max}\bigr)
    """
    return np.minimum(1 - 2.0 ** (-1 - np.log2(np.floor_divide(t, 250) + 1)), largest)
