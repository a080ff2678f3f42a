"""The multilayer perceptron."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from derived.arguments import one_of, require
from derived.nn import activations
from derived.nn.linear import Identity, Linear
from derived.nn.module import Module, Sequential
from derived.nn.normalization import BatchNorm1d, LayerNorm

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
    norm : ``"batch"`` or ``"layer"`` puts :class:`BatchNorm1d` or :class:`LayerNorm` before each hidden activation.
        The linear map before batch normalisation has no bias, which would cancel.
    dtype : of the parameters.
    """

    def __init__(self, sizes: Sequence[int], activation: str = "relu", *, rng: np.random.Generator,
                 init: str | Callable = "he_normal", output: str | None = None, norm: str | None = None,
                 dtype: type = np.float32) -> None:  # fmt: skip
        require(len(sizes) >= 2, f"MLP: sizes is {list(sizes)}, expected at least inputs and outputs")
        if norm is not None:
            one_of("MLP", "norm", norm, _NORMS)
        layers: list[Module] = []
        for l, (fan_in, fan_out) in enumerate(zip(sizes[:-1], sizes[1:], strict=True), 1):
            kind = norm if l < len(sizes) - 1 else None
            layers.append(Linear(fan_in, fan_out, kind != "batch", rng=rng, init=init, dtype=dtype))
            layers += [_NORMS[kind](fan_out, dtype=dtype)] if kind else []
            layers.append(_activation(activation))
        super().__init__(*layers[:-1], *([_activation(output)] if output else []))
        self.sizes = tuple(sizes)


_activation = activation
_NORMS = {"batch": BatchNorm1d, "layer": LayerNorm}
