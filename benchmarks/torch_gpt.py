"""The language model of :mod:`derived.topics.gpt` made of PyTorch's parts, with its own cache of keys and values."""

from __future__ import annotations

import torch
from torch.nn import functional as F


class TorchGPT(torch.nn.Module):
    """Embedding, causal blocks with rotary positions, normalisation, tied logits; names of parameters as in ours."""

    def __init__(self, vocabulary: int, d_model: int, nhead: int, layers: int, length: int) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(vocabulary, d_model)
        self.blocks = torch.nn.ModuleList(
            torch.nn.TransformerEncoderLayer(d_model, nhead, 4 * d_model, 0.0, batch_first=True, norm_first=True)
            for _ in range(layers)
        )
        self.norm = torch.nn.LayerNorm(d_model)
        d = d_model // nhead
        angles = torch.arange(length)[:, None] * 1e4 ** (-torch.arange(0, d, 2) / d)
        self.turn = torch.polar(torch.ones_like(angles), angles)

    def forward(self, tokens: torch.Tensor, caches: list | None = None) -> torch.Tensor:
        """Integers (N, L) to logits; with caches, lists of keys and values, they follow what those hold."""
        x = self.embedding(tokens)
        for i, block in enumerate(self.blocks):
            x = x + self._look_back(block.self_attn, block.norm1(x), caches[i] if caches else None)
            x = x + block.linear2(F.relu(block.linear1(block.norm2(x))))
        return F.linear(self.norm(x), self.embedding.weight)

    def _look_back(self, attention: torch.nn.MultiheadAttention, x: torch.Tensor, cache: list | None) -> torch.Tensor:
        packed = F.linear(x, attention.in_proj_weight, attention.in_proj_bias)
        q, k, v = (a.unflatten(-1, (attention.num_heads, -1)).transpose(1, 2) for a in packed.chunk(3, dim=-1))
        start = cache[0].shape[2] if cache else 0
        q, k = self._rotary(q, start), self._rotary(k, start)
        if cache:
            k, v = torch.cat([cache[0], k], dim=2), torch.cat([cache[1], v], dim=2)
        if cache is not None:
            cache[:] = k, v
        y = F.scaled_dot_product_attention(q, k, v, is_causal=not start)  # one token after others sees them all
        return attention.out_proj(y.transpose(1, 2).flatten(-2))

    def _rotary(self, x: torch.Tensor, start: int) -> torch.Tensor:
        z = torch.view_as_complex(x.unflatten(-1, (-1, 2)).contiguous())
        return torch.view_as_real(z * self.turn[start : start + x.shape[2]]).flatten(-2)

    @torch.inference_mode()
    def generate(self, tokens: torch.Tensor, length: int) -> torch.Tensor:
        """Continue (N, L) by ``length`` tokens, the likeliest at each place."""
        caches, fresh = [[] for _ in self.blocks], tokens
        for _ in range(length):
            fresh = self(fresh, caches)[:, -1].argmax(dim=1, keepdim=True)
            tokens = torch.cat([tokens, fresh], dim=1)
        return tokens


def twin(model: object, length: int) -> TorchGPT:
    """A :class:`TorchGPT` with the weights of one of ours, for up to ``length`` tokens."""
    attention = model.blocks[0].self_attn
    made = TorchGPT(*model.embedding.weight.shape, attention.num_heads, len(model.blocks), length)
    made.load_state_dict({name: torch.tensor(array) for name, array in model.state_dict().items()})
    return made
