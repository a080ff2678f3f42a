"""Reductions beside PyTorch, over every choice of axes."""

import numpy as np
import pytest
import torch
from beside_torch import agree, mutants_fail, normal
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, valid_tuple_axes

from derived import ops
from derived.tensor import Tensor

REDUCTIONS = ["sum", "mean", "amax", "amin", "logsumexp"]
cases = array_shapes(min_dims=1, max_dims=3, max_side=3).flatmap(
    lambda s: st.tuples(st.just(s), valid_tuple_axes(len(s), min_size=1), st.booleans())
)


@pytest.mark.parametrize("name", REDUCTIONS)
@settings(max_examples=15)
@given(cases)
def test_over_some_axes(name, case):
    shape, dim, keepdim = case
    ours, theirs = getattr(ops, name), getattr(torch, name)
    agree(lambda x: ours(x, dim, keepdim), lambda x: theirs(x, dim, keepdim), normal(*shape))


@pytest.mark.parametrize("name", ["sum", "mean", "amax", "amin", "var"])
@pytest.mark.parametrize("shape", [(4,), (2, 3), (2, 1, 3)])
def test_over_all(name, shape):
    agree(getattr(ops, name), getattr(torch, name), normal(*shape))


@pytest.mark.parametrize("dim", [0, 1, -1, -2, (0, 1)])
@pytest.mark.parametrize("correction", [0, 1, 2])
@pytest.mark.parametrize("keepdim", [False, True])
def test_var(dim, correction, keepdim):
    agree(
        lambda x: ops.var(x, dim, keepdim=keepdim, correction=correction),
        lambda x: torch.var(x, dim, correction=correction, keepdim=keepdim),
        normal(4, 3),
    )


def test_var_of_too_few_entries_says_so():
    with pytest.raises(ValueError, match="var: 1 entries along dim, expected more than correction 1"):
        ops.var(Tensor([[1.0], [2.0]]), dim=1)


@pytest.mark.parametrize("name", ["sum", "mean", "amax", "amin"])
def test_of_one_number(name):
    agree(getattr(ops, name), getattr(torch, name), np.array(2.5))


@pytest.mark.parametrize("name", ["amax", "amin"])
@pytest.mark.parametrize("dim", [None, 0, 1])
def test_ties_share_the_gradient(name, dim):
    x = np.array([[1.0, 3.0, 3.0], [3.0, 1.0, 1.0]])
    options = {} if dim is None else {"dim": dim}
    agree(lambda t: getattr(ops, name)(t, **options), lambda t: getattr(torch, name)(t, **options), x, smooth=False)


def test_logsumexp_does_not_overflow():
    for shift in (1000.0, -1000.0):
        x = normal(2, 3) + shift
        agree(lambda t: ops.logsumexp(t, dim=1), lambda t: torch.logsumexp(t, dim=1), x, smooth=False)


def test_logsumexp_of_some_impossible_entries():
    x = np.array([[0.0, -np.inf], [-np.inf, 1.0]])
    agree(lambda t: ops.logsumexp(t, dim=1), lambda t: torch.logsumexp(t, dim=1), x, smooth=False)


@pytest.mark.parametrize("name", [*REDUCTIONS, "var"])
def test_mutants(name):
    mutants_fail(lambda x: getattr(ops, name)(x, dim=0), normal(4, 3))


def test_an_axis_that_is_not_there():
    with pytest.raises(ValueError, match="axis 2 is out of bounds"):
        Tensor(np.ones((2, 3))).sum(2)
