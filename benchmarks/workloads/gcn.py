"""Graph convolutional networks, forward, cross-entropy of some labelled nodes, backward; beside PyTorch's best form.

Three graphs: the neighbours of 1,000 digits (some 9,000 entries), those of all 1,797 (some 22,000), and a random graph
of the size of Cora (2,708 nodes, 10,556 directed edges, 1,433 features, of which 18 are not zero in a row, 7 classes).
Features are dense on both sides; those of the last graph also sparse on both.
"""

import warnings
from collections.abc import Callable

import numpy as np
import torch
from scipy import sparse
from torch.nn import functional as F

from benchmarks import products
from benchmarks.timing import Pair
from derived import nn, ops
from derived.data import load_digits
from derived.topics.graph_matrices import knn_graph, renormalized


def build() -> list[Pair]:
    """The three graphs."""
    digits, rng = load_digits(), np.random.default_rng(0)
    some = rng.permutation(len(digits.X))[:1000]
    X, *rest = _like_cora(rng)
    return [
        _pair("1,000 digits", digits.X[some], digits.y[some], knn_graph(digits.X[some], 6), 32),
        _pair("1,797 digits", digits.X, digits.y, knn_graph(digits.X, 8), 32),
        _pair("a random graph of Cora's size", X, *rest, 16),
        _pair("the same with sparse features", sparse.csr_array(X), *rest, 16),
    ]


def _like_cora(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, sparse.csr_array]:
    """Features, rows of which sum to one as they are usually scaled; classes; adjacency."""
    n, d, edges = 2708, 1433, 5278
    X = np.zeros((n, d), np.float32)
    for row in X:
        row[rng.choice(d, 18, replace=False)] = 1 / 18
    pairs = np.sort(rng.integers(n, size=(2 * edges, 2)), axis=1)
    i, j = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)[rng.permutation(2 * edges - 100)[:edges]].T
    A = sparse.coo_array((np.ones(edges), (i, j)), (n, n))
    return X, rng.integers(7, size=n), (A + A.T).tocsr()


def _forms(Q: sparse.csr_array) -> dict[str, Callable]:
    """x -> Qx in the ways that PyTorch offers."""
    dense, coo = torch.tensor(Q.toarray()), Q.tocoo()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that this form is in beta
        csr = torch.sparse_csr_tensor(*(torch.tensor(a) for a in (Q.indptr, Q.indices, Q.data)), size=Q.shape,
                                      check_invariants=True)  # fmt: skip
    indices = torch.tensor(np.stack([coo.row, coo.col]), dtype=torch.int64)
    by_coordinates = torch.sparse_coo_tensor(indices, torch.tensor(coo.data), Q.shape, check_invariants=True).coalesce()
    rows, columns, values = *indices, torch.tensor(coo.data)[:, None]
    return {
        "dense": lambda x: dense @ x,
        "sparse CSR": lambda x: torch.sparse.mm(csr, x),
        "sparse COO": lambda x: torch.sparse.mm(by_coordinates, x),
        "index_add": lambda x: torch.zeros(Q.shape[0], x.shape[1]).index_add(0, rows, values * x[columns]),
    }


def _pair(name: str, X: np.ndarray | sparse.csr_array, y: np.ndarray, A: sparse.csr_array, hidden: int) -> Pair:
    Q = renormalized(A).astype(np.float32)
    X, labelled = X.astype(np.float32), np.arange(140)
    model = nn.GCN([X.shape[1], hidden, int(y.max()) + 1], rng=np.random.default_rng(0))
    theirs = {n: torch.tensor(p.data.copy(), requires_grad=True) for n, p in model.named_parameters()}
    W0, b0, W1, b1 = theirs.values()
    labels, rows = torch.tensor(y[labelled]), torch.tensor(labelled)

    def step():
        model.zero_grad()
        ops.cross_entropy(model(X, Q)[labelled], y[labelled]).backward()

    def in_form(features, times):
        def their_step():
            for p in theirs.values():
                p.grad = None
            hidden = torch.relu(times(features(W0.T)) + b0)
            F.cross_entropy((times(hidden @ W1.T) + b1)[rows], labels).backward()

        return their_step

    x = None if sparse.issparse(X) else torch.tensor(X)
    maps = _forms(X) if x is None else {}
    forms = {form: in_form(maps.get(form) or x.matmul, times) for form, times in _forms(Q).items()}

    def values():
        step()
        pairs = {}
        for form, their_step in forms.items():
            their_step()
            pairs |= {f"{n}, {form}": (p.grad, theirs[n].grad.numpy()) for n, p in model.named_parameters()}
        return pairs

    first = products.graph(X, hidden) if x is None else products.linear(*X.shape, hidden, first=True)
    bare = [*first, *products.graph(Q, hidden, len(b1)), *products.linear(Q.shape[0], hidden, len(b1))]
    return Pair(f"GCN, {name}", step, forms, 4.0, values, products=bare)
