"""The reverser beside the same network in PyTorch, several networks at once."""

import numpy as np
import pytest
import torch
from beside_torch import agree, close, mutants_fail, normal, rng

from derived import ops
from derived.tensor import Tensor
from derived.topics import alignment


def torch_logits(model, s, x, y):
    """Network s of the model with torch.nn.RNN and matrix products."""
    P = {n: torch.tensor(p.data[s]) for n, p in model.named_parameters()}

    def run(symbols, table, W, start=None):
        layer = torch.nn.RNN(model.hidden, model.hidden, bias=False, batch_first=True).to(table.dtype)
        layer.load_state_dict({"weight_ih_l0": torch.eye(model.hidden), "weight_hh_l0": W.T})
        return layer(table[torch.tensor(symbols)], None if start is None else start[None])[0]

    encoded = run(x, P["encoder_in"], P["encoder"])
    before = np.concatenate([np.full((len(y), 1), model.symbols), y[:, :-1]], axis=1)
    queries = run(before, P["decoder_in"], P["decoder"], encoded[:, -1])
    weights = None
    if model.attention:
        weights = torch.softmax(queries @ P["score"] @ encoded.mT / np.sqrt(model.hidden), -1)
        queries = torch.tanh(torch.cat([weights @ encoded, queries], -1) @ P["mix"] + P["mix_bias"])
    return queries @ P["out"] + P["out_bias"], weights


@pytest.mark.parametrize("attention", [True, False])
def test_logits_and_weights(attention):
    model = alignment.Reverser([rng(0), rng(1)], 5, 6, attention=attention)
    x, y = alignment.reversal([rng(2), rng(3)], 4, 7, 5)
    logits = model(x, y).data
    for s in range(2):
        expected, weights = torch_logits(model, s, x[s], y[s])
        close(logits[s], expected, 1e-5)
        if attention:
            close(model.weights(x, y)[s], weights, 1e-5)
    if not attention:
        with pytest.raises(ValueError, match="no attention"):
            model.weights(x, y)


@pytest.mark.parametrize(("T", "S", "N", "H"), [(4, 2, 3, 2), (1, 1, 1, 1)])
def test_states(T, S, N, H):
    def theirs(x, W, h):
        out = []
        for row in x:
            h = torch.tanh(row + h @ W)
            out.append(h)
        return torch.stack(out)

    arrays = normal(T, S, N, H), normal(S, H, H, seed=1), normal(S, N, H, seed=2)
    agree(alignment.states, theirs, *arrays)
    agree(lambda x, W: alignment.states(x, W, None), lambda x, W: theirs(x, W, torch.zeros_like(x[0])), *arrays[:2])


def test_mutants():
    mutants_fail(alignment.states, normal(3, 1, 2, 2), normal(1, 2, 2, seed=1), normal(1, 2, 2, seed=2))


def test_generating_feeds_back_what_was_found():
    model = alignment.Reverser([rng(0)], 4, 8, attention=True)
    x, _ = alignment.reversal([rng(1)], 3, 5, 4)
    found = model.generate(x)
    assert np.array_equal(model(x, found).data.argmax(-1), found)


def test_networks_do_not_touch_each_other_and_learn():
    rngs = [rng(0), rng(1)]
    model = alignment.Reverser(rngs, 3, 16, attention=True)
    x, y = alignment.reversal(rngs, 4, 3, 3)
    assert np.array_equal(x[..., ::-1], y)
    logits = model(x, y)
    (ops.mul(logits[1], logits[1])).sum().backward()
    assert all(p.grad[1].any() and not p.grad[0].any() for p in model.parameters())
    losses = alignment.train(model, rngs, 3, 150)
    assert losses[-10:].mean() < 0.2 * losses[:10].mean()
    symbols, sequences = alignment.accuracy(model, rngs, 3)
    assert symbols.min() > 0.9 and sequences.shape == (2,)
    assert isinstance(model.encode(x), Tensor)
    with pytest.raises(ValueError, match="rngs is empty"):
        alignment.Reverser([], attention=True)
