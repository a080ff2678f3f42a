"""Entries that move: the gradients must find the way back."""

from itertools import permutations

import numpy as np
import pytest
import torch
from beside_torch import agree, close, mutants_fail, normal

from derived import ops
from derived.tensor import Tensor

ROWS = np.array([0, 2, 2, 0])
MASK = normal(3, 4) > 0
INDICES = [
    0, -1, np.int64(1), slice(1, 3), slice(None, None, 2), None, ..., (0, 1), (slice(None), 1), (..., 0),
    (0, ..., None), (slice(None), slice(1, 4, 2)), ROWS, [2, 0, 0], (ROWS, np.array([0, 1, 1, 0])), (slice(None), ROWS),
    (1, ROWS), (ROWS[:, None], [0, 3]), MASK, (slice(0, 2), [True, False, True, False]), (),
]  # fmt: skip


@pytest.mark.parametrize("index", INDICES, ids=str)
def test_getitem(index):
    agree(lambda x: x[index], lambda x: x[index], normal(3, 4))


@pytest.mark.parametrize("index", [slice(None, None, -1), (slice(None), slice(3, None, -2)), range(2)], ids=str)
def test_getitem_as_numpy_does_where_torch_refuses(index):
    x = Tensor(normal(3, 4), requires_grad=True)
    x[index].sum().backward()
    expected = np.zeros((3, 4))
    np.add.at(expected, index, 1.0)
    close(x.grad, expected)


def test_an_entry_chosen_several_times_collects_its_gradients():
    x = Tensor(np.zeros(3), requires_grad=True)
    x[[0, 0, 2, 0]].backward(np.array([1.0, 2.0, 3.0, 4.0]))
    close(x.grad, [7.0, 0.0, 3.0])
    x.grad = None
    x[Tensor([1, 1])].sum().backward()
    close(x.grad, [0.0, 2.0, 0.0])


def test_an_index_out_of_range():
    with pytest.raises(IndexError, match="out of bounds"):
        Tensor(np.ones((2, 3)))[5]


@pytest.mark.parametrize("shape", [(12,), (4, 3), (-1,), (2, -1), (1, 3, 4), (3, 1, 4)])
def test_reshape(shape):
    agree(lambda x: ops.reshape(x, shape), lambda x: torch.reshape(x, shape), normal(3, 4))


@pytest.mark.parametrize("start", [0, 1, 2, -1, -2])
def test_flatten(start):
    agree(lambda x: ops.flatten(x, start), lambda x: torch.flatten(x, start), normal(2, 3, 2))


def test_flatten_a_number_and_an_empty_batch():
    agree(ops.flatten, torch.flatten, np.array(3.0))
    assert ops.flatten(np.ones((0, 2, 3)), start_dim=1).shape == (0, 6)


@pytest.mark.parametrize("dims", [(0, 1), (1, 0), (0, 2), (-1, 0), (-2, -1), (1, 1)])
def test_transpose(dims):
    agree(lambda x: ops.transpose(x, *dims), lambda x: torch.transpose(x, *dims), normal(2, 3, 4))


@pytest.mark.parametrize("dims", [*permutations(range(3)), (0, -1, 1), (-1, 0, 1), (-2, -1, -3)])
def test_permute(dims):
    agree(lambda x: ops.permute(x, dims), lambda x: torch.permute(x, dims), normal(2, 3, 4))


def test_permute_refuses_axes_that_are_not_there():
    for dims in [(0, 3), (0, 0), (0,)]:
        with pytest.raises(ValueError, match="axis|axes"):
            ops.permute(Tensor(np.ones((2, 3))), dims)


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_cat_and_stack(dim):
    arrays = [normal(2, 3, seed=k) for k in range(3)]
    agree(lambda *xs: ops.cat(list(xs), dim), lambda *xs: torch.cat(xs, dim), *arrays)
    agree(lambda *xs: ops.stack(list(xs), dim), lambda *xs: torch.stack(xs, dim), *arrays)


def test_cat_of_different_lengths_and_of_arrays_beside_tensors():
    agree(lambda x, y: ops.cat([x, y, x], 1), lambda x, y: torch.cat([x, y, x], 1), normal(2, 1), normal(2, 3, seed=1))
    x = Tensor(np.ones(2), requires_grad=True)
    ops.cat([np.zeros(3), x]).backward(np.arange(5.0))
    close(x.grad, [3.0, 4.0])
    agree(lambda x: ops.cat([x]), lambda x: torch.cat([x]), normal(2, 3))


def test_cat_of_many_splits_its_gradient_once(monkeypatch):
    calls, split = [], np.split
    monkeypatch.setattr(np, "split", lambda *a, **k: calls.append(1) or split(*a, **k))
    xs = [Tensor(np.ones(2), requires_grad=True) for _ in range(50)]
    ops.cat(xs).sum().backward()
    assert len(calls) == 1
    assert all(x.grad.tolist() == [1.0, 1.0] for x in xs)


@pytest.mark.parametrize("dim", [0, 1, -2, -1])
def test_chunk(dim):
    x = normal(4, 2, 6)
    weigh = lambda parts: [part * (k + 1.0) for k, part in enumerate(parts)]
    agree(lambda x: ops.cat(weigh(ops.chunk(x, 2, dim)), dim),
          lambda x: torch.cat(weigh(torch.chunk(x, 2, dim)), dim), x)  # fmt: skip
    agree(lambda x: 2 * ops.chunk(x, 2, dim)[1], lambda x: 2 * torch.chunk(x, 2, dim)[1], x)  # nobody uses the other


def test_chunk_puts_gradients_together_once_and_where_the_entries_lie():
    x = Tensor(normal(4, 6), requires_grad=True)
    y = ops.permute(x, (1, 0))
    y.retain_grad()
    parts = ops.chunk(y, 3)
    sum(k * part for k, part in enumerate(parts)).sum().backward()
    close(x.grad, np.tile([0.0, 0.0, 1.0, 1.0, 2.0, 2.0], (4, 1)))
    assert y.grad.flags.f_contiguous  # as y, so that undoing the permutation is no copy
    with pytest.raises(ValueError, match=r"chunk: axis 0 of \(6, 4\) is not a multiple of 4"):
        ops.chunk(y, 4)


MUTABLE = {
    "chunk": lambda x: ops.cat(ops.chunk(x, 2, 1)[::-1], 1),
    "getitem": lambda x: x[ROWS],
    "reshape": lambda x: x.reshape(6, 2),
    "flatten": ops.flatten,
    "transpose": ops.transpose,
    "permute": lambda x: x.permute(1, 0),
    "cat": lambda x: ops.cat([x, x * 2.0]),
    "stack": lambda x: ops.stack([x, x * 2.0]),
}


@pytest.mark.parametrize("name", MUTABLE)
def test_mutants(name):
    mutants_fail(MUTABLE[name], normal(3, 4))


@pytest.mark.parametrize("dims", [0, -1, (0,), (0, 1), (1, 0)], ids=str)
def test_flip(dims):
    their_dims = dims if isinstance(dims, tuple) else (dims,)
    agree(lambda x: ops.flip(x, dims), lambda x: torch.flip(x, their_dims), normal(3, 4))
    agree(lambda x: ops.flip(x, dims), lambda x: torch.flip(x, their_dims), normal(1, 1))
