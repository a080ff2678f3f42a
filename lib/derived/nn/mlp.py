"""The multilayer perceptron."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from derived.arguments import one_of, require
from derived.nn import activations
from derived.nn.linear import Identity, Linear
from derived.nn.module import Module, Sequential

_ACTIVATIONS = {
    "identity": Identity,
    "relu": activations.ReLU,
    "sigmoid": activations.Sigmoid,
    "tanh": activations.Tanh,
    "leaky_relu": activations.LeakyReLU,
    "elu": activations.ELU,
    "selu": activations.SELU,
    "gelu": activations.GELU,
    "silu": activations.SiLU,
    "softplus": activations.Softplus,
    "softmax": activations.Softmax,
}


def activation(name: str) -> Module:
    """A new activation module by its name in :mod:`derived.ops`; an unknown name raises and names the nearest one."""
    return _ACTIVATIONS[one_of("activation", "name", name, _ACTIVATIONS)]()


class MLP(Sequential):
    r"""Multilayer perceptron :math:`a^{[l]} = \phi(a^{[l-1]}W^{[l]\top} + b^{[l]})` (no :math:`\phi` at the end).

    Parameters
    ----------
    sizes : numbers of units :math:`n_0, n_1, \dots, n_L`, inputs first.
    activation : name of :math:`\phi`.
    rng : source of the initial weights.
    init : initialiser of the weights or its name; see :class:`Linear`.
    output : name of the activation of the last layer; None leaves it affine (logits).
    dtype : of the parameters.
    """

    def __init__(self, sizes: Sequence[int], activation: str = "relu", *, rng: np.random.Generator,
                 init: str | Callable = "he_normal", output: str | None = None,
                 dtype: type = np.float32) -> None:  # fmt: skip
        require(len(sizes) >= 2, f"MLP: sizes is {list(sizes)}, expected at least inputs and outputs")
        layers: list[Module] = []
        for fan_in, fan_out in zip(sizes[:-1], sizes[1:], strict=True):
            layers += [Linear(fan_in, fan_out, rng=rng, init=init, dtype=dtype), _activation(activation)]
        super().__init__(*layers[:-1], *([_activation(output)] if output else []))
        self.sizes = tuple(sizes)


_activation = activation
