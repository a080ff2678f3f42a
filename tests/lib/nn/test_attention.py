"""Multi-head attention beside PyTorch's."""

import numpy as np
import pytest
import torch
from beside_torch import close, normal, rng

from derived import nn, ops
from derived.tensor import Tensor


def pair(D=6, h=3, bias=True, batch_first=True):
    """Ours with random biases, PyTorch's with the same state."""
    ours = nn.MultiheadAttention(D, h, bias=bias, batch_first=batch_first, rng=rng(), dtype=np.float64)
    for k, p in enumerate(ours.parameters()):
        p.data = normal(*p.shape, seed=k)
    theirs = torch.nn.MultiheadAttention(D, h, bias=bias, batch_first=batch_first).double()
    state = ours.state_dict()
    assert list(state) == list(theirs.state_dict())
    theirs.load_state_dict({n: torch.tensor(a) for n, a in state.items()})
    return ours, theirs


def same(ours, theirs, arrays, need_weights=True, **options):
    """Outputs, weights and all gradients; ``arrays`` of one entry means self-attention."""
    inputs = [Tensor(a, requires_grad=True) for a in arrays]
    reference = [torch.tensor(a, requires_grad=True) for a in arrays]
    triple, their_triple = (inputs * 3, reference * 3) if len(arrays) == 1 else (inputs, reference)
    average = options.pop("average_attn_weights", True)
    masks = {n: torch.tensor(m) for n, m in options.items()}
    y, A = ours(*triple, need_weights=need_weights, average_attn_weights=average, **options)
    their_y, their_A = theirs(*their_triple, need_weights=need_weights, average_attn_weights=average, **masks)
    close(y.data, their_y)
    assert (A is None) == (their_A is None) == (not need_weights)
    if need_weights:
        close(A.data, their_A)
    g = normal(*y.shape, seed=9)
    ours.zero_grad(), theirs.zero_grad()
    y.backward(g)
    their_y.backward(torch.tensor(g))
    for p, q in zip([*inputs, *ours.parameters()], [*reference, *theirs.parameters()], strict=True):
        close(p.grad, q.grad)


@pytest.mark.parametrize("need_weights", [True, False])
@pytest.mark.parametrize("batch_first", [True, False])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("D", "h"), [(6, 3), (6, 1), (2, 2), (1, 1)])
def test_cross_and_self_attention(D, h, bias, batch_first, need_weights):
    ours, theirs = pair(D, h, bias, batch_first)
    q, k, v = normal(2, 4, D), normal(2, 3, D, seed=1), normal(2, 3, D, seed=2)
    batch = [a if batch_first else a.swapaxes(0, 1) for a in (q, k, v)]
    same(ours, theirs, batch, need_weights)
    same(ours, theirs, batch[:1], need_weights)
    same(ours, theirs, [a[0] for a in (q, k, v)], need_weights)


@pytest.mark.parametrize("need_weights", [True, False])
def test_masks_have_torchs_meaning(need_weights):
    ours, theirs = pair()
    arrays = normal(2, 4, 6), normal(2, 5, 6, seed=1), normal(2, 5, 6, seed=2)
    forbidden = ops.causal_mask(4, 5)
    padding = np.array([[False] * 5, [False, False, False, True, True]])
    each = rng(4).random((6, 4, 5)) < 0.4
    each[..., 0] = False
    for options in [
        {"attn_mask": ~forbidden},
        {"attn_mask": normal(4, 5)},
        {"attn_mask": each},
        {"key_padding_mask": padding},
        {"key_padding_mask": padding, "attn_mask": ~forbidden},
        {"attn_mask": normal(6, 4, 5), "average_attn_weights": False},
    ]:
        same(ours, theirs, arrays, need_weights, **options)
    same(ours, theirs, [a[0] for a in arrays], need_weights, key_padding_mask=padding[1])


def test_causal_without_a_mask():
    ours, theirs = pair()
    x = normal(2, 4, 6)
    mask = torch.nn.Transformer.generate_square_subsequent_mask(4, dtype=torch.float64)
    y, A = ours(x, x, x, is_causal=True)
    their_y, their_A = theirs(*[torch.tensor(x)] * 3, attn_mask=mask, is_causal=True)
    close(y.data, their_y)
    close(A.data, their_A)


def test_heads_and_merge_are_the_two_ends():
    ours, _ = pair(batch_first=False)
    x = normal(4, 2, 6)
    q, k, v = ours.heads(x, x, x)
    assert q.shape == (2, 3, 4, 2)
    close(ours.merge(ops.scaled_dot_product_attention(q, k, v)).data, ours(x, x, x)[0].data)


def test_start_is_torchs():
    ours = nn.MultiheadAttention(64, 4, rng=rng())
    bound = np.sqrt(6 / (64 + 3 * 64))
    assert ours.in_proj_weight.dtype == np.float32
    assert 0.95 * bound < np.abs(ours.in_proj_weight.data).max() <= bound
    assert not ours.in_proj_bias.data.any() and not ours.out_proj.bias.data.any()
    assert 0.9 / 8 < np.abs(ours.out_proj.weight.data).max() <= 1 / 8


def test_padding_alone_gives_zeros_not_nan():
    ours, _ = pair()
    y, A = ours(*[normal(1, 3, 6)] * 3, key_padding_mask=np.ones((1, 3), bool))
    assert np.isfinite(y.data).all() and not A.data.any()


def test_what_does_not_fit_is_named():
    ours, _ = pair()
    x = normal(2, 4, 6)
    for call, message in [
        (lambda: nn.MultiheadAttention(6, 4, rng=rng()), "embed_dim is 6, num_heads 4"),
        (lambda: ours(x, x, normal(2, 4, 5)), r"value has shape \(2, 4, 5\)"),
        (lambda: ours(x, x[0], x), r"key has shape \(4, 6\)"),
        (lambda: ours(x, x, x, attn_mask=np.ones((3, 4), bool)), r"attn_mask has shape \(3, 4\), expected \(4, 4\)"),
        (lambda: ours(x, x, x, key_padding_mask=np.ones((4, 2), bool)), r"key_padding_mask has shape \(4, 2\)"),
        (lambda: ours(x, x, x, attn_mask=np.ones((4, 4), bool), is_causal=True), "expected one"),
    ]:
        with pytest.raises(ValueError, match=message):
            call()
