"""A graph convolutional network on the 8-nearest-neighbour graph of the digits, beside both forms PyTorch offers."""

import numpy as np
import torch
from scipy import sparse
from torch.nn import functional as F

from benchmarks.timing import Pair
from derived import nn, ops
from derived.data import load_digits
from derived.topics.graph_matrices import knn_graph, renormalized


def build() -> list[Pair]:
    """Forward, cross-entropy of 50 labelled nodes, backward; the goal holds beside a dense and a sparse Q alike."""
    digits = load_digits()
    Q = renormalized(knn_graph(digits.X, 8)).astype(np.float32)
    dense = torch.tensor(Q.toarray())
    forms = {"dense": dense, "sparse (CSR)": _csr(Q), "sparse (COO)": dense.to_sparse_coo().coalesce()}
    return [_pair(digits.X, digits.y, Q, name, form) for name, form in forms.items()]


def _csr(Q: sparse.csr_array) -> torch.Tensor:
    parts = (torch.tensor(part) for part in (Q.indptr, Q.indices, Q.data))
    return torch.sparse_csr_tensor(*parts, size=Q.shape)


def _pair(X: np.ndarray, y: np.ndarray, Q: sparse.csr_array, name: str, form: torch.Tensor) -> Pair:
    labelled = np.arange(50)
    model = nn.GCN([64, 32, 10], rng=np.random.default_rng(0))
    theirs = {n: torch.tensor(p.data.copy(), requires_grad=True) for n, p in model.named_parameters()}
    W0, b0, W1, b1 = theirs.values()
    x, labels, rows = torch.tensor(X), torch.tensor(y[labelled]), torch.tensor(labelled)
    times = torch.mm if form.layout == torch.strided else torch.sparse.mm

    def step():
        model.zero_grad()
        ops.cross_entropy(model(X, Q)[labelled], y[labelled]).backward()

    def their_step():
        for p in theirs.values():
            p.grad = None
        hidden = torch.relu(times(form, x @ W0.T) + b0)
        F.cross_entropy((times(form, hidden @ W1.T) + b1)[rows], labels).backward()

    def values():
        step(), their_step()
        return {n: (p.grad, theirs[n].grad.numpy()) for n, p in model.named_parameters()}

    return Pair(f"GCN 64-32-10, {len(X)} nodes, {Q.nnz} entries; PyTorch {name}", step, their_step, 3.0, values)
