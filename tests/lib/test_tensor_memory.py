"""What the tape keeps and what it lets go; gradients that may be changed in place."""

import gc
import weakref

import numpy as np
import pytest
from beside_torch import close, leaf, normal

from derived import ops
from derived.tensor import Tensor, vjp


def assert_own(*gradients):
    for i, g in enumerate(gradients):
        assert isinstance(g, np.ndarray) and g.flags.writeable
        for other in gradients[:i]:
            assert not np.shares_memory(g, other)


@pytest.mark.parametrize(
    "f",
    [
        lambda x, y: (x + y).sum(),
        lambda x, y: x.sum() + y.sum(),
        lambda x, y: (x.reshape(4) + y.reshape(4)).sum(),
        lambda x, y: ops.cat([x, y]).sum(),
        lambda x, y: (x.T + y.T).mean(),
        lambda x, y: ops.identity(x + y).sum(),
    ],
)
def test_gradients_may_be_changed_in_place(f):
    x, y = Tensor(normal(2, 2), requires_grad=True), Tensor(normal(2, 2), requires_grad=True)
    f(x, y).backward()
    assert_own(x.grad, y.grad)
    before = y.grad.copy()
    x.grad *= 100
    close(y.grad, before)


def test_gradients_do_not_alias_what_the_caller_passed_or_kept():
    x, y, g = leaf(1.0, 2.0), leaf(3.0, 4.0), np.ones(2)
    z = x + y
    z.retain_grad()
    z.backward(g)
    assert_own(x.grad, y.grad, z.grad, g)
    w = leaf(1.0)
    seed = np.ones(1)
    w.backward(seed)
    assert_own(w.grad, seed)
    assert_own(*vjp(lambda a, b: a + b, np.ones(2), np.ones(2))[1](g), g)


def test_a_gradient_kept_from_before_is_not_changed_by_the_next_backward():
    x = leaf(1.0, 2.0)
    (x * x).sum().backward()
    first = x.grad
    (x * x).sum().backward()
    close(first, [2.0, 4.0])


def test_backward_releases_what_was_recorded():
    x = leaf(1.0, 2.0)
    h = x * 2
    z = (h * h).sum()
    watched = weakref.ref(h)
    del h
    gc.disable()
    try:
        assert watched() is not None
        z.backward()
        assert watched() is None, "released by reference counting alone"
    finally:
        gc.enable()


def test_a_value_that_is_dropped_releases_its_past_at_once():
    x = leaf(1.0)
    h = x * 2
    z = h * 3
    watched = weakref.ref(h)
    gc.disable()
    try:
        del h, z
        assert watched() is None
    finally:
        gc.enable()


def test_a_long_chain_is_freed_without_recursion():
    y = leaf(1.0)
    for _ in range(100_000):
        y = y * 1.0
    del y  # a recursive deallocation would end the process here


def test_training_does_not_grow():
    x = leaf(*range(100))
    for _ in range(3):
        (x * x).sum().backward()
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(200):
        (x * x + x).tanh().sum().backward()
    gc.collect()
    assert len(gc.get_objects()) - before < 50
