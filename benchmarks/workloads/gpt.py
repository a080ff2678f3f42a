"""A training step of a character model: two causal blocks of 128 features with rotary positions, 16 x 64 tokens."""

import numpy as np
import torch
from torch.nn import functional as F

from benchmarks import products
from benchmarks.networks import gradients
from benchmarks.timing import Pair
from benchmarks.torch_gpt import twin
from derived import optim
from derived.topics.gpt import GPT


def build() -> Pair:
    """Forward, cross-entropy, backward, Adam."""
    rng = np.random.default_rng(0)
    model = GPT(92, 128, 4, 2, rng=rng)
    their_model = twin(model, 64)
    optimizer = optim.Adam(model.parameters(), lr=1e-4)
    their_optimizer = torch.optim.Adam(their_model.parameters(), lr=1e-4)
    tokens = rng.integers(0, 92, (16, 65))
    inputs, targets = tokens[:, :-1], tokens[:, 1:]
    their_inputs, their_targets = torch.tensor(inputs), torch.tensor(targets).flatten()

    def ours():
        optimizer.zero_grad()
        model.loss(inputs, targets).backward()
        optimizer.step()

    def theirs():
        their_optimizer.zero_grad()
        F.cross_entropy(their_model(their_inputs).flatten(0, 1), their_targets).backward()
        their_optimizer.step()

    def values():
        ours()
        theirs()
        return gradients(model, their_model)

    within = [*2 * products.transformer_block(16, 64, 128, 4, 512), *products.linear(1024, 128, 92)]
    return Pair("GPT of two blocks, 16 x 64 tokens, training step", ours, theirs, 0.95, values, products=within,
                tokens=1024)  # fmt: skip
