"""The tape: what it computes, what it refuses."""

import time

import numpy as np
import pytest
import torch
from beside_torch import close, leaf, normal

from derived.tensor import Tensor, no_grad, primitive


def both(f, *arrays):
    """f of our leaves and of PyTorch's."""
    ours = [Tensor(a, requires_grad=True) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    return ours, f(*ours), theirs, f(*theirs)


def test_a_value_used_twice_gets_the_sum():
    ours, z, theirs, t = both(lambda x: (x * x + x * 3 + x).sum(), normal(3))
    z.backward(), t.backward()
    close(ours[0].grad, theirs[0].grad)


def test_the_same_tensor_in_both_places():
    x = leaf(3.0)
    (x * x).backward(np.ones(1))
    close(x.grad, [6.0])
    y = leaf(2.0, 3.0)
    (y @ y).backward()
    close(y.grad, [4.0, 6.0])


def test_diamonds_take_linear_time():
    x = leaf(1.0)
    y = x
    for _ in range(40):  # 2**40 paths
        y = y + y
    start = time.process_time()
    y.backward(np.ones(1))
    assert time.process_time() - start < 1
    close(x.grad, [2.0**40])


def test_uneven_diamonds_wait_for_their_last_contribution():
    def f(x):
        short, long = x * 2, x
        for _ in range(10):
            long = (long * 1.1).tanh() + short
        return (long * short * x).sum()

    ours, z, theirs, t = both(f, normal(4))
    z.backward(), t.backward()
    close(ours[0].grad, theirs[0].grad)


def test_a_chain_of_100_000_operations():
    x = leaf(1.0)
    y = x
    for _ in range(100_000):
        y = y + 1.0
    y.backward(np.ones(1))
    close(x.grad, [1.0])


def test_a_random_graph_equals_torch():
    rng = np.random.default_rng(0)
    steps = [(rng.integers(3), rng.integers(100), rng.integers(100)) for _ in range(60)]

    def f(*xs):
        values = list(xs)
        for kind, i, j in steps:
            a, b = values[i % len(values)], values[j % len(values)]
            values.append([a * 0.5 + b, (a * b).tanh(), (a - b).sigmoid()][kind])
        return sum(values).sum()

    ours, z, theirs, t = both(f, normal(3), normal(3, seed=1), normal(3, seed=2))
    z.backward(), t.backward()
    for a, b in zip(ours, theirs, strict=True):
        close(a.grad, b.grad)


def test_backward_takes_a_gradient_of_the_values_shape():
    x = leaf(1.0, 2.0)
    (x * 3).backward(Tensor([1.0, 10.0]))
    close(x.grad, [3.0, 30.0])
    x.grad = None
    (x * 3).backward([1, 10])
    close(x.grad, [3.0, 30.0])


def test_backward_of_a_leaf_and_of_one_number_of_any_shape():
    for shape in [(), (1,), (1, 1)]:
        x = Tensor(np.full(shape, 2.0), requires_grad=True)
        x.backward()
        x.backward()
        assert isinstance(x.grad, np.ndarray)
        close(x.grad, np.full(shape, 2.0))


def test_gradients_add_up_until_they_are_set_to_none():
    x = leaf(1.0, 2.0)
    for count in (1, 2, 3):
        (x * x).sum().backward()
        close(x.grad, count * 2 * x.data)


def test_integer_arguments_take_part_without_a_gradient():
    x, n = leaf(1.0, 2.0), Tensor([2, 3])
    (x * n).sum().backward()
    close(x.grad, [2.0, 3.0])
    assert n.grad is None
    with pytest.raises(TypeError, match="requires_grad needs floating-point data, got dtype int64"):
        Tensor([1, 2], requires_grad=True)


def test_mixed_precision_gives_each_leaf_its_own_dtype():
    x, y = leaf(1.0, 2.0, dtype=np.float32), leaf(3.0, 4.0)
    z = x * y
    assert z.dtype == np.float64
    z.sum().backward()
    assert (x.grad.dtype, y.grad.dtype) == (np.float32, np.float64)


def test_a_second_backward_raises_and_changes_nothing():
    x = leaf(2.0)
    y = x * x
    y.backward(np.ones(1))
    with pytest.raises(RuntimeError, match="has been used and released; pass retain_graph=True"):
        y.backward(np.ones(1))
    close(x.grad, [4.0])


def test_a_second_backward_through_a_shared_part_raises_and_changes_nothing():
    x = leaf(2.0)
    y = x * x
    z1, z2 = y * 2, y * 3
    z1.backward(np.ones(1))
    with pytest.raises(RuntimeError, match="released"):
        z2.backward(np.ones(1))
    close(x.grad, [8.0])


def test_retain_graph_accumulates_as_torch_does():
    ours, z, theirs, t = both(lambda x: (x * x * x).sum(), np.array([2.0]))
    for _ in range(2):
        z.backward(retain_graph=True), t.backward(retain_graph=True)
    z.backward(), t.backward()
    close(ours[0].grad, theirs[0].grad)
    close(ours[0].grad, [36.0])
    with pytest.raises(RuntimeError, match="released"):
        z.backward()


def test_retain_grad_keeps_intermediate_gradients():
    def f(x):
        h = x * 2
        h.retain_grad()
        f.kept.append(h)
        return (h * h + h).sum()

    f.kept = []
    _, z, _, t = both(f, normal(3))
    for _ in range(2):
        z.backward(retain_graph=True), t.backward(retain_graph=True)
    close(f.kept[0].grad, f.kept[1].grad)
    x = leaf(1.0)
    h = x * 2
    h.backward(np.ones(1))
    assert h.grad is None  # nobody asked for it


def test_no_grad_records_nothing_also_nested_and_after_an_exception():
    x = leaf(1.0)
    with no_grad():
        with no_grad():
            assert not (x * 2).requires_grad
        assert not (x * 2).requires_grad
        with pytest.raises(ZeroDivisionError), no_grad():
            raise ZeroDivisionError
        assert not (x * 2).requires_grad
    assert (x * 2).requires_grad

    @no_grad()
    def double(t):
        return t * 2

    assert not double(x).requires_grad
    assert not double(x).requires_grad
    assert (x * 2).requires_grad


def test_backward_of_what_was_not_recorded():
    x = leaf(1.0)
    with no_grad():
        y = x * 2
    for z in (y, Tensor(1.0), (x * 2).detach()):
        with pytest.raises(RuntimeError, match="not computed from one that requires a gradient, or under no_grad"):
            z.backward()


def test_detach_and_frozen_leaves_stop_the_gradient():
    x, y = leaf(2.0), leaf(3.0)
    (x * (x * 1).detach() * y).backward(np.ones(1))
    close(x.grad, [6.0])
    y.requires_grad = False
    x.grad = y.grad = None
    (x * y).backward(np.ones(1))
    assert y.grad is None
    close(x.grad, [3.0])


def test_frozen_between_forward_and_backward():
    x, y = leaf(2.0), leaf(3.0)
    z = x * y
    y.requires_grad = False
    z.backward(np.ones(1))
    assert y.grad is None
    close(x.grad, [3.0])


def test_backward_names_a_missing_or_misshapen_gradient():
    x = leaf(1.0, 2.0)
    with pytest.raises(RuntimeError, match=r"gradient is missing; it can be left out only for one number, not \(2,\)"):
        (x * 2).backward()
    with pytest.raises(RuntimeError, match=r"gradient has shape \(1,\), the value \(2,\)"):
        (x * 2).backward(np.ones(1))


def test_a_pullback_of_a_wrong_shape_is_named():
    @primitive
    def wrong(x):
        return x.sum(), lambda g: g

    with pytest.raises(RuntimeError, match=r"a pullback gave a gradient of shape \(\) to a leaf of shape \(2,\)"):
        wrong(leaf(1.0, 2.0)).backward()


@pytest.mark.parametrize(
    "f",
    [np.exp, np.negative, np.sum, np.mean, np.max, np.dot, np.concatenate, np.where, np.stack, np.argmax, np.asarray,
     np.array, lambda t: np.add(t, 1), lambda t: np.add(np.ones(2), t), lambda t: np.einsum("i,i->", t, t)],
)  # fmt: skip
def test_numpy_refuses_a_tensor(f):
    t = leaf(1.0, 2.0)
    with pytest.raises(TypeError):
        f([t, t]) if f in (np.concatenate, np.stack) else f(t, t) if f is np.dot else f(t)


def test_the_refusal_says_what_to_do():
    with pytest.raises(TypeError, match=r"numpy.sum would lose the gradient of a tensor; use derived.ops or its .data"):
        np.sum(leaf(1.0))
    with pytest.raises(TypeError, match=r"use its .data"):
        np.asarray(leaf(1.0))
    with pytest.raises(TypeError, match=r"use its .data"):
        Tensor([leaf(1.0), leaf(2.0)])


def test_comparisons_are_left_to_arrays():
    with pytest.raises(TypeError):
        assert leaf(1.0) > 0
    assert leaf(1.0) != leaf(1.0)  # identity: tensors are keys of dictionaries
