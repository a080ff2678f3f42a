"""The primitives, by family, under PyTorch's names; importing them gives tensors their operators and methods."""

from derived.ops import methods as _methods  # noqa: F401
from derived.ops.activations import (
    absolute,
    elu,
    gelu,
    hardtanh,
    identity,
    leaky_relu,
    maxout,
    prelu,
    relu,
    selu,
    sigmoid,
    silu,
    softplus,
    swish,
    tanh,
)
from derived.ops.arithmetic import add, clamp, div, exp, log, maximum, minimum, mul, neg, pow, sqrt, sub, where
from derived.ops.attention import attention_weights, causal_mask, scaled_dot_product_attention
from derived.ops.convolution import conv1d, conv2d, conv_transpose2d
from derived.ops.dropout import dropout, dropout_mask
from derived.ops.embedding import embedding
from derived.ops.gated import gru, lstm
from derived.ops.linear import linear, matmul
from derived.ops.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    hinge_loss,
    huber_loss,
    l1_loss,
    mse_loss,
    nll_loss,
    perceptron_loss,
)
from derived.ops.normalization import batch_norm, layer_norm, weight_norm
from derived.ops.pooling import adaptive_avg_pool2d, avg_pool2d, max_pool2d
from derived.ops.recurrence import rnn
from derived.ops.reductions import amax, amin, logsumexp, mean, sum, var
from derived.ops.rotary import rotary
from derived.ops.shaping import cat, chunk, flatten, flip, getitem, permute, reshape, stack, transpose
from derived.ops.softmax import log_softmax, softmax
from derived.ops.sparse import spmm
from derived.ops.windows import fold, output_size, unfold

__all__ = [
    "absolute",
    "adaptive_avg_pool2d",
    "add",
    "amax",
    "amin",
    "attention_weights",
    "avg_pool2d",
    "batch_norm",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cat",
    "causal_mask",
    "chunk",
    "clamp",
    "conv1d",
    "conv2d",
    "conv_transpose2d",
    "cross_entropy",
    "div",
    "dropout",
    "dropout_mask",
    "elu",
    "embedding",
    "exp",
    "flatten",
    "flip",
    "fold",
    "gelu",
    "getitem",
    "gru",
    "hardtanh",
    "hinge_loss",
    "huber_loss",
    "identity",
    "l1_loss",
    "layer_norm",
    "leaky_relu",
    "linear",
    "log",
    "log_softmax",
    "logsumexp",
    "lstm",
    "matmul",
    "max_pool2d",
    "maximum",
    "maxout",
    "mean",
    "minimum",
    "mse_loss",
    "mul",
    "neg",
    "nll_loss",
    "output_size",
    "perceptron_loss",
    "permute",
    "pow",
    "prelu",
    "relu",
    "reshape",
    "rnn",
    "rotary",
    "scaled_dot_product_attention",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "spmm",
    "sqrt",
    "stack",
    "sub",
    "sum",
    "swish",
    "tanh",
    "transpose",
    "unfold",
    "var",
    "weight_norm",
    "where",
]
