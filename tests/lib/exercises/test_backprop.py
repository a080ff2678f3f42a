"""The checkers' references against torch, and independent right answers."""

import numpy as np
import torch

from derived.exercises import backprop as ex
from derived.exercises.backprop import _by_hand


def test_two_layer_reference_is_torchs():
    for X, y, *P, l2 in ex.two_layer.cases():
        W1, b1, W2, b2 = (torch.tensor(p, requires_grad=True) for p in P)
        logits = torch.tanh(torch.tensor(X) @ W1.T + b1) @ W2.T + b2
        loss = torch.nn.functional.cross_entropy(logits, torch.tensor(y)) + 0.5 * l2 * ((W1**2).sum() + (W2**2).sum())
        loss.backward()
        for ours, theirs in zip(ex.two_layer.reference(X, y, *P, l2), (W1, b1, W2, b2), strict=True):
            np.testing.assert_allclose(ours, theirs.grad.numpy(), atol=1e-13)


def test_the_base_of_the_slips_is_right():
    """So each slip is wrong for the one line that it replaces."""
    assert ex.two_layer(_by_hand)


def test_node_gradients_by_paths():
    def paths(parents, slopes, i, k):
        if i == k:
            return 1.0
        return sum(s * paths(parents, slopes, i, p) for p, s in zip(parents[k], slopes[k], strict=True) if p >= i)

    assert ex.node_gradients(
        lambda parents, slopes: np.array([paths(parents, slopes, i, len(parents) - 1) for i in range(len(parents))])
    )


def test_scale_and_counts():
    assert ex.pull_scale(lambda g, X, gamma: (g * gamma, np.einsum("ni,ni->i", g, X)))
    assert ex.product_counts(lambda n: (sum(a * b for a, b in zip(n, n[1:], strict=False)),
                                        n[0] * sum(a * b for a, b in zip(n[1:], n[2:], strict=False)) + n[0] * n[-1]))
    assert not ex.product_counts(lambda n: (0, 0))
