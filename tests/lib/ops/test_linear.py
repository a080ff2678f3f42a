"""Matrix products of every kind and the affine map."""

import numpy as np
import pytest
import torch
from beside_torch import agree, mutants_fail, normal, rng
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from derived import ops
from derived.check import adjoint_error, gradcheck
from derived.tensor import Tensor

PRODUCTS = [
    ((3,), (3,)), ((1,), (1,)), ((3,), (3, 2)), ((2, 3), (3,)), ((2, 3), (3, 4)), ((1, 1), (1, 1)), ((3,), (2, 3, 4)),
    ((2, 3, 4), (4,)), ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4)), ((5, 2, 3), (5, 3, 4)), ((1, 2, 3), (5, 3, 4)),
    ((5, 2, 3), (1, 3, 4)), ((2, 1, 2, 3), (4, 3, 1)), ((3,), (2, 1, 3, 4)), ((2, 1, 4, 3), (3,)),
]  # fmt: skip
side = st.integers(1, 4)


@pytest.mark.parametrize(("left", "right"), PRODUCTS)
def test_matmul(left, right):
    agree(ops.matmul, torch.matmul, normal(*left), normal(*right, seed=1))


@pytest.mark.parametrize(("left", "right"), [((3,), (3,)), ((3,), (3, 2)), ((2, 3), (3,)), ((2, 3), (2, 3, 4))])
def test_mutants_of_matmul(left, right):
    mutants_fail(ops.matmul, normal(*left), normal(*right, seed=1))


@settings(max_examples=20)
@given(st.lists(side, max_size=2), side, side, st.booleans())
def test_linear(batch, fan_in, fan_out, bias):
    arrays = [normal(*batch, fan_in), normal(fan_out, fan_in, seed=1)] + [normal(fan_out, seed=2)] * bias
    agree(ops.linear, F.linear, *arrays)


def test_mutants_of_linear():
    mutants_fail(ops.linear, normal(4, 3), normal(2, 3, seed=1), normal(2, seed=2))


def test_linear_is_written_out_as_the_chapter_derives_it():
    x, W, b, g = normal(4, 3), normal(2, 3, seed=1), normal(2, seed=2), normal(4, 2, seed=3)
    value, pull_x, pull_W, pull_b = ops.linear.rule(x, W, b)
    np.testing.assert_allclose(value, x @ W.T + b)
    np.testing.assert_allclose(pull_x(g), g @ W)
    np.testing.assert_allclose(pull_W(g), g.T @ x)
    np.testing.assert_allclose(pull_b(g), g.sum(axis=0))


def wrong_linear(**changed):
    def rule(x, W, b):
        pulls = {"x": lambda g: g @ W, "W": lambda g: g.T @ x, "b": lambda g: g.sum(axis=0)} | {
            k: (lambda g, f=f: f(g, x, W)) for k, f in changed.items()
        }
        return x @ W.T + b, pulls["x"], pulls["W"], pulls["b"]

    return rule


@pytest.mark.parametrize(
    "wrong",
    [
        {"W": lambda g, x, W: (g.T @ x).T},  # swapped transposes: the same shape only for a square matrix
        {"x": lambda g, x, W: g @ W.T},
        {"b": lambda g, x, W: g.mean(axis=0)},
        {"b": lambda g, x, W: g[0]},
        {"W": lambda g, x, W: g[1:].T @ x[1:]},  # one example is dropped
        {"W": lambda g, x, W: x.T @ g},
    ],
)
def test_swapped_transposes_and_dropped_terms_are_caught(wrong):
    arrays = normal(4, 3), normal(3, 3, seed=1), normal(3, seed=2)
    assert gradcheck(wrong_linear(), *arrays, rng=rng()) < 1e-8
    assert gradcheck(wrong_linear(**wrong), *arrays, rng=rng()) > 1e-3
    assert adjoint_error(wrong_linear(**wrong), *arrays, rng=rng()) > 1e-3


def test_an_empty_batch_passes():
    W = Tensor(np.ones((2, 3)), requires_grad=True)
    z = ops.linear(np.ones((0, 3)), W)
    z.backward(np.ones((0, 2)))
    assert z.shape == (0, 2)
    np.testing.assert_array_equal(W.grad, np.zeros((2, 3)))


@pytest.mark.parametrize("shape", [(4, 3), (2, 4, 3), (1, 3), (4, 1)])
def test_the_gradient_lies_in_memory_as_the_input_does(shape):
    x, W = normal(*shape), normal(2, shape[-1], seed=1)
    value, pull_x, pull_W, _ = ops.linear.rule(np.asfortranarray(x), W)
    g = normal(*value.shape, seed=2)
    np.testing.assert_allclose(value, x @ W.T)
    np.testing.assert_allclose(pull_x(g), g @ W)
    assert pull_x(g).flags.f_contiguous or x.ndim > 2


def test_the_bias_may_be_passed_by_name():
    W, b = Tensor(normal(2, 3), requires_grad=True), Tensor(normal(2), requires_grad=True)
    ops.linear(np.ones((4, 3)), W, b=b).sum().backward()
    np.testing.assert_allclose(b.grad, [4.0, 4.0])


def test_wrong_shapes_are_named():
    x, W = Tensor(np.ones((8, 3))), Tensor(np.ones((2, 5)))
    with pytest.raises(
        ValueError, match=r"linear: x has 3 features, W expects 5 \(x.shape \(8, 3\), W.shape \(2, 5\)\)"
    ):
        ops.linear(x, W)
    with pytest.raises(ValueError, match=r"linear: b has shape \(3,\), W expects \(2,\)"):
        ops.linear(np.ones((8, 5)), W, np.ones(3))
    for x, W in [(np.ones(()), np.ones((2, 3))), (np.ones(3), np.ones(3)), (np.ones(3), np.ones((1, 2, 3)))]:
        with pytest.raises(ValueError, match="linear: shapes of x and W are"):
            ops.linear(x, W)
    with pytest.raises(ValueError, match="matmul"):
        Tensor(np.ones((2, 3))) @ Tensor(np.ones((2, 3)))
