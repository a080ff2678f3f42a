"""Graph convolutions beside the same formula in PyTorch, and the blocks that compute a few nodes."""

import numpy as np
import pytest
import torch
from beside_torch import close, normal, rng
from scipy import sparse

from derived.nn.graph import GCN, GraphConvolution
from derived.topics import graph_matrices as gm


def graph(n, seed=0):
    return sparse.csr_array(gm.renormalized(gm.random_graph(n, 0.4, rng(seed))))


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("n", "a", "b"), [(1, 1, 1), (5, 2, 4), (6, 4, 2)])
def test_layer_beside_torch(n, a, b, bias):
    Q, X = graph(n), normal(n, a)
    layer = GraphConvolution(a, b, bias, rng=rng(), dtype=np.float64)
    if bias:
        layer.bias.data[:] = normal(b, seed=3)
    x, W, Qt = torch.tensor(X), torch.tensor(layer.weight.data, requires_grad=True), torch.tensor(Q.toarray())
    c = torch.tensor(layer.bias.data if bias else np.zeros(b), requires_grad=True)
    theirs = Qt @ x @ W.T + c
    ours, g = layer(X, Q), normal(n, b, seed=4)
    close(ours.data, theirs)
    ours.backward(g), theirs.backward(torch.tensor(g))
    close(layer.weight.grad, W.grad)
    if bias:
        close(layer.bias.grad, c.grad)


@pytest.mark.parametrize("sizes", [(5, 3), (3, 5)])
def test_sparse_features_give_the_same_outputs_and_gradients(sizes):
    Q, X, g = graph(6), normal(6, sizes[0]) * (normal(6, sizes[0], seed=2) > 0), normal(6, sizes[1], seed=4)
    layer = GraphConvolution(*sizes, rng=rng(), dtype=np.float64)
    dense = layer(X, Q)
    dense.backward(g)
    expected = [p.grad for p in layer.parameters()]
    layer.zero_grad()
    few = layer(sparse.csr_array(X), Q)
    few.backward(g)
    close(few.data, dense.data)
    for p, e in zip(layer.parameters(), expected, strict=True):
        close(p.grad, e)


def test_network_beside_torch():
    Q, X = graph(7), normal(7, 3)
    net = GCN([3, 5, 4, 2], rng=rng(), dtype=np.float64)
    x, Qt = torch.tensor(X), torch.tensor(Q.toarray())
    for k, layer in enumerate(net.layers):
        x = Qt @ x @ torch.tensor(layer.weight.data).T
        x = torch.relu(x) if k < 2 else x
    close(net(X, Q).data, x)
    assert [name for name, _ in net.named_parameters()][:2] == ["layers.0.weight", "layers.0.bias"]


def test_float32_stays():
    Q = graph(5)
    net = GCN([3, 4, 2], rng=rng())
    out = net(normal(5, 3).astype(np.float32), Q)
    out.sum().backward()
    assert {out.dtype, *(p.grad.dtype for p in net.parameters())} == {np.dtype(np.float32)}


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_blocks_give_the_same_outputs_and_gradients(layers):
    Q, X = graph(12, seed=5), normal(12, 3)
    net = GCN([3] + [4] * layers, rng=rng(), dtype=np.float64)
    nodes = [7, 2]
    whole = net(X, Q)[nodes]
    whole.backward(np.ones((2, 4)))
    expected = [p.grad for p in net.parameters()]
    net.zero_grad()
    inputs, matrices = gm.blocks(Q, nodes, layers)
    few = net(X[inputs], matrices)
    few.backward(np.ones((2, 4)))
    close(few.data, whole.data)
    for p, e in zip(net.parameters(), expected, strict=True):
        close(p.grad, e)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="in_features is 0"):
        GraphConvolution(0, 2, rng=rng())
    with pytest.raises(ValueError, match="expected at least inputs and outputs"):
        GCN([3], rng=rng())
    with pytest.raises(ValueError, match="adj has 1 matrices, expected 2"):
        GCN([3, 2, 2], rng=rng())(normal(4, 3), [graph(4)])
    assert "in_features=3, out_features=2, bias=False" in repr(GraphConvolution(3, 2, False, rng=rng()))
