"""How sharply a loss bends: the largest eigenvalue of its Hessian, from gradients; descent that avoids it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived.arguments import require
from derived.nn import Module
from derived.tensor import Tensor

__all__ = ["hessian_product", "model_gradient", "sam_descent", "sharpness"]

Map = Callable[[np.ndarray], np.ndarray]


def hessian_product(gradient: Map, x: np.ndarray, v: np.ndarray, eps: float = 1e-5) -> np.ndarray:
    r""":math:`\nabla^2f(x)\,v` by a central difference of gradients along v, with error :math:`O(\epsilon^2)`.

    Parameters
    ----------
    gradient : maps (n,) to (n,), in float64.
    x, v : (n,) point and direction.
    eps : length of the step on each side, whatever the length of v.
    """
    length = np.linalg.norm(v)
    if length == 0:
        return np.zeros_like(x)
    u = v / length
    return (gradient(x + eps * u) - gradient(x - eps * u)) * (length / (2 * eps))


def sharpness(gradient: Map, x: np.ndarray, rng: np.random.Generator, steps: int = 50, tol: float = 1e-4) -> float:
    r"""The eigenvalue of :math:`\nabla^2f(x)` of largest modulus, by the power method.

    Parameters
    ----------
    gradient, x : as for :func:`hessian_product`.
    rng : draws the first vector.
    steps : the most products to compute; ends earlier when the estimate changes by less than `tol`, relatively.
    """
    require(steps >= 1, "sharpness: steps is {}, expected an integer >= 1", steps)
    v, value = rng.standard_normal(x.shape), 0.0
    for _ in range(steps):
        v /= np.linalg.norm(v)
        product = hessian_product(gradient, x, v)
        before, value = value, float(v @ product)
        if abs(value - before) <= tol * abs(value):
            break
        v = product
    return value


def model_gradient(model: Module, loss: Callable[[], Tensor]) -> tuple[Map, np.ndarray]:
    """The gradient of a model's loss as a function of one float64 vector of all parameters, and that vector.

    Parameters
    ----------
    model : its parameters are set by each call of the function, to float64.
    loss : called without arguments, evaluates the model.
    """
    params = list(model.parameters())
    ends = np.cumsum([p.size for p in params])[:-1]

    def gradient(vector: np.ndarray) -> np.ndarray:
        for p, piece in zip(params, np.split(vector, ends), strict=True):
            p.data, p.grad = piece.reshape(p.shape), None
        loss().backward()
        return np.concatenate([p.grad.ravel() for p in params])

    return gradient, np.concatenate([p.data.ravel() for p in params]).astype(np.float64)


def sam_descent(gradient: Map, x0: np.ndarray, lr: float, rho: float, steps: int, noise: float = 0.0,
                rng: np.random.Generator | None = None) -> np.ndarray:  # fmt: skip
    r"""Sharpness-aware descent on :math:`\mathbb R^n`, many starts side by side.

    .. math:: x\leftarrow x-\eta\,\bigl(\nabla f(x+\rho\,g/\lVert g\rVert)+\xi\bigr),\qquad g=\nabla f(x)+\xi

    Parameters
    ----------
    gradient : maps (..., n) to (..., n).
    x0 : (..., n) starts.
    lr, rho, steps : :math:`\eta`, :math:`\rho` and how many.
    noise : standard deviation of each entry of the error :math:`\xi`, the same for both gradients of a step.
    rng : draws it; not needed for 0.

    Returns
    -------
    (steps + 1, ..., n) float64.
    """
    path = np.empty((steps + 1, *np.shape(x0)))
    path[0] = x0
    for k in range(steps):
        error = noise * rng.standard_normal(np.shape(x0)) if noise else 0.0
        g = gradient(path[k]) + error
        length = np.linalg.norm(g, axis=-1, keepdims=True)
        away = np.divide(rho * g, length, out=np.zeros_like(g), where=length > 0)
        path[k + 1] = path[k] - lr * (gradient(path[k] + away) + error)
    return path
