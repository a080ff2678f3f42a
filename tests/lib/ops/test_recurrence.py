"""The recurrent primitive over a sequence: PyTorch's own, finite differences, and mutants that must be caught."""

import re

import numpy as np
import pytest
import torch
from beside_torch import agree, close, mutants_fail, normal

from derived import ops
from derived.tensor import Tensor

SIZES = [(1, 1, 1, 1), (4, 1, 3, 2), (1, 3, 2, 4), (6, 2, 1, 3), (5, 3, 4, 1)]  # T, N, inputs, hidden


def arguments(T, N, inputs, hidden):
    shapes = [(T, N, inputs), (N, hidden), (hidden, inputs), (hidden, hidden), (hidden,), (hidden,)]
    return [normal(*s, seed=k) for k, s in enumerate(shapes)]


def loop(phi):
    """The recurrence written out in PyTorch."""

    def run(x, h, W, U, b, c):
        states = []
        for x_t in x:
            h = phi(x_t @ W.T + b + h @ U.T + c)
            states.append(h)
        return torch.stack(states)

    return run


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize(
    ("name", "phi"), [("tanh", torch.tanh), ("sigmoid", torch.sigmoid), ("identity", lambda a: a)]
)
def test_beside_torch(sizes, name, phi):
    agree(lambda *a: ops.rnn(*a, name), loop(phi), *arguments(*sizes))


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_relu(sizes):
    agree(lambda *a: ops.rnn(*a, nonlinearity="relu"), loop(torch.relu), *arguments(*sizes), smooth=False)


def test_torchs_own_function():
    x, h, W, U, b, c = arguments(5, 3, 2, 4)
    theirs = torch.nn.RNN(2, 4).double()
    theirs.load_state_dict({n: torch.tensor(a) for n, a in zip(theirs.state_dict(), (W, U, b, c), strict=True)})
    close(ops.rnn(x, h, W, U, b, c), theirs(torch.tensor(x), torch.tensor(h)[None])[0])


def test_mutants():
    mutants_fail(ops.rnn, *arguments(3, 2, 2, 2))


def test_without_first_state_and_biases():
    x, h, W, U, b, c = arguments(4, 2, 3, 2)
    zero = np.zeros_like
    close(ops.rnn(x, None, W, U), ops.rnn(x, zero(h), W, U, zero(b), zero(c)))
    agree(lambda x, W, U: ops.rnn(x, None, W, U), lambda x, W, U: loop(torch.tanh)(x, torch.zeros(2, 2).double(),
          W, U, 0, 0), x, W, U)  # fmt: skip


def test_the_last_state_alone():
    x, h, *weights = (Tensor(a, requires_grad=True) for a in arguments(5, 2, 3, 2))
    outputs = ops.rnn(x, h, *weights)
    outputs[-1].sum().backward()
    whole = [t.grad for t in (x, h, *weights)]
    for t in (x, h, *weights):
        t.grad = None
    mask = np.zeros((5, 2, 2))
    mask[-1] = 1
    ops.rnn(x, h, *weights).backward(mask)
    for g, t in zip(whole, (x, h, *weights), strict=True):
        close(g, t.grad)


BAD = [
    (0, normal(2, 3), "x has shape (2, 3), expected (T, N, input_size) with at least one step"),
    (0, normal(0, 2, 3), "x has shape (0, 2, 3)"),
    (0, normal(4, 2, 5), "weight_ih has shape (2, 3), x (4, 2, 5) and weight_hh (2, 2) expect (2, 5)"),
    (1, normal(1, 2), "h0 has shape (1, 2), expected (N, hidden_size) = (2, 2)"),
    (3, normal(2, 3), "weight_hh has shape (2, 3)"),
    (4, normal(1), "bias_ih has shape (1,), expected (2,)"),
    (5, normal(3), "bias_hh has shape (3,), expected (2,)"),
]


@pytest.mark.parametrize(("place", "array", "message"), BAD, ids=[m for _, _, m in BAD])
def test_bad_shapes_are_named(place, array, message):
    good = arguments(4, 2, 3, 2)
    good[place] = array
    with pytest.raises(ValueError, match=re.escape(message)):
        ops.rnn(*good)


def test_unknown_nonlinearity():
    with pytest.raises(ValueError, match="nonlinearity is 'tangh'.*tanh"):
        ops.rnn(*arguments(1, 1, 1, 1), "tangh")
