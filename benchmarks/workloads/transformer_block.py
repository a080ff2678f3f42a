"""One encoder block, 128 features, 4 heads, 512 hidden units, on 16 sequences of 64 tokens: forward and backward."""

import numpy as np
import torch

from benchmarks.networks import gradients
from benchmarks.timing import Pair
from derived import nn
from derived.parity import block_twin


def build() -> Pair:
    """Gradients of the weights and of the tokens, without dropout and without an update."""
    rng = np.random.default_rng(0)
    model = nn.TransformerEncoderLayer(128, 4, 512, 0.0, norm_first=True, rng=rng)
    twin = block_twin(model).train()
    x, g = rng.standard_normal((2, 16, 64, 128), dtype=np.float32)
    inputs, their_inputs = nn.Parameter(x), torch.tensor(x, requires_grad=True)
    their_g = torch.tensor(g)

    def ours():
        model.zero_grad()
        inputs.grad = None
        model(inputs).backward(g)

    def theirs():
        twin.zero_grad()
        their_inputs.grad = None
        twin(their_inputs).backward(their_g)

    def values():
        ours()
        theirs()
        return gradients(model, twin) | {"x": (inputs.grad, their_inputs.grad.numpy())}

    return Pair("transformer block, 16 x 64 tokens, forward and backward", ours, theirs, 0.8, values)
