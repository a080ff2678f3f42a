"""Message passing beside matrix products and PyTorch's softmax; colour refinement on known pairs of graphs."""

import numpy as np
import pytest
import torch
from beside_torch import close, normal, rng

from derived.topics import graph_matrices as gm
from derived.topics import message_passing as mp


@pytest.mark.parametrize("n", [1, 2, 7])
def test_sums_and_means_are_matrix_products(n):
    A, X = gm.random_graph(n, 0.4, rng(n)), normal(n, 3)
    W = normal(2, 3, seed=1)
    total = mp.propagate(A, X, lambda xi, xj, a: a * W @ xj, lambda M: M.sum(axis=0), lambda x, m: m)
    close(total, A @ X @ W.T)
    U, V = normal(2, 3, seed=2), normal(2, 3, seed=3)
    mean = mp.propagate(A, X, lambda xi, xj, a: xj, lambda M: M.mean(axis=0) if len(M) else np.zeros(3),
                        lambda x, m: U @ x + V @ m)  # fmt: skip
    close(mp.graph_sage(A, X, U, V), mean)


@pytest.mark.parametrize("n", [1, 2, 6])
def test_attention_beside_torch(n):
    A, X, W, a = gm.random_graph(n, 0.5, rng(n)), normal(n, 3), normal(4, 3, seed=1), normal(8, seed=2)
    H = torch.tensor(X) @ torch.tensor(W).T
    pairs = torch.cat([H[:, None].expand(n, n, 4), H[None].expand(n, n, 4)], dim=-1)
    scores = torch.nn.functional.leaky_relu(pairs @ torch.tensor(a), 0.2)
    alpha = scores.masked_fill(torch.tensor(A + np.eye(n)) == 0, -torch.inf).softmax(dim=1)
    ours = mp.graph_attention(A, X, W, a)
    close(ours[0], alpha)
    close(ours[1], alpha @ H)


def test_attention_does_not_overflow_and_names_a_wrong_size():
    alpha, _ = mp.graph_attention(gm.path(3), 1e4 * normal(3, 2), np.eye(2), np.ones(4))
    close(alpha.sum(axis=1), np.ones(3))
    with pytest.raises(ValueError, match="a has 3 entries, expected 4"):
        mp.graph_attention(gm.path(3), normal(3, 2), np.eye(2), np.ones(3))


def test_colour_refinement():
    two_triangles = np.kron(np.eye(2), gm.complete(3))
    both = np.block([[gm.cycle(6), np.zeros((6, 6))], [np.zeros((6, 6)), two_triangles]])
    assert len(set(mp.colours(both, 6))) == 1
    assert mp.colours(gm.path(5), 4).tolist()[0] == mp.colours(gm.path(5), 4).tolist()[4]
    assert len(set(mp.colours(gm.path(5), 1))) == 2 and len(set(mp.colours(gm.path(5), 2))) == 3
    assert mp.colours(gm.path(3), 0).tolist() == [0, 0, 0]
