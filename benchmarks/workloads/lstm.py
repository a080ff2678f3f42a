"""An LSTM of 128 units over 64 steps, batches of 32: forward and backpropagation through time, beside ``nn.LSTM``."""

import numpy as np
import torch

from benchmarks.networks import gradients
from benchmarks.timing import Pair
from derived import nn


def build() -> Pair:
    """Gradients of the weights and of the inputs, without an update."""
    rng = np.random.default_rng(0)
    T, N, H = 64, 32, 128
    x, g = rng.standard_normal((2, T, N, H), dtype=np.float32)
    model = nn.LSTM(H, H, rng=rng)
    twin = torch.nn.LSTM(H, H)
    twin.load_state_dict({name: torch.tensor(array) for name, array in model.state_dict().items()})
    inputs, their_inputs = nn.Parameter(x), torch.tensor(x, requires_grad=True)
    their_g = torch.tensor(g)

    def ours():
        model.zero_grad()
        inputs.grad = None
        model(inputs)[0].backward(g)

    def theirs():
        twin.zero_grad()
        their_inputs.grad = None
        twin(their_inputs)[0].backward(their_g)

    def values():
        ours()
        theirs()
        return gradients(model, twin) | {"x": (inputs.grad, their_inputs.grad.numpy())}

    return Pair("LSTM 128 units, 64 steps, batch 32, forward and backward", ours, theirs, 0.6, values)
