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
from derived.nn.blocks import DenseBlock, Inception, Residual, ResidualBlock
from derived.nn.convolution import Conv2d
from derived.nn.dropout import Dropout
from derived.nn.embedding import Embedding
from derived.nn.gated import GRU, LSTM, GRUCell, LSTMCell
from derived.nn.graph import GCN, GraphConvolution
from derived.nn.linear import Flatten, Identity, Linear
from derived.nn.mlp import MLP, activation
from derived.nn.module import Module, Parameter, Sequential
from derived.nn.normalization import BatchNorm1d, BatchNorm2d, LayerNorm, WeightNorm
from derived.nn.pooling import AdaptiveAvgPool2d, AvgPool2d, MaxPool2d
from derived.nn.recurrent import RNN, Recurrent, RNNCell
from derived.nn.spectral import SpectralNorm, spectral_norm
from derived.nn.transformer import TransformerDecoderLayer, TransformerEncoderLayer

__all__ = [
    "ELU",
    "GCN",
    "GELU",
    "GRU",
    "LSTM",
    "MLP",
    "RNN",
    "SELU",
    "AdaptiveAvgPool2d",
    "AvgPool2d",
    "BatchNorm1d",
    "BatchNorm2d",
    "Conv2d",
    "DenseBlock",
    "Dropout",
    "Embedding",
    "Flatten",
    "GRUCell",
    "GraphConvolution",
    "Identity",
    "Inception",
    "LSTMCell",
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
    "Residual",
    "ResidualBlock",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "SpectralNorm",
    "Tanh",
    "TransformerDecoderLayer",
    "TransformerEncoderLayer",
    "WeightNorm",
    "activation",
    "spectral_norm",
]
