r"""Penalties on weights: terms that are added to the objective, value and gradient alike."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived.arguments import require
from derived.nn import Module, Parameter
from derived.tensor import primitive

__all__ = ["l1_penalty", "l2_penalty", "penalised", "weights"]


@primitive
def l2_penalty(W, strength=1.0):
    r""":math:`\frac\lambda2\lVert W\rVert_F^2` of an array of any shape; pullback :math:`\lambda W`."""
    require(strength >= 0, "l2_penalty: strength is {}, expected a number >= 0", strength)
    return strength / 2 * (W * W).sum(), lambda g: g * strength * W


@primitive
def l1_penalty(W, strength=1.0):
    r""":math:`\lambda\sum|W_{ij}|`; pullback :math:`\lambda\,\mathrm{sign}(W)`, the subgradient that is 0 at 0."""
    require(strength >= 0, "l1_penalty: strength is {}, expected a number >= 0", strength)
    return strength * np.abs(W).sum(), lambda g: g * strength * np.sign(W)


def weights(model: Module) -> list[Parameter]:
    """The parameters that are penalised: those of two axes or more, hence neither biases nor scales."""
    return [p for p in model.parameters() if p.ndim >= 2]


def penalised(loss: Callable, model: Module, l2: float) -> Callable:
    r"""The loss with a penalty on the weights of `model`, to be used in place of `loss`.

    .. math:: J(\hat y,y)+\sum_W\tfrac\lambda2\lVert W\rVert_F^2

    Parameters
    ----------
    loss : ``loss(outputs, targets)``, a tensor with the mean over a batch.
    model : its biases stay free.
    l2 : :math:`\lambda\ge0`.
    """
    return lambda outputs, targets: loss(outputs, targets) + sum(l2_penalty(W, l2) for W in weights(model))
