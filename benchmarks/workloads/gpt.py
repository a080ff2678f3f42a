"""A training step of a character model: two causal blocks of 128 features with rotary positions, 16 x 64 tokens."""

import numpy as np
import torch
from torch.nn import functional as F

from benchmarks.networks import gradients
from benchmarks.timing import Pair
from derived import optim
from derived.ops.rotary import frequencies
from derived.parity import block_twin
from derived.topics.gpt import GPT


class Twin(torch.nn.Module):
    """The same model of PyTorch's parts; the names are those of ours."""

    def __init__(self, model: GPT, length: int) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(*model.embedding.weight.shape)
        self.blocks = torch.nn.ModuleList(block_twin(block) for block in model.blocks)
        self.norm = torch.nn.LayerNorm(model.norm.normalized_shape)
        d = model.norm.normalized_shape[0] // model.blocks[0].self_attn.num_heads
        angles = torch.tensor(np.arange(length)[:, None] * frequencies(d), dtype=torch.float32)
        self.turn = torch.polar(torch.ones_like(angles), angles)
        self.load_state_dict({name: torch.tensor(array) for name, array in model.state_dict().items()})

    def rotary(self, x: torch.Tensor) -> torch.Tensor:
        z = torch.view_as_complex(x.unflatten(-1, (-1, 2)).contiguous())
        return torch.view_as_real(z * self.turn).flatten(-2)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.embedding(tokens)
        for block in self.blocks:
            attention, h = block.self_attn, block.self_attn.num_heads
            packed = F.linear(block.norm1(x), attention.in_proj_weight, attention.in_proj_bias)
            q, k, v = (a.unflatten(-1, (h, -1)).transpose(1, 2) for a in packed.chunk(3, dim=-1))
            y = F.scaled_dot_product_attention(self.rotary(q), self.rotary(k), v, is_causal=True)
            x = x + attention.out_proj(y.transpose(1, 2).flatten(-2))
            x = x + block.linear2(F.relu(block.linear1(block.norm2(x))))
        return F.linear(self.norm(x), self.embedding.weight)


def build() -> Pair:
    """Forward, cross-entropy, backward, Adam."""
    rng = np.random.default_rng(0)
    model = GPT(92, 128, 4, 2, rng=rng)
    twin = Twin(model, 64)
    optimizer = optim.Adam(model.parameters(), lr=1e-4)
    their_optimizer = torch.optim.Adam(twin.parameters(), lr=1e-4)
    tokens = rng.integers(0, 92, (16, 65))
    inputs, targets = tokens[:, :-1], tokens[:, 1:]
    their_inputs, their_targets = torch.tensor(inputs), torch.tensor(targets).flatten()

    def ours():
        optimizer.zero_grad()
        model.loss(inputs, targets).backward()
        optimizer.step()

    def theirs():
        their_optimizer.zero_grad()
        F.cross_entropy(twin(their_inputs).flatten(0, 1), their_targets).backward()
        their_optimizer.step()

    def values():
        ours()
        theirs()
        return gradients(model, twin)

    return Pair("GPT of two blocks, 16 x 64 tokens, training step", ours, theirs, 0.8, values)
