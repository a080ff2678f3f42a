"""Operators and methods: the primitives under Python's and PyTorch's names, on either side of arrays and numbers."""

import operator

import numpy as np
import pytest
import torch
from beside_torch import agree, close, normal

from derived import ops
from derived.tensor import Tensor

OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
OTHERS = [
    2,
    2.5,
    np.float64(2.5),
    np.int64(2),
    np.array(2.0),
    np.array([1.0, 2.0]),
    np.array([[1.0], [2.0]]),
    [3.0, 4.0],
]
METHODS = {
    "abs": (), "amax": (0,), "amin": (0,), "clamp": (-0.5, 0.5), "exp": (), "flatten": (), "log_softmax": (-1,),
    "logsumexp": (1,), "mean": (0,), "relu": (), "sigmoid": (), "softmax": (0,), "sum": (1,), "tanh": (),
    "transpose": (0, 1), "var": (0,), "reshape": (3, 2), "permute": (1, 0),
}  # fmt: skip


@pytest.mark.parametrize("op", OPERATORS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("other", OTHERS, ids=repr)
def test_tensor_on_either_side(op, other):
    x = 0.5 + np.abs(normal(2, 2))
    plain = np.asarray(other, dtype=float)
    for f, expected in ((lambda t: op(t, other), op(x, plain)), (lambda t: op(other, t), op(plain, x))):
        t = Tensor(x, requires_grad=True)
        z = f(t)
        assert isinstance(z, Tensor)
        close(z, expected)
        z.sum().backward()
        assert t.grad.shape == x.shape


@pytest.mark.parametrize("number", [2, 2.5, -1])
@pytest.mark.parametrize("op", OPERATORS, ids=lambda f: f.__name__)
def test_a_number_does_not_change_float32(op, number):
    t = Tensor(np.ones((2, 2), np.float32), requires_grad=True)
    for z in (op(t, number), op(abs(number), t)):
        assert z.dtype == np.float32


@pytest.mark.parametrize("name", METHODS)
def test_methods(name):
    arguments = METHODS[name]
    agree(lambda x: getattr(x, name)(*arguments), lambda x: getattr(x, name)(*arguments), normal(2, 3))


def test_log_sqrt_neg_abs_matmul_T():
    x, y = np.abs(normal(2, 3)), normal(3, 2, seed=1)
    agree(lambda a: a.log() + a.sqrt(), lambda a: a.log() + a.sqrt(), x)
    agree(lambda a: -abs(a), lambda a: -abs(a), normal(2, 3))
    agree(lambda a, b: a @ b, lambda a, b: a @ b, x, y)
    agree(lambda a: a.T, lambda a: a.T, x)
    for z in (x @ Tensor(y), Tensor(x) @ y, Tensor(x) @ Tensor(y)):
        close(z, x @ y)
    assert Tensor(normal(2, 3, 4)).T.shape == (4, 3, 2)


def test_reshape_and_permute_take_numbers_tuples_and_lists():
    x = Tensor(np.arange(6.0))
    for z in (x.reshape(2, 3), x.reshape((2, 3)), x.reshape([2, 3]), x.reshape(2, -1)):
        assert z.shape == (2, 3)
        assert z.permute(1, 0).shape == z.permute((1, 0)).shape == z.permute([1, 0]).shape == (3, 2)


def test_in_place_operators_make_a_new_tensor():
    x = Tensor(np.ones(2), requires_grad=True)
    y = x
    y += 1
    assert y is not x
    close(x, [1.0, 1.0])


def test_every_primitive_of_the_package_is_exported():
    for name in ops.__all__:
        assert callable(getattr(ops, name))
        assert getattr(ops, name).__doc__
    assert set(METHODS) <= set(dir(Tensor))
    assert torch.tensor(Tensor([1.0]).numpy()).item() == 1.0
