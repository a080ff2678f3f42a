"""Descent on R^n with plain functions: gradient descent, gradient flow, Newton's step, backtracking."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from scipy.integrate import solve_ivp

from derived.arguments import require
from derived.tensor import Tensor

__all__ = ["backtracking", "gradient_descent", "gradient_flow", "line_search_descent", "newton_step", "optimizer_path"]

Map = Callable[[np.ndarray], np.ndarray]


def gradient_descent(gradient: Map, x0: np.ndarray, lr: float | np.ndarray | Callable[[int], float],
                     steps: int) -> np.ndarray:  # fmt: skip
    r"""The path :math:`x_{k+1}=x_k-\eta_k\nabla f(x_k)`.

    Parameters
    ----------
    gradient : maps points of the shape of x0 to gradients of that shape; may draw random ones.
    x0 : (..., n) start, or many starts side by side.
    lr : :math:`\eta`, or a function of k = 0, 1, … that gives :math:`\eta_k`; an array (..., 1) has one for each start.
    steps : how many.

    Returns
    -------
    (steps + 1, ..., n) float64, the start included. A path that diverges overflows to inf and nan.
    """
    require(steps >= 0, "gradient_descent: steps is {}, expected an integer >= 0", steps)
    path = np.empty((steps + 1, *np.shape(x0)))
    path[0] = x0
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(steps):
            eta = lr(k) if callable(lr) else lr
            path[k + 1] = path[k] - eta * gradient(path[k])
    return path


def gradient_flow(gradient: Map, x0: np.ndarray, times: np.ndarray, tol: float = 1e-10) -> np.ndarray:
    r"""The solution of :math:`\dot x=-\nabla f(x)`, :math:`x(0)=x_0`, by SciPy's Runge–Kutta method of order 8.

    Parameters
    ----------
    x0 : (n,) start.
    times : (T,) increasing, the first at least 0.

    Returns
    -------
    (T, n) float64.
    """
    times = np.asarray(times, dtype=np.float64)
    require(times.ndim == 1 and times.size > 0 and times[0] >= 0 and np.all(np.diff(times) > 0),
            "gradient_flow: times is {}, expected increasing numbers >= 0", times)  # fmt: skip
    flow = solve_ivp(lambda _, x: -gradient(x), (0, times[-1]), np.asarray(x0, dtype=np.float64), method="DOP853",
                     t_eval=times, rtol=tol, atol=tol * 1e-2)  # fmt: skip
    return flow.y.T


def newton_step(g: np.ndarray, H: np.ndarray) -> np.ndarray:
    r"""The critical point :math:`-H^{-1}g` of the quadratic model :math:`g\cdot d+\frac12d^\top Hd`.

    It minimises the model if H is positive definite, and points to a saddle or maximum of it otherwise.

    Parameters
    ----------
    g : (n,) gradient.
    H : (n, n) invertible Hessian. With :math:`H=\frac1\eta I` the step is that of gradient descent.
    """
    require(np.shape(H) == (len(g), len(g)), "newton_step: H has shape {}, expected {} as g has shape {}",
            np.shape(H), (len(g), len(g)), np.shape(g))  # fmt: skip
    return -np.linalg.solve(H, g)


def backtracking(value: Map, x: np.ndarray, g: np.ndarray, lr: float = 1.0, shrink: float = 0.5,
                 c: float = 0.5) -> tuple[float, int]:  # fmt: skip
    r"""The first of :math:`\eta_0,\beta\eta_0,\beta^2\eta_0,\dots` with enough decrease (Armijo, 1966).

    .. math:: f(x-\eta g)\le f(x)-c\,\eta\lVert g\rVert^2

    Parameters
    ----------
    value : f, may return inf or nan where it is not defined.
    x, g : (n,) point and gradient there.
    lr : :math:`\eta_0>0`.
    shrink : :math:`\beta` in (0, 1).
    c : in (0, 1).

    Returns
    -------
    eta, and how often f was evaluated, f(x) included. After 40 attempts without success eta is 0: then g is no
    gradient of f at x, or f(x) is at the limit of rounding.
    """
    require(lr > 0, "backtracking: lr is {}, expected a number > 0", lr)
    require(0 < shrink < 1 and 0 < c < 1, "backtracking: shrink is {} and c is {}, expected numbers in (0, 1)",
            shrink, c)  # fmt: skip
    start, slope = value(x), np.sum(g * g)
    for attempt in range(40):
        eta = lr * shrink**attempt
        if value(x - eta * g) <= start - c * eta * slope:
            return eta, attempt + 2
    return 0.0, 41


def line_search_descent(value: Map, gradient: Map, x0: np.ndarray, steps: int, lr: float = 1.0, shrink: float = 0.5,
                        c: float = 0.5) -> tuple[np.ndarray, np.ndarray, int]:  # fmt: skip
    """Gradient descent whose every step is found by :func:`backtracking` from the same `lr`.

    Returns
    -------
    path (steps + 1, n), the accepted rates (steps,), and how often f was evaluated in all.
    """
    path, rates, total = [np.asarray(x0, dtype=np.float64)], [], 0
    for _ in range(steps):
        g = gradient(path[-1])
        eta, evaluations = backtracking(value, path[-1], g, lr, shrink, c)
        total += evaluations
        rates.append(eta)
        path.append(path[-1] - eta * g)
    return np.array(path), np.array(rates), total


def optimizer_path(make: Callable[[Iterable[Tensor]], object], gradient: Map, x0: np.ndarray, steps: int) -> np.ndarray:
    """The path of an optimizer on R^n, given the gradient as a function.

    Parameters
    ----------
    make : builds the optimizer from a list of parameters, such as ``lambda p: optim.SGD(p, lr=0.1, momentum=0.9)``.
    gradient : as in :func:`gradient_descent`.
    x0 : (n,) start.
    steps : how many.

    Returns
    -------
    (steps + 1, n) float64.
    """
    x = Tensor(np.array(x0, dtype=np.float64), requires_grad=True)
    optimizer, path = make([x]), np.empty((steps + 1, *np.shape(x0)))
    path[0] = x0
    for k in range(steps):
        x.grad = gradient(x.data)
        optimizer.step()
        path[k + 1] = x.data
    return path
