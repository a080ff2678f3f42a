"""The decoder-only model: what it can see, its cache, its loss, its draws."""

import numpy as np
import pytest
from beside_torch import close, rng
from torch.nn import functional as F

from derived import nn, ops
from derived.check import gradcheck
from derived.tensor import Tensor, no_grad, rule_of
from derived.topics.gpt import GPT, Cache, CausalBlock


def model(seed=0, **options):
    return GPT(7, 8, 2, 2, rng=rng(seed), dtype=np.float64, **options).eval()


@pytest.mark.parametrize("positions", [True, False])
def test_cached_logits_are_those_of_the_whole_sequence(positions):
    gpt, tokens = model(positions=positions), rng().integers(0, 7, (3, 9))
    whole, caches, pieces = gpt(tokens).data, [Cache(), Cache()], []
    with no_grad():
        for piece in (tokens[:, :4], tokens[:, 4:5], tokens[:, 5:]):
            pieces.append(gpt(piece, caches).data)
    close(np.concatenate(pieces, axis=1), whole, 1e-12)
    assert [len(c) for c in caches] == [9, 9]


def test_a_block_without_positions_is_the_encoder_layer_with_a_causal_mask():
    block = CausalBlock(8, 2, positions=False, rng=rng(), dtype=np.float64).eval()
    layer = nn.TransformerEncoderLayer(8, 2, 32, 0.0, norm_first=True, rng=rng(), dtype=np.float64).eval()
    layer.load_state_dict(block.state_dict())
    x = rng().standard_normal((2, 5, 8))
    close(block(x).data, layer(x, is_causal=True).data, 1e-12)
    turned = CausalBlock(8, 2, rng=rng(), dtype=np.float64).eval()
    turned.load_state_dict(block.state_dict())
    assert not np.allclose(turned(x).data, block(x).data)


def test_later_tokens_change_nothing():
    gpt, tokens = model(), rng().integers(0, 7, (2, 6))
    changed = tokens.copy()
    changed[:, 4:] = (changed[:, 4:] + 1) % 7
    close(gpt(changed).data[:, :4], gpt(tokens).data[:, :4], 0)
    assert not np.allclose(gpt(changed).data[:, 4], gpt(tokens).data[:, 4])


def test_loss_counts_targets_that_are_not_negative():
    import torch

    gpt, tokens = model(), rng().integers(0, 7, (2, 6))
    targets = tokens[:, 1:].copy()
    logits = torch.tensor(gpt(tokens[:, :-1]).data).flatten(0, 1)
    close(gpt.loss(tokens[:, :-1], targets).data, F.cross_entropy(logits, torch.tensor(targets).flatten()))
    targets[:, ::2] = -1
    expected = F.cross_entropy(logits, torch.tensor(targets).flatten(), ignore_index=-1)
    close(gpt.loss(tokens[:, :-1], targets).data, expected)


def test_gradient_of_the_loss():
    gpt, tokens = model(), rng().integers(0, 7, (2, 4))
    weight = gpt.embedding.weight

    def loss(w):
        gpt.embedding.weight = w if isinstance(w, Tensor) else Tensor(w)
        return gpt.loss(tokens[:, :-1], tokens[:, 1:])

    assert gradcheck(rule_of(loss), weight.data.copy(), rng=rng()) < 1e-6


def test_generation():
    gpt, prompt = model(), rng().integers(0, 7, (2, 3))
    runs = [gpt.generate(prompt, 6, rng=rng(5), cached=c, progress=False) for c in (True, False)]
    assert np.array_equal(*runs)
    assert runs[0].shape == (2, 9)
    assert np.array_equal(runs[0][:, :3], prompt)
    greedy = gpt.generate(prompt, 1, temperature=0, rng=rng(), progress=False)[:, -1]
    assert np.array_equal(greedy, gpt(prompt).data[:, -1].argmax(axis=1))


def test_draws_follow_the_softmax():
    gpt, prompt = model(), np.zeros((20000, 1), int)
    drawn = gpt.generate(prompt, 1, temperature=0.5, rng=rng(), progress=False)[:, -1]
    p = ops.softmax(gpt(prompt[:1]).data[0, -1] / 0.5).data
    assert np.abs(np.bincount(drawn, minlength=7) / 20000 - p).max() < 4 * 0.5 / np.sqrt(20000)


def test_an_empty_prompt_is_refused():
    with pytest.raises(ValueError, match="prompt has shape"):
        model().generate(np.zeros((1, 0), int), 3, rng=rng(), progress=False)
