"""Recurrent layers and cells: PyTorch's names, shapes, values, gradients, for every combination of options."""

import itertools
import re

import numpy as np
import pytest
import torch
from beside_torch import close, normal

from derived import nn
from derived.tensor import Tensor

FLAGS = list(itertools.product([1, 2, 3], [False, True], [True, False], [False, True]))


def rng():
    return np.random.default_rng(0)


def pair(inputs=3, hidden=4, num_layers=1, nonlinearity="tanh", **options):
    """The layer in both libraries, with the same weights."""
    ours = nn.RNN(inputs, hidden, num_layers, nonlinearity, **options, rng=rng(), dtype=np.float64)
    theirs = torch.nn.RNN(inputs, hidden, num_layers, nonlinearity=nonlinearity, **options).double()
    theirs.load_state_dict({name: torch.tensor(a) for name, a in ours.state_dict().items()})
    return ours, theirs


def same(ours, theirs, x, h=None):
    """Outputs, last states and all gradients agree."""
    a, b = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    g, k = (None, None) if h is None else (Tensor(h, requires_grad=True), torch.tensor(h, requires_grad=True))
    output, last = ours(a, g)
    expected, their_last = theirs(b, k)
    close(output, expected), close(last, their_last)
    v, w = normal(*output.shape, seed=1), normal(*last.shape, seed=2)
    ((output * v).sum() + (last * w).sum()).backward()
    ((expected * torch.tensor(v)).sum() + (their_last * torch.tensor(w)).sum()).backward()
    close(a.grad, b.grad)
    if h is not None:
        close(g.grad, k.grad)
    parameters = dict(theirs.named_parameters())
    assert [n for n, _ in ours.named_parameters()] == list(parameters)
    for name, p in ours.named_parameters():
        close(p.grad, parameters[name].grad, what=name)


@pytest.mark.parametrize(("layers", "bidirectional", "bias", "batch_first"), FLAGS)
def test_every_option_beside_torch(layers, bidirectional, bias, batch_first):
    ours, theirs = pair(num_layers=layers, bidirectional=bidirectional, bias=bias, batch_first=batch_first)
    same(ours, theirs, normal(5, 2, 3))
    same(*pair(num_layers=layers, bidirectional=bidirectional, bias=bias, batch_first=batch_first), normal(2, 5, 3),
         normal(layers * (1 + bidirectional), 5 if batch_first is False else 2, 4, seed=7))  # fmt: skip


@pytest.mark.parametrize("sizes", [(1, 1), (1, 3), (3, 1)])
@pytest.mark.parametrize("shape", [(1, 1), (4, 1), (1, 2)])
def test_sizes_of_one(sizes, shape):
    same(*pair(*sizes, nonlinearity="relu"), normal(*shape, sizes[0]))


@pytest.mark.parametrize("bidirectional", [False, True])
def test_one_sequence_without_a_batch(bidirectional):
    rows = 2 * (1 + bidirectional)
    for batch_first in (False, True):
        options = {"num_layers": 2, "bidirectional": bidirectional, "batch_first": batch_first}
        same(*pair(**options), normal(5, 3))
        same(*pair(**options), normal(5, 3), normal(rows, 4, seed=3))


def test_initial_weights_and_dtype():
    ours = nn.RNN(20, 100, rng=rng())
    for p in ours.parameters():
        assert p.dtype == np.float32 and 0.09 < np.abs(p.data).max() <= 0.1
    assert ours(normal(3, 2, 20).astype(np.float32))[0].dtype == np.float32


def test_dropout_between_layers_in_training_only():
    ours, theirs = pair(num_layers=2)
    ours.dropout = 0.5
    x = normal(50, 20, 3)
    first = nn.RNN(3, 4, rng=rng(), dtype=np.float64)
    first.load_state_dict({n: a for n, a in ours.state_dict().items() if "l0" in n})
    close(ours(x)[1].data[0], first(x)[1].data[0])  # the first layer's states are not dropped
    assert np.abs(ours(x)[0].data - theirs(torch.tensor(x))[0].detach().numpy()).max() > 0.01
    assert (ours(x)[0].data != ours(x)[0].data).any()
    ours.eval()
    close(ours(x)[0], theirs(torch.tensor(x))[0])
    with pytest.raises(ValueError, match="dropout is 1.0"):
        nn.RNN(2, 3, dropout=1.0, rng=rng())


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_the_cell(bias, nonlinearity):
    ours = nn.RNNCell(3, 4, bias, nonlinearity, rng=rng(), dtype=np.float64)
    theirs = torch.nn.RNNCell(3, 4, bias, nonlinearity).double()
    theirs.load_state_dict({name: torch.tensor(a) for name, a in ours.state_dict().items()})
    x, h = normal(2, 3), normal(2, 4, seed=1)
    for a, b in ((x, h), (x, None), (x[0], h[0]), (x[0], None)):
        z = ours(a, b)
        t = theirs(torch.tensor(a), None if b is None else torch.tensor(b))
        close(z, t)
        ours.zero_grad(), theirs.zero_grad()
        (z * z).sum().backward(), (t * t).sum().backward()
        for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
            close(p.grad, q.grad)


def test_the_cell_in_a_loop_is_the_layer():
    layer, cell = nn.RNN(3, 4, rng=rng()), nn.RNNCell(3, 4, rng=rng())
    x, h = normal(6, 2, 3).astype(np.float32), None
    for x_t in x:
        h = cell(x_t, h)
    close(h, layer(x)[1][0], 1e-6)


def test_bad_input_is_named():
    layer = nn.RNN(3, 4, 2, rng=rng())
    for shape in [(3,), (5, 2, 4), (1, 5, 2, 3)]:
        with pytest.raises(ValueError, match=re.escape(f"RNN: input has shape {shape}, expected (T, N, 3) or (T, 3)")):
            layer(normal(*shape))
    with pytest.raises(ValueError, match=re.escape("RNN: a first state has shape (1, 2, 4), expected (2, 2, 4)")):
        layer(normal(5, 2, 3), normal(1, 2, 4))
    with pytest.raises(ValueError, match="nonlinearity is 'Tanh'"):
        nn.RNN(3, 4, nonlinearity="Tanh", rng=rng())
    with pytest.raises(ValueError, match="hidden_size 0"):
        nn.RNN(3, 0, rng=rng())
    assert "bidirectional=True" in repr(nn.RNN(2, 3, bidirectional=True, rng=rng()))
