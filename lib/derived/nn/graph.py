"""Layers on the nodes of a graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy import sparse

from derived import initialization, ops
from derived.arguments import require
from derived.nn.module import Module, Parameter
from derived.tensor import Tensor


class GraphConvolution(Module):
    r"""Mix each node with its neighbours, then map every node alike, :math:`Z = QXW^\top + \mathbf 1b^\top`.

    Names and arguments are those of Kipf's PyTorch code (``pygcn``), but the weight is (out, in) as in
    :class:`Linear`. The bias is added after the mixing. Since :math:`Q(XW^\top)=(QX)W^\top`, the mixing is done where
    there are fewer columns; sparse features, such as counts of words, are mapped first and cost what is stored.

    Parameters
    ----------
    in_features, out_features : columns of X and of Z.
    bias : whether there is a :math:`b`.
    rng : source of the initial weights.
    init : initialiser of the weight or its name; the bias starts at 0.
    dtype : of the parameters.

    Attributes
    ----------
    weight : (out_features, in_features) parameter.
    bias : (out_features,) parameter, or None.
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True, *, rng: np.random.Generator,
                 init: str | Callable = "xavier_uniform", dtype: type = np.float32) -> None:  # fmt: skip
        require(in_features > 0 and out_features > 0,
                "GraphConvolution: in_features is {}, out_features {}, expected positive",
                in_features, out_features)  # fmt: skip
        draw = initialization.by_name(init) if isinstance(init, str) else init
        self.in_features, self.out_features = in_features, out_features
        self.weight = Parameter(draw((out_features, in_features), rng, dtype))
        self.bias = Parameter(np.zeros(out_features, dtype)) if bias else None

    def forward(self, input: Tensor | np.ndarray | sparse.sparray, adj: sparse.sparray) -> Tensor:
        """(n, in_features), dense or sparse, and a sparse (m, n) matrix Q to (m, out_features)."""
        if sparse.issparse(input):
            return ops.spmm(adj, ops.spmm(input, self.weight.T), self.bias)
        if self.in_features < self.out_features:
            return ops.linear(ops.spmm(adj, input), self.weight, self.bias)
        return ops.spmm(adj, ops.linear(input, self.weight), self.bias)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class GCN(Module):
    r"""Graph convolutional network, :math:`X^{l+1}=\mathrm{relu}(QX^lW^{l\top}+\mathbf 1b^{l\top})`; the last layer
    is affine (logits).

    Parameters
    ----------
    sizes : numbers of features :math:`n_0, \dots, n_L`, inputs first.
    rng : source of the initial weights.
    init, dtype : of every :class:`GraphConvolution`.
    """

    def __init__(self, sizes: Sequence[int], *, rng: np.random.Generator, init: str | Callable = "xavier_uniform",
                 dtype: type = np.float32) -> None:  # fmt: skip
        require(len(sizes) >= 2, f"GCN: sizes is {list(sizes)}, expected at least inputs and outputs")
        self.layers = [GraphConvolution(a, b, rng=rng, init=init, dtype=dtype)
                       for a, b in zip(sizes[:-1], sizes[1:], strict=True)]  # fmt: skip

    def forward(self, input: Tensor | np.ndarray | sparse.sparray,
                adj: sparse.sparray | Sequence[sparse.sparray]) -> Tensor:  # fmt: skip
        """Features (n, n_0), dense or sparse, to logits (m, n_L).

        ``adj`` is one square matrix for all layers (then m = n), or a matrix for each, as
        :func:`derived.topics.graph_matrices.blocks` makes them.
        """
        each = [adj] * len(self.layers) if sparse.issparse(adj) else list(adj)
        require(len(each) == len(self.layers), "GCN: adj has {} matrices, expected {}", len(each), len(self.layers))
        x = input
        for layer, Q in zip(self.layers[:-1], each, strict=False):
            x = ops.relu(layer(x, Q))
        return self.layers[-1](x, each[-1])
