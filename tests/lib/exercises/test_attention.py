"""The references of the checkers against PyTorch."""

import torch
from torch.nn import functional as F

from derived.exercises import attention as ex
from derived.parity import pulled


def by_torch(*arrays, **options):
    return F.scaled_dot_product_attention(*(torch.tensor(a) for a in arrays), **options).numpy()


def test_references_are_torchs():
    assert ex.soft_lookup(lambda q, K, V: by_torch(q[None], K, V)[0])
    assert ex.causal_attention(lambda Q, K, V: by_torch(Q, K, V, is_causal=True))
    assert ex.streamed(lambda Q, K, V, block: by_torch(Q, K, V))
    assert ex.attention_pull(lambda G, Q, K, V: pulled(F.scaled_dot_product_attention, G, Q, K, V)[1:])
    assert ex.split_heads(lambda X, m: torch.tensor(X).unflatten(1, (m, -1)).transpose(0, 1).numpy())
