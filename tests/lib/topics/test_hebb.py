"""Hebb's rule against PyTorch's gradient of the agreement, and the crosstalk against a plain sum."""

import re

import numpy as np
import pytest
import torch

from derived.topics.hebb import crosstalk, hebbian_update

SHAPES = [(1, 1, 1), (1, 3, 2), (4, 1, 5), (6, 7, 3)]


@pytest.mark.parametrize(("s", "m", "n"), SHAPES)
def test_update_is_the_gradient_of_the_agreement(s, m, n):
    rng = np.random.default_rng(s + m + n)
    theta, Y, X = rng.normal(size=(m, n)), rng.normal(size=(s, m)), rng.normal(size=(s, n))
    W = torch.tensor(theta, requires_grad=True)
    ((torch.tensor(X) @ W.T) * torch.tensor(Y)).sum().backward()
    assert np.allclose(hebbian_update(theta, Y, X, lr=0.3), theta + 0.3 * W.grad.numpy(), atol=1e-12)
    assert np.allclose(hebbian_update(theta, Y[0], X[0]), theta + np.outer(Y[0], X[0]))


def test_update_leaves_its_argument():
    theta = np.zeros((2, 2))
    hebbian_update(theta, [1, 1], [1, 1])
    assert not theta.any()


@pytest.mark.parametrize(("s", "m", "n"), SHAPES)
def test_recall_is_signal_plus_crosstalk(s, m, n):
    rng = np.random.default_rng(s * m * n)
    Y, X = rng.normal(size=(s, m)), rng.normal(size=(s, n))
    theta = hebbian_update(np.zeros((m, n)), Y, X)
    for u in range(s):
        noise = sum(((X[t] @ X[u]) * Y[t] for t in range(s) if t != u), np.zeros(m))
        assert np.allclose(crosstalk(Y, X, u), noise)
        assert np.allclose(theta @ X[u], X[u] @ X[u] * Y[u] + noise)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: hebbian_update(np.zeros((2, 3)), [1, 1, 1], [1, 1]), "theta has shape (2, 3), y (1, 3), x (1, 2)"),
        (lambda: crosstalk(np.ones((2, 3)), np.ones((3, 3)), 0), "crosstalk: Y has shape (2, 3), X (3, 3), u is 0"),
        (lambda: crosstalk(np.ones((2, 3)), np.ones((2, 3)), 2), "u is 2, expected (s, m), (s, n) and 0 <= u < s"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
