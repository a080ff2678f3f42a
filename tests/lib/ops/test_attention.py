"""Scaled dot-product attention beside PyTorch: any shapes, masks, scales."""

import numpy as np
import pytest
import torch
from beside_torch import agree, close, mutants_fail, normal, rng
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from derived import ops
from derived.tensor import Tensor

sizes = st.tuples(*[st.integers(1, 5)] * 4, st.lists(st.integers(1, 3), max_size=2))


def arrays(L, S, d, dv, lead):
    return normal(*lead, L, d), normal(*lead, S, d, seed=1), normal(*lead, S, dv, seed=2)


def torch_weights(q, k, mask=None, scale=None):
    """The definition in PyTorch's own operations."""
    scores = q @ k.transpose(-1, -2) * (q.shape[-1] ** -0.5 if scale is None else scale)
    return torch.softmax(scores if mask is None else scores + mask, dim=-1)


@settings(max_examples=15)
@given(sizes, st.booleans(), st.sampled_from([None, 0.7]))
def test_any_shape_and_scale(size, is_causal, scale):
    L, S, d, dv, lead = size
    q, k, v = arrays(L, S, d, dv, lead)
    agree(lambda *a: ops.scaled_dot_product_attention(*a, is_causal=is_causal, scale=scale),
          lambda *a: F.scaled_dot_product_attention(*a, is_causal=is_causal, scale=scale), q, k, v)  # fmt: skip
    mask = torch.zeros(L, S, dtype=torch.float64).masked_fill(~torch.ones(L, S, dtype=torch.bool).tril(), -torch.inf)
    agree(lambda *a: ops.attention_weights(*a, is_causal=is_causal, scale=scale),
          lambda *a: torch_weights(*a, mask if is_causal else None, scale), q, k)  # fmt: skip


@pytest.mark.parametrize("shape", [(3, 4), (2, 1, 3, 4), (2, 3, 3, 4), (1, 4), (3, 1), (2, 1, 1, 4), (4,)])
def test_masks_broadcast(shape):
    q, k, v = arrays(3, 4, 2, 5, (2, 3))
    allowed = rng(3).random(shape) < 0.6
    allowed[..., 0] = True
    their_allowed = torch.tensor(np.atleast_2d(allowed))
    agree(lambda *a: ops.scaled_dot_product_attention(*a, attn_mask=allowed),
          lambda *a: F.scaled_dot_product_attention(*a, attn_mask=their_allowed), q, k, v)  # fmt: skip
    agree(ops.scaled_dot_product_attention, lambda q, k, v, m: torch_weights(q, k, m) @ v, q, k, v, normal(*shape))
    agree(ops.attention_weights, torch_weights, q, k, normal(*shape))


def test_leading_axes_broadcast():
    agree(ops.scaled_dot_product_attention, F.scaled_dot_product_attention,
          normal(2, 3, 4, 5), normal(1, 6, 5, seed=1), normal(2, 1, 6, 2, seed=2))  # fmt: skip
    agree(ops.scaled_dot_product_attention, lambda q, k, v, m: torch_weights(q, k, m) @ v,
          normal(4, 5), normal(6, 5, seed=1), normal(6, 2, seed=2), normal(2, 1, 4, 6))  # fmt: skip


def test_a_query_that_may_attend_to_nothing_gets_nothing():
    allowed = np.array([[True, False, True], [False, False, False]])
    q, k, v = arrays(2, 3, 4, 2, ())
    agree(lambda *a: ops.scaled_dot_product_attention(*a, attn_mask=allowed),
          lambda *a: F.scaled_dot_product_attention(*a, attn_mask=torch.tensor(allowed)), q, k, v)  # fmt: skip
    assert ops.attention_weights(q, k, attn_mask=allowed).data.sum(axis=1).tolist() == [1, 0]


def test_weights_are_the_softmax_and_large_scores_do_not_overflow():
    q, k, v = arrays(3, 4, 5, 2, (2,))
    A = ops.attention_weights(q, k).data
    close(A.sum(axis=-1), np.ones((2, 3)))
    close(A @ v, ops.scaled_dot_product_attention(q, k, v).data)
    hard = ops.attention_weights(1e4 * q, k).data
    close(hard, np.eye(4)[(q @ k.swapaxes(1, 2)).argmax(-1)])


def test_causal_mask():
    assert ops.causal_mask(2, 3).tolist() == [[True, False, False], [True, True, False]]
    q, k, v = arrays(4, 4, 2, 3, ())
    close(ops.scaled_dot_product_attention(q, k, v, is_causal=True).data,
          ops.scaled_dot_product_attention(q, k, v, ops.causal_mask(4)).data, 0)  # fmt: skip


def test_arguments_are_not_changed_by_masks():
    q, k, v = arrays(3, 4, 2, 3, (2,))
    mask = normal(3, 4)
    copies = [a.copy() for a in (q, k, v, mask)]
    out = ops.scaled_dot_product_attention(*(Tensor(a, requires_grad=True) for a in (q, k, v)), attn_mask=mask)
    out.sum().backward()
    for a, c in zip((q, k, v, mask), copies, strict=True):
        np.testing.assert_array_equal(a, c)


def test_mutants():
    q, k, v = arrays(3, 4, 2, 3, ())
    mutants_fail(ops.scaled_dot_product_attention, q, k, v, normal(3, 4, seed=4))
    mutants_fail(ops.attention_weights, q, k, normal(3, 4, seed=4))


def test_what_does_not_fit_is_named():
    q, k, v = arrays(3, 4, 2, 5, ())
    f = ops.scaled_dot_product_attention
    for call, message in [
        (lambda: f(normal(3, 3), k, v), r"query has shape \(3, 3\) and key \(4, 2\)"),
        (lambda: f(normal(2), k, v), r"query has shape \(2,\)"),
        (lambda: f(q, k, normal(3, 5)), r"value has shape \(3, 5\), expected a row for each row of key \(4, 2\)"),
        (lambda: f(q, k, v, normal(4, 3)), r"attn_mask has shape \(4, 3\), expected one that broadcasts to \(3, 4\)"),
        (lambda: f(q, k[:1], v[:1], normal(3, 4)), r"attn_mask has shape \(3, 4\)"),
        (lambda: f(q, k, v, ops.causal_mask(3, 4), True), "expected one of them"),
        (lambda: ops.attention_weights(q, normal(4, 3)), r"attention_weights: query has shape \(3, 2\)"),
    ]:
        with pytest.raises(ValueError, match=message):
            call()
