"""The blocks beside PyTorch's, with copied weights."""

import numpy as np
import pytest
import torch
from beside_torch import close, normal, rng

from derived import nn
from derived.tensor import Tensor

CASES = [{}, {"norm_first": True}, {"activation": "gelu"}, {"bias": False}, {"batch_first": False},
         {"layer_norm_eps": 0.1, "norm_first": True, "activation": "gelu"}]  # fmt: skip


def pair(kind, d, h, hidden, **options):
    ours = getattr(nn, kind)(d, h, hidden, 0.1, **options, rng=rng(), dtype=np.float64)
    for p in ours.parameters():
        p.data += 0.1 * rng(p.size).standard_normal(p.shape)
    theirs = getattr(torch.nn, kind)(d, h, hidden, 0.1, **{"batch_first": True} | options).double()
    theirs.load_state_dict({n: torch.tensor(a) for n, a in ours.state_dict().items()})
    assert list(ours.state_dict()) == list(theirs.state_dict())
    return ours.eval(), theirs.eval()


def same(ours, theirs, ours_in, theirs_in, call, their_call=None):
    value, expected = call(ours, *ours_in), (their_call or call)(theirs, *theirs_in)
    close(value.data, expected)
    weight = normal(*value.shape, seed=9)
    (value * weight).sum().backward()
    (expected * torch.tensor(weight)).sum().backward()
    for x, y in zip(ours_in, theirs_in, strict=True):
        close(x.grad, y.grad)
    wanted = dict(theirs.named_parameters())
    for name, p in ours.named_parameters():
        close(p.grad, wanted[name].grad, what=name)


def inputs(*shapes):
    arrays = [normal(*s, seed=k) for k, s in enumerate(shapes)]
    return [Tensor(a, requires_grad=True) for a in arrays], [torch.tensor(a, requires_grad=True) for a in arrays]


@pytest.mark.parametrize("options", CASES)
@pytest.mark.parametrize("shape", [(3, 5), (1, 1)])
def test_encoder_layer(options, shape):
    ours, theirs = pair("TransformerEncoderLayer", 6, 2, 7, **options)
    same(ours, theirs, *inputs((*shape, 6)), lambda m, x: m(x))


@pytest.mark.parametrize("options", CASES)
@pytest.mark.parametrize(("L", "S"), [(4, 3), (1, 1), (2, 5)])
def test_decoder_layer_with_a_causal_mask(options, L, S):
    ours, theirs = pair("TransformerDecoderLayer", 6, 3, 4, **options)
    first = options.get("batch_first", True)
    shapes = [(2, n, 6) if first else (n, 2, 6) for n in (L, S)]
    same(ours, theirs, *inputs(*shapes), lambda m, x, y: m(x, y, tgt_is_causal=True),
         lambda m, x, y: m(x, y, tgt_mask=torch.triu(torch.ones(L, L), 1).bool()))  # fmt: skip


def test_masks_say_where_not_to_look():
    ours, theirs = pair("TransformerEncoderLayer", 4, 2, 3)
    mask, padding = np.triu(np.ones((3, 3), bool), 1), np.array([[False, False, True], [False, False, False]])
    their_masks = torch.tensor(mask), torch.tensor(padding)
    same(ours, theirs, *inputs((2, 3, 4)), lambda m, x: m(x, mask, padding), lambda m, x: m(x, *their_masks))
    ours, theirs = pair("TransformerDecoderLayer", 4, 2, 3)
    same(ours, theirs, *inputs((2, 2, 4), (2, 3, 4)), lambda m, x, y: m(x, y, memory_key_padding_mask=padding),
         lambda m, x, y: m(x, y, memory_key_padding_mask=their_masks[1]))  # fmt: skip


def test_in_training_dropout_is_drawn_and_in_evaluation_not():
    layer = nn.TransformerEncoderLayer(8, 2, 16, 0.5, rng=rng())
    x = normal(2, 3, 8).astype(np.float32)
    assert not np.allclose(layer(x).data, layer(x).data)
    layer.eval()
    assert layer(x).dtype == np.float32
    close(layer(x).data, layer(x).data, 0)


def test_weights_are_kept_on_demand():
    layer = nn.TransformerDecoderLayer(4, 2, 3, rng=rng()).eval()
    x, memory = normal(2, 3, 4), normal(2, 5, 4)
    value = layer(x, memory, tgt_is_causal=True).data
    assert layer.weights == {}
    layer.keep_weights = True
    close(layer(x, memory, tgt_is_causal=True).data, value, 1e-6)
    assert layer.weights["self_attn"].shape == (2, 2, 3, 3)
    assert layer.weights["multihead_attn"].shape == (2, 2, 3, 5)
    assert not np.triu(layer.weights["self_attn"], 1).any()


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="activation is 'rleu'"):
        nn.TransformerEncoderLayer(4, 2, activation="rleu", rng=rng())
    with pytest.raises(ValueError, match="num_heads"):
        nn.TransformerEncoderLayer(4, 3, rng=rng())
