"""Primitives, vjp, jvp and grad; the tensor as a container."""

import copy
import pickle

import numpy as np
import pytest
import torch
from beside_torch import close, leaf, normal

from derived import ops
from derived.check import gradcheck
from derived.tensor import Tensor, grad, jvp, no_grad, primitive, rule_of, shared, vjp


def test_a_pullback_runs_only_where_it_is_needed():
    called = []

    @primitive
    def product(x, y):
        return x * y, lambda g: called.append("x") or g * y, lambda g: called.append("y") or g * x

    product(leaf(2.0), Tensor([3.0])).backward(np.ones(1))
    assert called == ["x"]
    product([2.0], leaf(3.0)).backward(np.ones(1))
    assert called == ["x", "y"]


def test_tensors_may_be_passed_by_name():
    @primitive
    def f(x, scale=2.0, shift=0.0):
        return x * scale + shift, lambda g: g * scale, lambda g: np.sum(g * x), lambda g: np.sum(g)

    x, shift = leaf(2.0), Tensor(1.0, requires_grad=True)
    f(x, shift=shift).backward(np.ones(1))
    close(shift.grad, 1.0)
    close(x.grad, [2.0])
    loss = ops.mse_loss(input=x, target=Tensor([1.0]), reduction="sum")
    close(loss, 1.0)
    with pytest.raises(TypeError, match="missing|unexpected"):
        f(scale=x)
    with pytest.raises(TypeError):
        f(x, slope=shift)


def test_an_argument_without_pullback_may_not_require_a_gradient():
    @primitive
    def scale(x, factor):
        return x * factor, lambda g: g * factor

    close(scale(leaf(2.0), 3.0), [6.0])
    close(scale(leaf(2.0), Tensor(3.0)), [6.0])
    with pytest.raises(
        TypeError, match="scale: factor requires a gradient, but there is no pullback for it; detach it"
    ):
        scale(leaf(2.0), leaf(3.0))
    with no_grad():
        close(scale(leaf(2.0), leaf(3.0)), [6.0])


def test_the_rule_stays_available_and_the_name_too():
    value, pull_x, pull_y = ops.mul.rule(np.array([2.0]), np.array([3.0]))
    close(value, [6.0]), close(pull_x(np.ones(1)), [3.0]), close(pull_y(np.ones(1)), [2.0])
    assert ops.mul.__name__ == "mul" and ops.mul.__doc__


def test_shared_computes_once_for_each_gradient():
    calls = []

    @primitive
    def both_sums(x, y):
        pull = shared(lambda g: calls.append(g) or (g * y, g * x))
        return x * y, pull(0), pull(1)

    x, y = leaf(2.0), leaf(3.0)
    z = both_sums(x, y)
    z.backward(np.ones(1), retain_graph=True)
    assert len(calls) == 1
    z.backward(np.full(1, 2.0), retain_graph=True)
    assert len(calls) == 2
    close(x.grad, [9.0]), close(y.grad, [6.0])


def test_a_basis_vector_that_the_caller_reuses():
    pull = vjp(lambda *xs: ops.cat(list(xs)), np.ones(1), np.ones(1))[1]  # cat shares one computation
    e, rows = np.zeros(2), []
    for i in range(2):
        e[:] = 0
        e[i] = 1
        rows.append(np.concatenate(pull(e)))
    close(np.array(rows), np.eye(2))


def net(x, W):
    return (x @ W).tanh() * x.sum()


def test_vjp_and_jvp_equal_torch():
    x, W = normal(2, 3), normal(3, 4, seed=1)
    v, u = normal(2, 4, seed=2), (normal(2, 3, seed=3), normal(3, 4, seed=4))
    theirs_at, theirs_along = ([torch.tensor(a) for a in pair] for pair in ((x, W), u))
    value, pull = vjp(net, x, W)
    theirs, their_pull = torch.func.vjp(net, *theirs_at)
    close(value, theirs)
    for _ in range(2):  # a pullback may be called often
        for a, b in zip(pull(v), their_pull(torch.tensor(v)), strict=True):
            close(a, b)
    value, tangent = jvp(net, (x, W), u)
    theirs, their_tangent = torch.autograd.functional.jvp(net, tuple(theirs_at), tuple(theirs_along))
    close(value, theirs), close(tangent, their_tangent)


def test_jvp_of_one_number_and_wrong_tangents():
    value, tangent = jvp(lambda x: (x * x).sum(), [np.array([1.0, 2.0])], [np.array([1.0, 10.0])])
    close(value, 5.0), close(tangent, 42.0)
    with pytest.raises(ValueError, match=r"each tangent must have the shape of its primal.*\(\(2,\), \(2, 1\)\)"):
        jvp(lambda x: x, [np.ones(2)], [np.ones((2, 1))])
    with pytest.raises(ValueError):
        jvp(lambda x: x, [np.ones(2)], [])


def test_unused_inputs_and_constants_have_gradient_zero():
    _, pull = vjp(lambda x, y: x * 2, np.ones(2), np.ones(3))
    close(pull(np.ones(2))[1], np.zeros(3))
    value, pull = vjp(lambda x: Tensor(5.0), np.ones(2))
    close(pull(np.ones(()))[0], np.zeros(2))
    value, pull = vjp(lambda x: x, np.ones(2))
    close(pull(np.array([1.0, 2.0]))[0], [1.0, 2.0])


def test_vjp_records_under_no_grad_and_leaves_no_gradients():
    x = leaf(3.0)
    with no_grad():
        close(grad(lambda t: (t * t).sum())(x.data), [6.0])
        assert not (x * 2).requires_grad
    assert x.grad is None


def test_vjp_checks_the_shape_of_its_vector():
    with pytest.raises(RuntimeError, match=r"gradient has shape \(3,\), the value \(2,\)"):
        vjp(lambda x: x * 2, np.ones(2))[1](np.ones(3))


def test_grad_of_each_argument():
    f = lambda x, y: (x * x * y).sum()
    close(grad(f)(np.array([3.0]), np.array([2.0])), [12.0])
    close(grad(f, argnum=1)(np.array([3.0]), np.array([2.0])), [9.0])


def test_rule_of_is_a_rule():
    rule = rule_of(net)
    assert gradcheck(rule, normal(2, 3), normal(3, 4, seed=1), rng=np.random.default_rng(7)) < 1e-7
    close(primitive(rule)(normal(2, 3), normal(3, 4)), net(Tensor(normal(2, 3)), Tensor(normal(3, 4))))


def test_attributes_numbers_and_conversions():
    t = Tensor([[1.0, 2.0, 3.0]])
    assert (t.shape, t.ndim, t.size, t.dtype, len(t)) == ((1, 3), 2, 3, np.float64, 1)
    assert Tensor(2.5).item() == float(Tensor([2.5])) == 2.5
    assert Tensor(np.float32(1)).dtype == np.float32 and Tensor([1, 2]).dtype == np.int64
    assert t.numpy() is t.data and Tensor(t).data is t.data
    assert repr(Tensor(1.0, requires_grad=True)) == "Tensor(array(1.), requires_grad=True)"
    with pytest.raises(TypeError, match="unsized"):
        len(Tensor(1.0))
    with pytest.raises(ValueError):
        float(t)


def test_truth_is_that_of_the_value():
    assert Tensor(1.0) and not Tensor(0.0) and not Tensor([0.0])
    with pytest.raises(ValueError, match="ambiguous"):
        bool(Tensor([1.0, 2.0]))


def test_leaves_know_that_they_are():
    x = leaf(1.0)
    y = x * 2
    assert x.is_leaf and not y.is_leaf and Tensor(1.0).is_leaf and y.detach().is_leaf
    y.backward(np.ones(1))
    assert not y.is_leaf


def test_iteration_and_unpacking_keep_the_gradient():
    x = leaf(1.0, 2.0)
    a, b = x
    (a * 10 + b).backward()
    close(x.grad, [10.0, 1.0])


def test_copies_and_pickles():
    x = leaf(1.0, 2.0)
    x.grad = np.ones(2)
    for other in (copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        close(other, x), close(other.grad, x.grad)
        assert other.requires_grad and other.data is not x.data


def test_empty_arrays_pass():
    x = Tensor(np.ones((0, 3)), requires_grad=True)
    (x * 2 + 1).sum().backward()
    assert x.grad.shape == (0, 3)
