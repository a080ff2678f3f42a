"""The random cases of attention: shapes that conform, the smallest first, a fixed one last."""

import numpy as np
import pytest
import torch
from beside_torch import close, normal, rng

from derived import nn
from derived.parity import attention_pairs, attention_twin, lookups


@pytest.mark.parametrize("square", [False, True])
def test_shapes(square):
    cases = list(lookups(rng(), 12, square=square))
    assert len(cases) == 12
    for c in cases:
        assert (c.Q.shape, c.K.shape) == ((c.L, c.d), (c.S, c.d))
        assert (c.V.shape, c.G.shape) == ((c.S, c.n), (c.L, c.n))
        assert not square or c.L == c.S
    sizes = [(c.L, c.S, c.d, c.n) for c in cases]
    assert sizes[0] == (1, 1, 1, 1) and sizes[-1] == (5 if square else 4, 5, 3, 2)
    assert len({s for s in sizes}) > 6


@pytest.mark.parametrize("is_causal", [False, True])
def test_pairs_agree_and_come_in_order(is_causal):
    for c in lookups(rng(), 6):
        mask = None if is_causal else np.tri(c.L, c.S, dtype=bool)
        pairs = attention_pairs(c, mask, is_causal=is_causal)
        assert [ours.shape for ours, _ in pairs] == [c.G.shape, c.Q.shape, c.K.shape, c.V.shape]
        for ours, theirs in pairs:
            close(ours, theirs)


@pytest.mark.parametrize("bias", [False, True])
def test_twin_computes_the_same(bias):
    ours = nn.MultiheadAttention(4, 2, bias=bias, rng=rng(), dtype=np.float64)
    x = normal(2, 3, 4)
    close(ours(x, x, x)[0].data, attention_twin(ours)(*[torch.tensor(x)] * 3)[0])
