"""Every activation beside PyTorch: smooth parts, kinks, tails."""

import numpy as np
import pytest
import torch
from beside_torch import agree, close, mutants_fail, normal
from hypothesis import given, settings
from hypothesis.extra.numpy import array_shapes
from torch.nn import functional as F

from derived import ops
from derived.tensor import Tensor

PAIRS = {
    "identity": (ops.identity, lambda x: x),
    "sigmoid": (ops.sigmoid, torch.sigmoid),
    "tanh": (ops.tanh, torch.tanh),
    "relu": (ops.relu, F.relu),
    "leaky_relu": (ops.leaky_relu, F.leaky_relu),
    "leaky_relu 0.2": (lambda x: ops.leaky_relu(x, 0.2), lambda x: F.leaky_relu(x, 0.2)),
    "leaky_relu -0.5": (lambda x: ops.leaky_relu(x, -0.5), lambda x: F.leaky_relu(x, -0.5)),
    "elu": (ops.elu, F.elu),
    "elu 0.7": (lambda x: ops.elu(x, alpha=0.7), lambda x: F.elu(x, alpha=0.7)),
    "selu": (ops.selu, F.selu),
    "gelu": (ops.gelu, F.gelu),
    "gelu tanh": (lambda x: ops.gelu(x, approximate="tanh"), lambda x: F.gelu(x, approximate="tanh")),
    "swish 1.7": (lambda x: ops.swish(x, 1.7), lambda x: x * torch.sigmoid(1.7 * x)),
    "silu": (ops.silu, F.silu),
    "softplus": (ops.softplus, lambda x: F.softplus(x, threshold=1e9)),
    "softplus 2": (lambda x: ops.softplus(x, 2.0), lambda x: F.softplus(x, 2.0, threshold=1e9)),
    "absolute": (ops.absolute, torch.abs),
    "hardtanh": (ops.hardtanh, F.hardtanh),
    "hardtanh -2 0.5": (lambda x: ops.hardtanh(x, -2.0, 0.5), lambda x: F.hardtanh(x, -2.0, 0.5)),
}
TAILS = np.array([-700.0, -100.0, -40.0, -20.0, -8.0, 8.0, 20.0, 40.0, 100.0, 700.0])
KINKS = np.array([-2.0, -1.0, -0.0, 0.0, 0.5, 1.0])


@pytest.mark.parametrize("name", PAIRS)
@settings(max_examples=6)
@given(array_shapes(min_dims=0, max_dims=3, max_side=3))
def test_beside_torch(name, shape):
    agree(*PAIRS[name], 1.5 * normal(*shape))


@pytest.mark.parametrize("name", PAIRS)
def test_at_kinks_and_in_the_tails(name):
    agree(*PAIRS[name], KINKS, smooth=False)
    if name != "softplus 2":  # PyTorch's own overflows
        agree(*PAIRS[name], TAILS, smooth=False)


@pytest.mark.parametrize("name", PAIRS)
def test_mutants(name):
    mutants_fail(PAIRS[name][0], np.array([[-0.9, 0.3], [0.4, -0.2]]))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_sigmoid_is_exact_to_the_last_digits_in_its_tail(dtype):
    x = np.array([-80.0, -40.0, -15.0, -8.0], dtype)
    close(ops.sigmoid(x).data / np.exp(x) * (1 + np.exp(x)), np.ones(4), 10 * np.finfo(dtype).eps)


@pytest.mark.parametrize("shape", [(1,), (3,)])
def test_prelu(shape):
    weight = np.abs(normal(*shape, seed=1))
    agree(ops.prelu, lambda x, w: torch.where(x > 0, x, w * x), normal(4, 3), weight)
    mutants_fail(ops.prelu, normal(4, 3), weight)


def test_prelu_at_zero():
    agree(ops.prelu, F.prelu, KINKS, np.array([0.25]), smooth=False)


@pytest.mark.parametrize("shape", [(), (1,), (3,)])
def test_swish_with_a_learnt_beta(shape):
    agree(ops.swish, lambda x, b: x * torch.sigmoid(b * x), normal(4, 3), normal(*shape, seed=1))
    mutants_fail(ops.swish, normal(4, 3), normal(*shape, seed=1))


@pytest.mark.parametrize("pieces", [1, 2, 3, 6])
def test_maxout(pieces):
    agree(lambda x: ops.maxout(x, pieces), lambda x: x.reshape(4, -1, pieces).amax(-1), normal(4, 6))


def test_maxout_gives_a_tie_to_the_first():
    x = Tensor(np.array([[1.0, 1.0, 0.0, 2.0]]), requires_grad=True)
    ops.maxout(x, 2).sum().backward()
    close(x.grad, [[1.0, 0.0, 0.0, 1.0]])
    mutants_fail(lambda x: ops.maxout(x, 2), normal(2, 4))


def test_bad_options_are_named():
    with pytest.raises(ValueError, match="gelu: approximate is 'erf', expected 'none' or 'tanh'"):
        ops.gelu(np.ones(2), approximate="erf")
    with pytest.raises(ValueError, match="maxout: 5 features do not split into groups of 2"):
        ops.maxout(np.ones((1, 5)), 2)
