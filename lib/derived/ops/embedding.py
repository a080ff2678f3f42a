"""Rows of a table by their numbers: how tokens become vectors."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from derived.arguments import require
from derived.tensor import primitive


@primitive
def embedding(input, weight, padding_idx=None):
    r"""Row :math:`i` of the table for each index :math:`i`, the same as a one-hot row times the table.

    .. math:: E = SW, \qquad \bar W = S^\top\bar E, \qquad S_{ti} = [\,i = \text{index of token } t\,]

    :math:`S` is never a dense array: the value is taken by indexing, the gradient by a sparse product, in which a row
    that was taken several times collects all its gradients.

    Parameters
    ----------
    input : (...) array of integers from 0 to num_embeddings - 1.
    weight : (num_embeddings, embedding_dim) array :math:`W`.
    padding_idx : a row that gets no gradient, for tokens that only fill up a batch; or None.

    Returns
    -------
    (..., embedding_dim) array.

    Raises
    ------
    ValueError
        if the indices are no integers or out of range; a negative index would silently count from the end.

    Notes
    -----
    As ``torch.nn.functional.embedding``.
    """
    indices = np.asarray(input)
    require(weight.ndim == 2, "embedding: weight has shape {}, expected (num_embeddings, embedding_dim)", weight.shape)
    require(indices.dtype.kind in "iu", "embedding: input has dtype {}, expected integers", indices.dtype)
    rows = len(weight)
    require(indices.size == 0 or (indices.min() >= 0 and indices.max() < rows),
            "embedding: input has indices outside 0 to {}, the rows of weight {}", rows - 1, weight.shape)  # fmt: skip
    require(padding_idx is None or 0 <= padding_idx < rows,
            "embedding: padding_idx is {}, expected a row of weight {}", padding_idx, weight.shape)  # fmt: skip

    def pull_weight(g):
        flat, n = indices.reshape(-1), indices.size
        S = csr_array((np.ones(n, g.dtype), flat, np.arange(n + 1)), shape=(n, rows))
        gradient = S.T @ g.reshape(n, weight.shape[1])
        if padding_idx is not None:
            gradient[padding_idx] = 0
        return gradient

    return weight[indices], _constant, pull_weight


def _constant(g):
    raise TypeError("embedding: no gradient for the indices, which are integers")
