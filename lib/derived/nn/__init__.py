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
from derived.nn.attention import MultiheadAttention
from derived.nn.convolution import Conv2d
from derived.nn.dropout import Dropout
from derived.nn.embedding import Embedding
from derived.nn.graph import GCN, GraphConvolution
from derived.nn.linear import Flatten, Identity, Linear
from derived.nn.mlp import MLP, activation
from derived.nn.module import Module, Parameter, Sequential
from derived.nn.normalization import BatchNorm1d, BatchNorm2d, LayerNorm, WeightNorm
from derived.nn.pooling import AdaptiveAvgPool2d, AvgPool2d, MaxPool2d
from derived.nn.recurrent import RNN, Recurrent, RNNCell

__all__ = [
    "ELU",
    "GCN",
    "GELU",
    "MLP",
    "RNN",
    "SELU",
    "AdaptiveAvgPool2d",
    "AvgPool2d",
    "BatchNorm1d",
    "BatchNorm2d",
    "Conv2d",
    "Dropout",
    "Embedding",
    "Flatten",
    "GraphConvolution",
    "Identity",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "MaxPool2d",
    "Maxout",
    "Module",
    "MultiheadAttention",
    "PReLU",
    "Parameter",
    "RNNCell",
    "ReLU",
    "Recurrent",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "WeightNorm",
    "activation",
]
