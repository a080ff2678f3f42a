"""Activation modules: each is its function of derived.ops, with PyTorch's options and defaults."""

import numpy as np
import pytest
import torch
from beside_torch import agree, close, normal

from derived import nn

PAIRS = [
    (nn.ReLU(), torch.nn.ReLU()),
    (nn.Sigmoid(), torch.nn.Sigmoid()),
    (nn.Tanh(), torch.nn.Tanh()),
    (nn.SELU(), torch.nn.SELU()),
    (nn.SiLU(), torch.nn.SiLU()),
    (nn.Softplus(), torch.nn.Softplus()),
    (nn.GELU(), torch.nn.GELU()),
    (nn.GELU("tanh"), torch.nn.GELU("tanh")),
    (nn.LeakyReLU(), torch.nn.LeakyReLU()),
    (nn.LeakyReLU(0.3), torch.nn.LeakyReLU(0.3)),
    (nn.ELU(), torch.nn.ELU()),
    (nn.ELU(0.5), torch.nn.ELU(0.5)),
    (nn.Softmax(), torch.nn.Softmax(-1)),
    (nn.Softmax(0), torch.nn.Softmax(0)),
    (nn.Identity(), torch.nn.Identity()),
    (nn.Maxout(2), lambda x: x.reshape(3, 2, 2).amax(-1)),
]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_beside_torch(ours, theirs):
    if isinstance(ours, nn.Identity):
        close(ours(normal(3, 4)), normal(3, 4))
    else:
        agree(ours, theirs, normal(3, 4))


@pytest.mark.parametrize(("shape", "slopes"), [((3, 4), 1), ((3, 4), 4), ((1, 1), 1), ((2, 3, 2, 2), 3), ((3,), 1)])
def test_prelu_with_one_slope_or_one_a_channel(shape, slopes):
    ours, theirs = nn.PReLU(slopes, 0.3, dtype=np.float64), torch.nn.PReLU(slopes, 0.3, dtype=torch.float64)
    x, v = normal(*shape), normal(*shape, seed=1)
    (value := ours(x)).backward(v)
    (expected := theirs(torch.tensor(x))).backward(torch.tensor(v))
    close(value, expected)
    close(ours.weight.grad, theirs.weight.grad)
    close(ours.state_dict()["weight"], theirs.state_dict()["weight"])


def test_prelu_in_float32_and_with_bad_sizes():
    assert nn.PReLU()(normal(2, 3).astype(np.float32)).dtype == np.float32
    with pytest.raises(ValueError, match="num_parameters is 0"):
        nn.PReLU(0)
    with pytest.raises(ValueError, match=r"num_parameters is 3, expected 1 or axis 1 of x, of shape \(2, 4\)"):
        nn.PReLU(3)(normal(2, 4))


@pytest.mark.parametrize("name", ["identity", "relu", "sigmoid", "tanh", "leaky_relu", "elu", "selu", "gelu", "silu",
                                  "softplus", "softmax"])  # fmt: skip
def test_by_name(name):
    module = nn.activation(name)
    assert module is not nn.activation(name)
    assert module(np.ones((2, 3))).shape == (2, 3)


def test_an_unknown_name():
    with pytest.raises(ValueError, match=r"activation: name is 'leaky-relu', .* \(did you mean 'leaky_relu'\?\)"):
        nn.activation("leaky-relu")
