"""Attention without a network: a query among labelled examples, weighted by a Gaussian of the distance."""

from __future__ import annotations

import numpy as np

from derived import ops
from derived.arguments import require
from derived.nn import Linear
from derived.optim import Adam
from derived.tensor import Tensor


def gaussian_attention(queries: Tensor | np.ndarray, keys: Tensor | np.ndarray, values: Tensor | np.ndarray,
                       scale: float, own: np.ndarray | None = None) -> Tensor:  # fmt: skip
    r"""Averages :math:`\sum_ia_iv_i` with weights :math:`a_i\propto e^{-\frac s2\lVert q-k_i\rVert^2}`.

    :math:`\lVert q\rVert^2` is the same for all keys, so they are those of dot-product attention with
    :math:`-\frac s2\lVert k_i\rVert^2` added to the scores.

    Parameters
    ----------
    queries, keys, values : (L, d), (S, d), (S, dv) arrays.
    scale : s > 0, one over the variance of the Gaussian.
    own : (L,) integers: which key is the query itself and shall not be asked; or None.

    Returns
    -------
    (L, dv) tensor.

    Notes
    -----
    E. Nadaraya, Theory of Probability and its Applications 9 (1964), and G. Watson, Sankhyā A 26 (1964).
    """
    require(scale > 0, "gaussian_attention: scale is {}, expected a positive number", scale)
    bias = (keys * keys).sum(1) * (-scale / 2)
    if own is not None:
        apart = np.zeros((len(queries), len(keys)), keys.dtype)
        apart[np.arange(len(apart)), own] = -np.inf
        bias = bias + apart
    return ops.scaled_dot_product_attention(queries, keys, values, attn_mask=bias, scale=scale)


def learn_projection(X: np.ndarray, y: np.ndarray, dim: int, rng: np.random.Generator, *, steps: int = 100,
                     lr: float = 0.04) -> Linear:  # fmt: skip
    r"""A linear map W such that examples attend to others of their own class.

    Minimises the mean of :math:`-\log\sum_{i:y_i=y}a_i` over the training examples, each a query among all the others,
    with the weights of :func:`gaussian_attention` for :math:`Wx`, s = 1.

    Notes
    -----
    J. Goldberger et al., NeurIPS 2004 (neighbourhood components analysis), who maximise the mean of the sums instead.
    """
    projection, classes = Linear(X.shape[1], dim, bias=False, rng=rng, dtype=X.dtype), np.eye(y.max() + 1)
    projection.weight.data *= 8  # so that the weights are neither equal nor all on one key at the start
    values, optimizer = classes[y].astype(X.dtype), Adam(projection.parameters(), lr=lr)
    for _ in range(steps):
        batch = rng.choice(len(X), min(128, len(X)), replace=False)
        optimizer.zero_grad()
        keys = projection(X)
        found = gaussian_attention(keys[batch], keys, values, 1, own=batch)
        ops.nll_loss((found + 1e-6).log(), y[batch]).backward()
        optimizer.step()
    return projection
