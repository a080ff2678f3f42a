"""LSTM and GRU as modules: PyTorch's parameters by name, outputs, states and gradients."""

import numpy as np
import pytest
import torch
from beside_torch import close, normal, rng

from derived import nn

LAYERS = {"LSTM": nn.LSTM, "GRU": nn.GRU}
OPTIONS = [
    {},
    {"bias": False},
    {"batch_first": True},
    {"num_layers": 3},
    {"bidirectional": True},
    {"num_layers": 2, "bidirectional": True, "batch_first": True},
]


def pair(kind, *sizes, **options):
    ours = getattr(nn, kind)(*sizes, rng=rng(), dtype=np.float64, **options)
    theirs = getattr(torch.nn, kind)(*sizes, **options).double()
    assert list(ours.state_dict()) == list(theirs.state_dict())
    theirs.load_state_dict({name: torch.tensor(array) for name, array in ours.state_dict().items()})
    return ours, theirs


def states(kind, *shape):
    both = normal(*shape, seed=1), normal(*shape, seed=2)
    return both if kind.startswith("LSTM") else both[0]


def as_torch(hx):
    return tuple(map(torch.tensor, hx)) if isinstance(hx, tuple) else torch.tensor(hx)


def compare(kind, ours, theirs, x, hx):
    """Outputs, last states, and the gradients of all parameters of one number made of all of them."""
    results = []
    for model, inputs, first in ((ours, x, hx), (theirs, torch.tensor(x), as_torch(hx))):
        output = model(inputs, first)
        parts = [output] if not isinstance(output, tuple) else [output[0]]
        if isinstance(output, tuple):
            parts += list(output[1]) if isinstance(output[1], tuple) else [output[1]]
        results.append(parts)
        total = sum(((part * part).sum() * (k + 1) for k, part in enumerate(parts[1:])), (parts[0] ** 2).sum())
        total.backward()
    for mine, his in zip(*results, strict=True):
        close(mine, his)
    his = dict(theirs.named_parameters())
    for name, p in ours.named_parameters():
        close(p.grad, his[name].grad, 1e-9, name)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("kind", LAYERS)
@pytest.mark.parametrize("size", [(5, 3, 2, 4), (1, 1, 1, 1)])
def test_layers(kind, options, size):
    T, N, I, H = size
    ours, theirs = pair(kind, I, H, **options)
    rows = options.get("num_layers", 1) * (2 if options.get("bidirectional") else 1)
    x = normal(*((N, T, I) if options.get("batch_first") else (T, N, I)))
    compare(kind, ours, theirs, x, states(kind, rows, N, H))


@pytest.mark.parametrize("kind", LAYERS)
def test_one_sequence_without_a_batch_and_states_from_zero(kind):
    ours, theirs = pair(kind, 2, 3)
    x = normal(4, 2)
    mine, his = ours(x), theirs(torch.tensor(x))
    close(mine[0], his[0])
    for a, b in zip(mine[1], his[1], strict=True):
        close(a, b)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("kind", ["LSTMCell", "GRUCell"])
@pytest.mark.parametrize("batch", [(), (1,), (3,)])
def test_cells(kind, bias, batch):
    ours, theirs = pair(kind, 2, 4, bias=bias)
    x, hx = normal(*batch, 2), states(kind, *batch, 4)
    mine, his = ours(x, hx), theirs(torch.tensor(x), as_torch(hx))
    for a, b in zip(*((v if isinstance(v, tuple) else (v,)) for v in (mine, his)), strict=True):
        close(a, b)
    first, other = ours(x), theirs(torch.tensor(x))
    close(first[0], other[0])
    sum((v * v).sum() for v in (mine if isinstance(mine, tuple) else (mine,))).backward()
    sum((v * v).sum() for v in (his if isinstance(his, tuple) else (his,))).backward()
    for name, p in ours.named_parameters():
        close(p.grad, dict(theirs.named_parameters())[name].grad, 1e-9, name)


def test_a_cell_refuses_a_sequence_and_says_what_it_is():
    cell = nn.LSTMCell(2, 3, rng=rng())
    with pytest.raises(ValueError, match=r"LSTMCell: input has shape \(4, 1, 2\), expected \(N, 2\) or \(2,\)"):
        cell(np.zeros((4, 1, 2)))
    assert repr(cell) == "LSTMCell(2, 3, bias=True)"
    assert cell.weight_ih.dtype == np.float32
