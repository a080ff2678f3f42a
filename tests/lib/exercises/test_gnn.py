"""The references of the checkers against PyTorch and loops."""

import numpy as np
import torch

from derived.exercises import gnn as ex


def test_renormalized_by_loops():
    def loops(A):
        d = [1 + sum(row) for row in A]
        return [[(A[i, j] + (i == j)) / (d[i] * d[j]) ** 0.5 for j in range(len(A))] for i in range(len(A))]

    assert ex.renormalized(loops)


def test_mixed_by_the_matrix():
    def matrix(edges, X):
        A = np.eye(len(X))
        for i, j in edges:
            A[i, j] = A[j, i] = 1
        root = np.diag(A.sum(axis=1) ** -0.5)
        return root @ A @ root @ X

    assert ex.mixed(matrix)


def test_pull_is_torchs():
    def theirs(g, Q, X, W):
        x, w = (torch.tensor(a, requires_grad=True) for a in (X, W))
        b = torch.zeros(len(W), dtype=torch.float64, requires_grad=True)
        (torch.tensor(Q) @ x @ w.T + b).backward(torch.tensor(g))
        return x.grad.numpy(), w.grad.numpy(), b.grad.numpy()

    assert ex.pull(theirs)
