"""Deep perceptrons beside PyTorch; networks side by side do not disturb each other; starts; what depth does."""

import numpy as np
import pytest
import torch

from derived import ops
from derived.check import gradcheck
from derived.topics import deep_stacks as stacks


def rng():
    return np.random.default_rng(0)


def test_layer_gradients():
    x, W, b = rng().standard_normal((2, 3, 4)), rng().standard_normal((2, 4, 5)), rng().standard_normal((2, 1, 5))
    for bent in (True, False):
        assert gradcheck(stacks._layer, x, W, b, rng=rng(), bent=bent) < 1e-6


@pytest.mark.parametrize("kind", stacks.KINDS)
def test_stream_beside_torch(kind):
    net = stacks.build(kind, 6, [3, 4], inputs=5, width=4, classes=3, dtype=np.float64)
    for b in net.biases:
        b.data = rng().standard_normal(b.shape)
    x, y = rng().standard_normal((7, 5)), np.arange(7) % 3
    scores = net.stream(x)[-1]
    ops.cross_entropy(ops.reshape(scores, (14, 3)), np.tile(y, 2)).backward()
    for s in range(2):
        W = [torch.tensor(w.data[s], requires_grad=True) for w in net.weights]
        b = [torch.tensor(v.data[s], requires_grad=True) for v in net.biases]
        h = torch.relu(torch.tensor(x) @ W[0] + b[0])
        for l in range(1, 5, 2):
            inner = torch.relu(h @ W[l] + b[l]) @ W[l + 1] + b[l + 1]
            h = h + inner if kind in ("residual", "unscaled") else torch.relu(inner)
        out = h @ W[5] + b[5]
        assert np.allclose(scores.data[s], out.detach())
        (torch.nn.functional.cross_entropy(out, torch.tensor(y)) / 2).backward()
        for ours, theirs in zip(net.parameters(), [*W, *b], strict=True):
            assert np.allclose(ours.grad[s], theirs.grad)
        loss = torch.nn.functional.cross_entropy(out, torch.tensor(y)).item()
        assert np.isclose(stacks.training_loss(net, x, y)[s], loss)


def test_starts():
    x = rng().random((6, 64))
    for kind in ("residual", "identity"):
        net = stacks.build(kind, 12, [0], dtype=np.float64)
        first, *_, last, _ = net.stream(x)
        assert np.array_equal(first.data, last.data) == (kind == "residual")
        assert np.corrcoef(first.data.ravel(), last.data.ravel())[0, 1] > 0.9
    for kind, gain in (("plain", 2), ("default", 1 / 3)):
        W = stacks.build(kind, 4, range(50)).weights[1].data
        assert abs(W.var() * 32 / gain - 1) < 0.03


def test_networks_side_by_side_are_independent():
    data = rng().random((70, 64)), np.arange(70) % 10
    together = stacks.train(data, "residual", 4, [5, 6], steps=8)[1]
    assert np.allclose(together, [stacks.train(data, "residual", 4, [s], steps=8)[1][0] for s in (5, 6)], rtol=1e-4)
    assert np.std(together) > 0
    rates = stacks.train(data, "residual", 4, [5, 5], lr=[1e-3, 1e-2], steps=8)[1]
    alone = [stacks.train(data, "residual", 4, [5], lr=lr, steps=8)[1][0] for lr in (1e-3, 1e-2)]
    assert np.allclose(rates, alone, rtol=1e-4) and abs(alone[0] - alone[1]) > 0.01


def test_refused():
    with pytest.raises(ValueError, match="depth is 5"):
        stacks.build("plain", 5, [0])
    with pytest.raises(ValueError, match="kind"):
        stacks.build("plaim", 4, [0])
