"""PyTorch's cells with the weights of ours, their Jacobians, and an encoder-decoder of PyTorch's modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from derived import nn
from derived.parity.recurrent import recurrent_twin
from derived.topics.seq2seq import EncoderDecoder

if TYPE_CHECKING:
    import torch

__all__ = ["cell_twin", "full_jacobian", "torch_logits"]


def cell_twin(cell: nn.LSTMCell | nn.GRUCell | nn.RNNCell) -> torch.nn.Module:
    """PyTorch's cell of the same name, sizes, weights and dtype."""
    import torch

    state = {name: torch.tensor(array) for name, array in cell.state_dict().items()}
    twin = getattr(torch.nn, type(cell).__name__)(cell.input_size, cell.hidden_size, bias="bias_ih" in state)
    twin.to(next(iter(state.values())).dtype).load_state_dict(state)
    return twin


def full_jacobian(cell: torch.nn.LSTMCell, x: np.ndarray, h: np.ndarray, c: np.ndarray) -> np.ndarray:
    """How the last c of some steps depends on the first c, along all paths, by ``torch.autograd``.

    Parameters
    ----------
    cell : with m units.
    x : (T, d) inputs; h, c : (m,) first state.

    Returns
    -------
    (m, m) Jacobian.
    """
    import torch

    def last(c0: torch.Tensor) -> torch.Tensor:
        state = torch.tensor(h), c0
        for x_t in torch.tensor(x):
            state = cell(x_t, state)
        return state[1]

    return torch.autograd.functional.jacobian(last, torch.tensor(c)).numpy()


def torch_logits(model: EncoderDecoder, source: np.ndarray, target: np.ndarray) -> torch.Tensor:
    """The logits of an encoder-decoder with teacher forcing, from PyTorch's modules and operations alone."""
    import torch
    from torch.nn import functional as F

    decoder = model.decoder
    tables = [torch.tensor(m.embedding.weight.data) for m in (model, decoder)]
    _, state = recurrent_twin(model.layer)(F.embedding(torch.tensor(np.ascontiguousarray(source)), tables[0]))
    start = torch.full((1, target.shape[1]), decoder.letters)
    fed = torch.cat([start, torch.tensor(np.ascontiguousarray(target))[:-1]])
    output, _ = recurrent_twin(decoder.layer)(F.embedding(fed, tables[1]), state)
    return F.linear(output, torch.tensor(decoder.head.weight.data), torch.tensor(decoder.head.bias.data))
