"""PyTorch's cells with our weights."""

import numpy as np
import torch
from beside_torch import close, normal, rng

from derived import nn
from derived.parity.gated import cell_twin, full_jacobian


def test_cells_agree_with_and_without_biases():
    for kind in (nn.LSTMCell, nn.GRUCell, nn.RNNCell):
        for bias in (True, False):
            cell = kind(2, 3, bias, rng=rng(), dtype=np.float64)
            ours, theirs = cell(normal(4, 2)), cell_twin(cell)(torch.tensor(normal(4, 2)))
            close(ours[0] if isinstance(ours, tuple) else ours, theirs[0] if isinstance(theirs, tuple) else theirs)


def test_the_jacobian_by_differences():
    cell = cell_twin(nn.LSTMCell(2, 3, rng=rng(), dtype=np.float64))
    x, h, c, u = normal(4, 2), normal(3, seed=1), normal(3, seed=2), normal(3, seed=3)

    def last(start):
        state = torch.tensor(h), torch.tensor(start)
        for x_t in torch.tensor(x):
            state = cell(x_t, state)
        return state[1].detach().numpy()

    close(full_jacobian(cell, x, h, c) @ u, (last(c + 1e-6 * u) - last(c - 1e-6 * u)) / 2e-6, 1e-7)
