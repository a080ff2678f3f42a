"""Blocks of transformers in PyTorch with the weights of ours, and random blocks to compare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from derived import nn

if TYPE_CHECKING:
    import torch

    from derived.topics.sequence_transformer import SequenceTransformer

__all__ = ["Case", "block_twin", "random_blocks", "sequence_twin"]


def block_twin(layer: nn.TransformerEncoderLayer | nn.TransformerDecoderLayer) -> torch.nn.Module:
    """PyTorch's layer of the same name with the same weights, in evaluation mode."""
    import torch

    attention = layer.self_attn
    twin = getattr(torch.nn, "TransformerDecoderLayer" if hasattr(layer, "multihead_attn") else
                   "TransformerEncoderLayer")(
        attention.embed_dim, attention.num_heads, layer.linear1.out_features, layer.dropout.p, layer.activation,
        layer.norm1.eps, attention.batch_first, layer.norm_first, bias=layer.linear1.bias is not None)  # fmt: skip
    return _load(twin, layer)


def _load(twin: torch.nn.Module, ours: nn.Module) -> torch.nn.Module:
    import torch

    state = {name: torch.tensor(array) for name, array in ours.state_dict().items()}
    twin = twin.to(next(iter(state.values())).dtype)
    twin.load_state_dict(state)
    return twin.eval()


def sequence_twin(model: SequenceTransformer) -> torch.nn.Module:
    """The encoder-decoder of :mod:`derived.topics.sequence_transformer` made of PyTorch's modules.

    Called as ``twin(source, target)`` with integer tensors (N, S) and (N, T); logits (N, T, symbols).
    """
    import torch

    from derived.topics.positional import sinusoidal

    class Twin(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = torch.nn.Embedding(model.symbols + 1, model.d_model)
            self.encoder = torch.nn.ModuleList(block_twin(layer) for layer in model.encoder)
            self.decoder = torch.nn.ModuleList(block_twin(layer) for layer in model.decoder)
            self.output = torch.nn.Linear(model.d_model, model.symbols)

        def embed(self, tokens: torch.Tensor) -> torch.Tensor:
            x = self.embedding(tokens)
            if model.positions:
                x = x + torch.tensor(sinusoidal(tokens.shape[1], model.d_model), dtype=x.dtype)
            return x

        def forward(self, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
            memory = self.embed(source)
            for layer in self.encoder:
                memory = layer(memory)
            start = torch.full((len(target), 1), model.symbols)
            x = self.embed(torch.cat([start, target[:, :-1]], dim=1))
            mask = torch.nn.Transformer.generate_square_subsequent_mask(x.shape[1], dtype=x.dtype)
            for layer in self.decoder:
                x = layer(x, memory, tgt_mask=mask, tgt_is_causal=True)
            return self.output(x)

    return _load(Twin(), model)


@dataclass(frozen=True)
class Case:
    """A block in float64, PyTorch's twin, tokens ``x`` (N, L, D) and, for a decoder, ``memory`` (N, S, D)."""

    layer: nn.Module
    twin: torch.nn.Module
    x: np.ndarray
    memory: np.ndarray


def random_blocks(count: int, kind: str, rng: np.random.Generator, **options: object) -> Iterator[Case]:
    """`count` blocks of that kind ("Encoder" or "Decoder") with random weights; the first has one token and one head.

    Further options go to the layer, such as ``norm_first``; dropout is off.
    """
    for k in range(count):
        heads, per_head, hidden = (1, 2, 1) if k == 0 else rng.integers(1, 4, 3).tolist()
        D = heads * per_head * 2
        layer = getattr(nn, f"Transformer{kind}Layer")(D, heads, hidden, 0.0, rng=rng, dtype=np.float64, **options)
        for p in layer.parameters():
            p.data = p.data + 0.3 * rng.standard_normal(p.shape)
        N, L, S = (1, 1, 1) if k == 0 else rng.integers(1, 5, 3).tolist()
        yield Case(layer.eval(), block_twin(layer), rng.standard_normal((N, L, D)), rng.standard_normal((N, S, D)))
