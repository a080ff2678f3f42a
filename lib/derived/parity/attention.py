"""Random queries, keys and values: what the claims about attention are checked on."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np

from derived import ops
from derived.nn import MultiheadAttention
from derived.parity.normalization import pulled

if TYPE_CHECKING:
    import torch

__all__ = ["attention_pairs", "attention_twin", "lookups"]


def lookups(rng: np.random.Generator, count: int = 20, *, square: bool = False) -> Iterator[SimpleNamespace]:
    """Q (L, d), K (S, d), V (S, n), and G (L, n) to pull back; float64, standard normal.

    All sizes of the first case are 1. Those of the last, on which wrong versions are tried, are L = 4, S = 5, d = 3 and
    n = 2. ``square`` makes S equal to L, 5 in the last case.
    """
    for k in range(count):
        L, S, d, n = rng.integers(1, 7, 4).tolist()
        L, S, d, n = {count - 1: (4, 5, 3, 2), 0: (1, 1, 1, 1)}.get(k, (L, S, d, n))
        L = S if square else L
        shapes = {"Q": (L, d), "K": (S, d), "V": (S, n), "G": (L, n)}
        arrays = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
        yield SimpleNamespace(**arrays, L=L, S=S, d=d, n=n)


def attention_pairs(case: SimpleNamespace, attn_mask: np.ndarray | None = None, *,
                    is_causal: bool = False) -> list[tuple[np.ndarray, np.ndarray]]:  # fmt: skip
    """Ours and PyTorch's: the outputs of a lookup, then the gradients of Q, K and V if G is that of the outputs."""
    import torch
    from torch.nn import functional as F

    mask = None if attn_mask is None else torch.tensor(attn_mask)
    arrays = case.Q, case.K, case.V
    y, *pulls = ops.scaled_dot_product_attention.rule(*arrays, attn_mask, is_causal)
    theirs = pulled(lambda *a: F.scaled_dot_product_attention(*a, mask, is_causal=is_causal), case.G, *arrays)
    return list(zip((y, *(pull(case.G) for pull in pulls[:3])), theirs, strict=True))


def attention_twin(module: MultiheadAttention) -> torch.nn.MultiheadAttention:
    """PyTorch's module with the same weights in the same dtype; sequences (N, L, D) as in ours."""
    import torch

    state = {name: torch.tensor(array) for name, array in module.state_dict().items()}
    twin = torch.nn.MultiheadAttention(module.embed_dim, module.num_heads, bias=module.in_proj_bias is not None,
                                       batch_first=module.batch_first, dtype=state["in_proj_weight"].dtype)  # fmt: skip
    twin.load_state_dict(state)
    return twin
