"""How sharply a loss bends: the largest eigenvalue of its Hessian, from gradients; descent that avoids it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse.linalg import LinearOperator, eigsh

from derived.arguments import require
from derived.nn import Module
from derived.tensor import Tensor

__all__ = ["hessian_product", "model_gradient", "sam_descent", "sharpness"]

Map = Callable[[np.ndarray], np.ndarray]


def hessian_product(gradient: Map, x: np.ndarray, v: np.ndarray, eps: float = 1e-8) -> np.ndarray:
    r""":math:`\nabla^2f(x)\,v` by a central difference of gradients along v, with error :math:`O(\epsilon^2)`.

    A gradient with jumps (ReLU) needs a step shorter than the way to the nearest jump: one jump of size s within it
    adds s / (2 eps). Rounding adds about 1e-16 / eps.

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


def sharpness(gradient: Map, x: np.ndarray, rng: np.random.Generator, tol: float = 1e-4,
              eps: float = 1e-8) -> float:  # fmt: skip
    r"""The eigenvalue of :math:`\nabla^2f(x)` of largest modulus, by Lanczos' method.

    Parameters
    ----------
    gradient, x, eps : as for :func:`hessian_product`; at least 2 numbers.
    rng : draws the first vector.
    tol : relative, to which the iteration is run.

    Raises
    ------
    ValueError
        if products with half the step disagree by more than 1 %: the gradient jumps near x, or eps is too long.
    """
    n = x.size
    require(n >= 2, "sharpness: x has {} numbers, expected at least 2", n)
    product = LinearOperator((n, n), matvec=lambda v: hessian_product(gradient, x, v.ravel(), eps), dtype=np.float64)
    (value,), vector = eigsh(product, 1, which="LM", tol=tol, v0=rng.standard_normal(n))
    v = vector[:, 0]
    again = float(v @ hessian_product(gradient, x, v, eps / 2))
    require(abs(again - value) <= 0.01 * abs(value) + 1e-6,
            "sharpness: {:.4g} becomes {:.4g} with half the step, eps is {}, expected a step within which the gradient "
            "does not jump", value, again, eps)  # fmt: skip
    return float(value)


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
