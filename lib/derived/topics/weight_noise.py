r"""Noise on the weights, and the penalty that it amounts to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from derived.arguments import require
from derived.nn import Module
from derived.tensor import Tensor, no_grad
from derived.topics.sharpness import hessian_product

__all__ = ["hessian_trace", "noise_penalty", "noisy_losses", "perturbed"]

Map = Callable[[np.ndarray], np.ndarray]


@contextmanager
def perturbed(model: Module, std: float, rng: np.random.Generator) -> Iterator[None]:
    r"""Inside the block all parameters are :math:`w+e` with :math:`e\sim N(0,\sigma^2I)`, afterwards exactly w again.

    A loss that is evaluated and differentiated inside gives the gradient for a step of training with weight noise.
    """
    require(std >= 0, "perturbed: std is {}, expected a number >= 0", std)
    kept = [(p, p.data) for p in model.parameters()]
    try:
        for p, w in kept:
            p.data = w + (std * rng.standard_normal(w.shape)).astype(w.dtype)
        yield
    finally:
        for p, w in kept:
            p.data = w


def noisy_losses(model: Module, loss: Callable[[], Tensor], std: float, draws: int,
                 rng: np.random.Generator) -> np.ndarray:  # fmt: skip
    """The loss under :func:`perturbed` weights, `draws` times: (draws,) float64.

    Parameters
    ----------
    loss : called without arguments, evaluates the model.
    """
    losses = np.empty(draws)
    with no_grad():
        for k in range(draws):
            with perturbed(model, std, rng):
                losses[k] = loss().item()
    return losses


def hessian_trace(gradient: Map, w: np.ndarray) -> float:
    r""":math:`\mathrm{tr}\,\nabla^2J(w)`, one difference of gradients for each of the d coordinates.

    Parameters
    ----------
    gradient : :math:`\nabla J`, maps (d,) to (d,), float64; see :func:`derived.topics.sharpness.model_gradient`.
    w : (d,).
    """
    return float(sum(hessian_product(gradient, w, e)[j] for j, e in enumerate(np.eye(len(w)))))


def noise_penalty(gradient: Map, w: np.ndarray, std: float) -> float:
    r""":math:`\frac{\sigma^2}2\mathrm{tr}\,\nabla^2J(w)`: what weight noise adds to the expected loss, up to
    :math:`O(\sigma^4)`."""
    return std**2 / 2 * hessian_trace(gradient, w)
