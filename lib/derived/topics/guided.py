r"""ReLUs with other backward passes: guided backpropagation and the deconvolutional network."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived import nn
from derived.arguments import one_of
from derived.tensor import Tensor, primitive

__all__ = ["RULES", "DeconvReLU", "GuidedReLU", "deconv_relu", "guided_relu", "replaced", "with_rule"]


@primitive
def guided_relu(x):
    r"""ReLU whose backward pass lets through what is positive and arrives at an active unit.

    .. math:: \bar x = \bar y\,[x>0]\,[\bar y>0]

    No gradient of any function (Springenberg et al., 2015).
    """
    return np.maximum(x, 0), lambda g: g * ((x > 0) & (g > 0))


@primitive
def deconv_relu(x):
    r"""ReLU whose backward pass is a ReLU, :math:`\bar x=\bar y\,[\bar y>0]`, whatever x was.

    (Zeiler and Fergus, 2014.)
    """
    return np.maximum(x, 0), lambda g: g * (g > 0)


class GuidedReLU(nn.Module):
    """:func:`guided_relu` as a layer."""

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        return guided_relu(x)


class DeconvReLU(nn.Module):
    """:func:`deconv_relu` as a layer."""

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        return deconv_relu(x)


RULES = {"gradient": nn.ReLU, "deconvnet": DeconvReLU, "guided": GuidedReLU}


def replaced(model: nn.Sequential, old: type, new: Callable[[nn.Module], nn.Module]) -> nn.Sequential:
    """The same layers, parameters shared, but ``new(layer)`` for each layer of the class ``old``."""
    return nn.Sequential(*(new(layer) if type(layer) is old else layer for layer in model.layers))


def with_rule(model: nn.Sequential, rule: str) -> nn.Sequential:
    """The network with the ReLUs of one of the RULES: the same scores, another backward pass."""
    kind = RULES[one_of("with_rule", "rule", rule, list(RULES))]
    return replaced(model, nn.ReLU, lambda layer: kind())
