"""Elementwise arithmetic beside PyTorch, on shapes that broadcast."""

import numpy as np
import pytest
import torch
from beside_torch import agree, close, mutants_fail, normal
from hypothesis import given, settings
from hypothesis.extra.numpy import array_shapes, mutually_broadcastable_shapes

from derived import ops
from derived.tensor import Tensor

BINARY = ["add", "sub", "mul", "div", "maximum", "minimum"]
UNARY = ["neg", "exp", "log", "sqrt"]


def positive(*shape, seed=0):
    return np.asarray(0.5 + np.abs(normal(*shape, seed=seed)))


@pytest.mark.parametrize("name", BINARY)
@settings(max_examples=15)
@given(mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3))
def test_binary(name, shapes):
    x, y = (normal(*s, seed=k) for k, s in enumerate(shapes.input_shapes))
    y = np.sign(y) * (0.5 + np.abs(y)) if name == "div" else y
    agree(getattr(ops, name), getattr(torch, name), x, y)


@settings(max_examples=15)
@given(mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3))
def test_pow_of_two_tensors(shapes):
    base, exponent = shapes.input_shapes
    agree(ops.pow, torch.pow, positive(*base), normal(*exponent, seed=1))


@pytest.mark.parametrize("name", UNARY)
@settings(max_examples=8)
@given(array_shapes(min_dims=0, max_dims=3, max_side=3))
def test_unary(name, shape):
    agree(getattr(ops, name), getattr(torch, name), positive(*shape))


@pytest.mark.parametrize("exponent", [-2, -1, 0, 1, 2, 3, 0.5, -1.5, 2.0])
def test_pow_with_a_number(exponent):
    agree(lambda x: x**exponent, lambda x: x**exponent, positive(2, 3))
    if exponent == int(exponent):
        agree(lambda x: x**exponent, lambda x: x**exponent, -positive(2, 3))


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, 0.0, 1.5])
def test_pow_at_zero(exponent):
    agree(lambda x: x**exponent, lambda x: x**exponent, np.array([0.0, 1.0]), smooth=False)


def test_number_to_the_power_of_a_tensor():
    agree(lambda y: 2.5**y, lambda y: 2.5**y, normal(2, 3))


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_ties_share_the_gradient(name):
    x, y = np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 4.0])
    agree(getattr(ops, name), getattr(torch, name), x, y, smooth=False)


@pytest.mark.parametrize("limits", [{"min": -0.5}, {"max": 0.5}, {"min": -0.5, "max": 0.5}, {"min": 0.5, "max": -0.5}])
def test_clamp(limits):
    agree(lambda x: ops.clamp(x, **limits), lambda x: torch.clamp(x, **limits), normal(4, 5))


def test_clamp_lets_the_gradient_pass_at_the_limits():
    x = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    agree(lambda t: ops.clamp(t, -0.5, 0.5), lambda t: torch.clamp(t, -0.5, 0.5), x, smooth=False)


@settings(max_examples=15)
@given(mutually_broadcastable_shapes(num_shapes=3, max_dims=3, max_side=3))
def test_where(shapes):
    c, x, y = (normal(*s, seed=k) for k, s in enumerate(shapes.input_shapes))
    agree(lambda x, y: ops.where(c > 0, x, y), lambda x, y: torch.where(torch.tensor(c > 0), x, y), x, y)


def test_where_takes_lists_numbers_and_tensors():
    x = Tensor(np.ones(2, np.float32), requires_grad=True)
    z = ops.where([True, False], x, 0.0)
    assert z.dtype == np.float32
    z.backward(np.ones(2))
    close(x.grad, [1.0, 0.0])
    close(ops.where(Tensor([True, False]), 1.0, Tensor([5.0, 6.0])), [1.0, 6.0])


def test_division_by_a_tiny_number_keeps_its_gradient_finite():
    x, y = Tensor(np.float32(1e-25), requires_grad=True), Tensor(np.float32(1e-25), requires_grad=True)
    (x / y).backward()
    close(y.grad / np.float32(-1e25), 1.0, 1e-6)


def test_a_wrong_number_of_entries_is_refused():
    with pytest.raises(ValueError, match="broadcast"):
        Tensor(np.ones(2)) + Tensor(np.ones(3))


@pytest.mark.parametrize("name", [*BINARY, "pow"])
def test_mutants_of_binary(name):
    mutants_fail(getattr(ops, name), positive(2, 3), positive(3, seed=1))


@pytest.mark.parametrize("name", UNARY)
def test_mutants_of_unary(name):
    mutants_fail(getattr(ops, name), positive(2, 3))


def test_mutants_of_where_and_clamp():
    mutants_fail(lambda x, y: ops.where(normal(2, 3) > 0, x, y), normal(2, 3, seed=1), normal(3, seed=2))
    mutants_fail(lambda x: ops.clamp(x, -1.0, 1.0), normal(2, 3))
