"""Modules: the primitives together with the parameters that they need."""

from derived.nn.activations import (
    ELU,
    GELU,
    SELU,
    LeakyReLU,
    Maxout,
    PReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from derived.nn.linear import Flatten, Identity, Linear
from derived.nn.mlp import MLP, activation
from derived.nn.module import Module, Parameter, Sequential

__all__ = [
    "ELU",
    "GELU",
    "MLP",
    "SELU",
    "Flatten",
    "Identity",
    "LeakyReLU",
    "Linear",
    "Maxout",
    "Module",
    "PReLU",
    "Parameter",
    "ReLU",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "activation",
]
