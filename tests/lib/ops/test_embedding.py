"""Rows of a table beside PyTorch."""

import numpy as np
import pytest
import torch
from beside_torch import agree, close, mutants_fail, normal, rng
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from derived import ops
from derived.tensor import Tensor


@settings(max_examples=25)
@given(st.lists(st.integers(1, 4), max_size=3), st.integers(1, 5), st.integers(1, 4), st.booleans())
def test_indices_of_any_shape(shape, rows, dim, padding):
    indices, padding_idx = rng().integers(0, rows, shape), rows - 1 if padding else None
    agree(lambda W: ops.embedding(indices, W, padding_idx),
          lambda W: F.embedding(torch.tensor(indices), W, padding_idx),
          normal(rows, dim), smooth=not padding)  # fmt: skip


def test_it_is_a_product_with_one_hot_rows():
    indices, W = rng().integers(0, 4, (2, 3)), normal(4, 5)
    close(ops.embedding(indices, W), np.eye(4)[indices] @ W)


def test_a_row_taken_twice_collects_both_gradients():
    W = Tensor(normal(3, 2), requires_grad=True)
    ops.embedding(np.array([1, 1, 0]), W).backward(np.ones((3, 2)))
    close(W.grad, [[1, 1], [2, 2], [0, 0]])


def test_mutants():
    mutants_fail(lambda W: ops.embedding(np.array([[0, 2], [2, 1]]), W), normal(3, 2))


@pytest.mark.parametrize(("indices", "said"), [([3], "outside 0 to 2"), ([-1], "outside 0 to 2"), ([0.0], "integers")])
def test_bad_indices_are_named(indices, said):
    with pytest.raises(ValueError, match=said):
        ops.embedding(np.array(indices), normal(3, 2))


def test_other_bad_arguments_are_named():
    with pytest.raises(ValueError, match="padding_idx is 3"):
        ops.embedding(np.array([0]), normal(3, 2), 3)
    with pytest.raises(ValueError, match="weight has shape"):
        ops.embedding(np.array([0]), normal(3))


def test_indices_have_no_gradient():
    with pytest.raises(TypeError, match="integers"):
        ops.embedding.rule(np.array([0]), normal(3, 2))[1](normal(1, 2))
