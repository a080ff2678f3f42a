"""The multilayer perceptron."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from derived.arguments import one_of, require
from derived.nn import activations
from derived.nn.dropout import Dropout
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
    dropout : probability p to DROP a unit, one number for all hidden layers or L numbers for the layers 0 (inputs) to
        L - 1; there is none behind the last layer. A layer with p = 0 gets no :class:`Dropout`. The masks come from
        a child of `rng`, so that the initial weights are those of the network without dropout.
    norm : ``"batch"`` or ``"layer"`` puts :class:`BatchNorm1d` or :class:`LayerNorm` before each hidden activation.
        The linear map before batch normalisation has no bias, which would cancel.
    dtype : of the parameters.
    """

    def __init__(self, sizes: Sequence[int], activation: str = "relu", *, rng: np.random.Generator,
                 init: str | Callable = "he_normal", output: str | None = None,
                 dropout: float | Sequence[float] = 0.0, norm: str | None = None,
                 dtype: type = np.float32) -> None:  # fmt: skip
        require(len(sizes) >= 2, f"MLP: sizes is {list(sizes)}, expected at least inputs and outputs")
        drop = [0.0, *[dropout] * (len(sizes) - 2)] if np.ndim(dropout) == 0 else list(dropout)
        require(len(drop) == len(sizes) - 1, "MLP: dropout has {} numbers, expected {}, one a layer but the last",
                len(drop), len(sizes) - 1)  # fmt: skip
        masks = rng.spawn(1)[0] if any(drop) else rng
        if norm is not None:
            one_of("MLP", "norm", norm, _NORMS)
        layers: list[Module] = []
        for l, (p, fan_in, fan_out) in enumerate(zip(drop, sizes[:-1], sizes[1:], strict=True), 1):
            kind = norm if l < len(drop) else None
            layers += [Dropout(p, rng=masks)] if p else []
            layers.append(Linear(fan_in, fan_out, kind != "batch", rng=rng, init=init, dtype=dtype))
            layers += [_NORMS[kind](fan_out, dtype=dtype)] if kind else []
            layers.append(_activation(activation))
        super().__init__(*layers[:-1], *([_activation(output)] if output else []))
        self.sizes = tuple(sizes)


_activation = activation
_NORMS = {"batch": BatchNorm1d, "layer": LayerNorm}
