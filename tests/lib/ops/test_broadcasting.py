"""unbroadcast is the adjoint of broadcasting."""

import numpy as np
import torch
from beside_torch import close, normal
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import broadcastable_shapes

from derived.ops.broadcasting import unbroadcast

shapes = st.lists(st.integers(1, 3), max_size=3).map(tuple)


@settings(max_examples=60)
@given(
    shapes.flatmap(lambda s: st.tuples(st.just(s), broadcastable_shapes(s, min_dims=len(s), max_dims=4, max_side=4)))
)
def test_adjoint_of_broadcasting(pair):
    shape, other = pair
    big = np.broadcast_shapes(shape, other)
    x, g = normal(*shape), normal(*big, seed=1)
    back = unbroadcast(g, shape)
    assert back.shape == shape
    close(np.sum(back * x), np.sum(g * np.broadcast_to(x, big)), 1e-12)
    close(back, torch.tensor(g).sum_to_size(shape), 1e-12)


def test_numbers_come_back_from_arrays():
    assert unbroadcast(np.ones((2, 3)), ()).shape == ()
    assert unbroadcast(np.float64(3.0), ()) == 3.0


def test_what_was_not_broadcast_is_handed_on_as_it_is():
    g = np.ones((2, 3))
    assert unbroadcast(g, (2, 3)) is g
    assert unbroadcast(np.ones((1, 3), np.float32), (3,)).dtype == np.float32


def test_nothing_repeated_no_times_sums_to_zero():
    np.testing.assert_array_equal(unbroadcast(np.ones((0, 3)), (1, 3)), np.zeros((1, 3)))
    assert unbroadcast(np.ones((2, 0)), (0,)).shape == (0,)
