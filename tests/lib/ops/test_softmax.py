"""Softmax and its logarithm beside PyTorch."""

import numpy as np
import pytest
import torch
from beside_torch import agree, close, mutants_fail, normal
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from derived import ops

cases = array_shapes(min_dims=1, max_dims=3, max_side=4).flatmap(
    lambda s: st.tuples(st.just(s), st.integers(-len(s), len(s) - 1))
)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@settings(max_examples=20)
@given(cases)
def test_along_any_axis(name, case):
    shape, dim = case
    agree(lambda x: getattr(ops, name)(x, dim), lambda x: getattr(torch, name)(x, dim), normal(*shape))


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_large_logits(name):
    x = np.array([[1e4, 0.0, -1e4], [-1e4, -1e4, -1e4 + 1]])
    agree(lambda t: getattr(ops, name)(t), lambda t: getattr(torch, name)(t, -1), x, smooth=False)


def test_masked_entries_get_probability_zero():
    x = np.array([[0.0, -np.inf, 1.0]])
    agree(ops.softmax, lambda t: torch.softmax(t, -1), x, smooth=False)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_a_shift_changes_nothing(name):
    f = getattr(ops, name)
    close(f(normal(3, 4) + 5.0), f(normal(3, 4)), 1e-12)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_mutants(name):
    mutants_fail(getattr(ops, name), normal(2, 3))
