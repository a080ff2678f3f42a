"""Few labelled nodes, many without a label: training, and the two ways to do without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import sparse

from derived import nn, ops
from derived.arguments import require
from derived.data import one_hot
from derived.optim import Adam
from derived.tensor import Tensor, no_grad
from derived.topics.graph_matrices import Matrix, blocks
from derived.topics.restarts import StackedMLP, summed_cross_entropy
from derived.topics.transfer import draw_labelled
from derived.training import fit

__all__ = ["draw_labelled", "gcn_predictions", "label_spreading", "mlp_predictions", "train"]


def train(model: nn.Module, inputs: np.ndarray, labels: np.ndarray, *, lr: float = 0.01, steps: int = 100,
          weight_decay: float = 5e-4, loss: Callable = ops.cross_entropy) -> nn.Module:  # fmt: skip
    """Full-batch Adam on the loss, cross-entropy, of ``model(inputs)``, whose rows belong to the `labels`."""
    optimizer = Adam(model.parameters(), lr=lr, weight_decay=weight_decay)
    fit(model, loss, optimizer, [(inputs, labels)], steps, progress=False)
    return model


class _Mixed(nn.Module):
    """A GCN whose features are mixed already: its first layer is an affine map."""

    def __init__(self, gcn: nn.GCN, matrices: Sequence[sparse.sparray]) -> None:
        self.gcn, self.matrices = gcn, matrices

    def forward(self, mixed: np.ndarray) -> Tensor:
        first, *others = self.gcn.layers
        x = ops.linear(mixed, first.weight, first.bias)
        for layer, Q in zip(others, self.matrices, strict=True):
            x = layer(ops.relu(x), Q)
        return x


def gcn_predictions(X: np.ndarray, Q: sparse.sparray, y: np.ndarray, labelled: np.ndarray, seed: int, *,
                    hidden: Sequence[int] = (32,), **options: Any) -> np.ndarray:  # fmt: skip
    """Classes that a GCN trained on the labelled nodes gives to all nodes.

    Only rows and columns of Q that reach a labelled node enter the training (see
    :func:`derived.topics.graph_matrices.blocks`), and the features are mixed once, before it: neither changes a
    gradient. Labels of other nodes are not looked at.

    Parameters
    ----------
    X : (n, d) features of all nodes.
    Q : (n, n) mixing matrix, of the dtype of X.
    y : (n,) class indices.
    labelled : numbers of the nodes whose labels are known.
    seed : of the initial weights.
    hidden : numbers of hidden units.
    options : for :func:`train`.
    """
    sizes = [X.shape[1], *hidden, int(y[labelled].max()) + 1]
    model = nn.GCN(sizes, rng=np.random.default_rng(seed), dtype=X.dtype)
    near, (first, *rest) = blocks(Q, labelled, len(sizes) - 1)
    train(_Mixed(model, rest), first @ X[near], y[labelled], **options)
    return model(X, Q).data.argmax(axis=1)


def mlp_predictions(X: np.ndarray, y: np.ndarray, labelled: np.ndarray, seed: int | Sequence[int], *,
                    hidden: Sequence[int] = (32,), **options: Any) -> np.ndarray:  # fmt: skip
    """The same with an MLP, which sees no graph; arguments as for :func:`gcn_predictions`.

    With R sets of nodes, ``labelled`` (R, k), and R seeds it trains R networks side by side, and returns (R, n).
    """
    sets, seeds = np.atleast_2d(labelled), np.atleast_1d(seed)
    sizes = [X.shape[1], *hidden, int(y[sets].max()) + 1]
    stack = StackedMLP.of([nn.MLP(sizes, rng=np.random.default_rng(s), init="xavier_uniform", dtype=X.dtype)
                           for s in seeds])  # fmt: skip
    train(stack, X[sets], y[sets], loss=summed_cross_entropy, **options)
    with no_grad():
        classes = stack(X).data.argmax(axis=2)
    return classes.reshape(*np.shape(seed), -1)


def label_spreading(S: Matrix, y: np.ndarray, labelled: np.ndarray, *, alpha: float = 0.9,
                    steps: int = 200) -> np.ndarray:  # fmt: skip
    r"""Scores after `steps` rounds of :math:`F\leftarrow\alpha SF+(1-\alpha)Y` from F = 0 (Zhou and others, 2004).

    Parameters
    ----------
    S : (n, n) normalised adjacency matrix; its dtype is that of the scores.
    y : (n,) class indices; only those of `labelled` nodes are looked at.
    labelled : (k,) numbers of the nodes whose labels are known; or (R, k), R such sets spread side by side.
    alpha : how much comes from the neighbours, in [0, 1).

    Returns
    -------
    (n, classes) array, or (n, R, classes): the largest score along the last axis names the class.
    """
    require(0 <= alpha < 1, "label_spreading: alpha is {}, expected in [0, 1)", alpha)
    sets = np.atleast_2d(labelled)
    Y = np.zeros((S.shape[0], len(sets), int(y[labelled].max()) + 1), S.dtype)
    for r, known in enumerate(sets):
        Y[known, r] = one_hot(y[known], Y.shape[2])
    mixer, known, shape = alpha * S, (1 - alpha) * Y.reshape(len(Y), -1), (len(Y), *np.shape(labelled)[:-1], -1)
    F = np.zeros_like(known)
    for _ in range(steps):
        F = mixer @ F
        F += known
    return F.reshape(shape)
