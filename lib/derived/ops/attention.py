r"""Attention: each query takes the average of all values, weighted by how well their keys answer it.

The scores lie in memory with the keys before the queries, :math:`A^\top` in place of :math:`A`: a maximum or a sum over
the keys then runs along whole rows of memory, which costs a fraction of one over a short last axis.
"""

from __future__ import annotations

import math

import numpy as np

from derived.arguments import require
from derived.ops.broadcasting import unbroadcast
from derived.tensor import primitive, shared


@primitive
def scaled_dot_product_attention(query, key, value, attn_mask=None, is_causal=False, *, scale=None):
    r"""Scaled dot-product attention, :math:`Y = AV` with the weights :math:`A` of :func:`attention_weights`.

    .. math::
        \bar V = A^\top\bar Y, \qquad
        \bar S = A\odot\bigl(\bar Y V^\top - \mathrm{rowsum}(\bar Y\odot Y)\,\mathbf 1^\top\bigr), \qquad
        \bar Q = s\,\bar S K, \qquad \bar K = s\,\bar S^\top Q

    The second is the Jacobian of the softmax; since :math:`Y=AV`, the sum over the keys that it asks for is one over
    the few columns of :math:`Y`.

    Parameters
    ----------
    query : (..., L, d) array Q.
    key : (..., S, d) array K.
    value : (..., S, dv) array V.
    attn_mask, is_causal, scale : as in :func:`attention_weights`.

    Returns
    -------
    (..., L, dv) array; 0 for a query that may attend to nothing. The leading axes broadcast.

    Raises
    ------
    ValueError
        if the shapes do not conform, or if there is a mask as well as ``is_causal``.

    Notes
    -----
    A. Vaswani et al., NeurIPS 2017, section 3.2.1; as ``torch.nn.functional.scaled_dot_product_attention``. T. Dao et
    al., NeurIPS 2022, use the sum over columns of :math:`Y`.
    """
    where = "scaled_dot_product_attention"
    require(value.ndim >= 2 and key.ndim >= 2 and value.shape[-2] == key.shape[-2],
            "{}: value has shape {}, expected a row for each row of key {}",
            where, value.shape, key.shape)  # fmt: skip
    s, weights = _transposed_weights(where, query, key, attn_mask, is_causal, scale)
    y = weights.mT @ value

    @shared
    def scores_bar(g):
        s_bar = value @ g.mT
        s_bar -= np.einsum("...ld,...ld->...l", g, y)[..., None, :]
        s_bar *= weights
        return (s_bar,)

    bar = scores_bar(0)
    return (
        y,
        lambda g: unbroadcast(_times(s, bar(g).mT @ key), query.shape),
        lambda g: unbroadcast(_times(s, bar(g) @ query), key.shape),
        lambda g: unbroadcast(weights @ g, value.shape),
        lambda g: unbroadcast(bar(g).mT, attn_mask.shape),
    )


@primitive
def attention_weights(query, key, attn_mask=None, is_causal=False, *, scale=None):
    r"""How much each query attends to each key: softmax over the keys of :math:`S = s\,QK^\top + M`.

    .. math:: a_{ij} = \frac{e^{s_{ij}}}{\sum_k e^{s_{ik}}}, \qquad
       \bar S = A\odot\bigl(\bar A - \mathrm{rowsum}(\bar A\odot A)\,\mathbf 1^\top\bigr)

    Parameters
    ----------
    query : (..., L, d) array Q.
    key : (..., S, d) array K.
    attn_mask : None or an array that broadcasts to (..., L, S). Boolean: True where the query may attend to the key.
        Floating-point: M, added to the scores; it may require a gradient.
    is_causal : whether query i attends to the keys 0, …, i only.
    scale : the number s, :math:`1/\sqrt d` if None.

    Returns
    -------
    (..., L, S) array; each row sums to 1, or is 0 if its query may attend to nothing.
    """
    s, weights = _transposed_weights("attention_weights", query, key, attn_mask, is_causal, scale)

    @shared
    def scores_bar(g):
        s_bar = weights * g.mT
        s_bar -= weights * s_bar.sum(axis=-2, keepdims=True)
        return (s_bar,)

    bar = scores_bar(0)
    return (
        weights.mT,
        lambda g: unbroadcast(_times(s, bar(g).mT @ key), query.shape),
        lambda g: unbroadcast(_times(s, bar(g) @ query), key.shape),
        lambda g: unbroadcast(bar(g).mT, attn_mask.shape),
    )


def causal_mask(L: int, S: int | None = None) -> np.ndarray:
    """(L, S) booleans, True where key j is not later than query i: the mask of ``is_causal``; S is L if None."""
    return np.tri(L, L if S is None else S, dtype=bool)


def _transposed_weights(where, query, key, attn_mask, is_causal, scale):
    """The factor s, and the weights with the axes of keys and queries exchanged."""
    require(query.ndim >= 2 and key.ndim >= 2 and query.shape[-1] == key.shape[-1],
            "{}: query has shape {} and key {}, expected (..., L, d) and (..., S, d)",
            where, query.shape, key.shape)  # fmt: skip
    require(attn_mask is None or not is_causal, f"{where}: attn_mask and is_causal are given, expected one of them")
    s = 1 / math.sqrt(query.shape[-1]) if scale is None else float(scale)
    scores = key @ _times(s, query.copy()).mT
    if is_causal:
        attn_mask = causal_mask(query.shape[-2], key.shape[-2])
    if attn_mask is not None:
        scores = _masked(where, scores, attn_mask)
    top = scores.max(axis=-2, keepdims=True)
    if attn_mask is not None:
        top[np.isneginf(top)] = 0  # a query that may attend to nothing: exp(-inf) is 0, and no NaN appears
    scores -= top
    weights = np.exp(scores, out=scores)
    total = weights.sum(axis=-2, keepdims=True)
    if attn_mask is not None:
        total[total == 0] = 1
    weights /= total
    return s, weights


def _masked(where, scores, mask):
    """Scores (..., S, L) with the mask (..., L, S) applied."""
    shape = (*scores.shape[:-2], scores.shape[-1], scores.shape[-2])
    try:
        broadcast = np.broadcast_shapes(mask.shape, shape)
    except ValueError:
        broadcast = None
    require(broadcast is not None and broadcast[-2:] == shape[-2:],
            "{}: attn_mask has shape {}, expected one that broadcasts to {}", where, mask.shape, shape)  # fmt: skip
    mask = mask.mT if mask.ndim > 1 else mask[:, None]
    if mask.dtype == bool:
        mask = np.where(mask, 0, -np.inf)  # adding is faster than choosing, and the mask is mostly shared by the batch
    mask = np.ascontiguousarray(mask, dtype=scores.dtype)
    if broadcast != shape:
        return scores + mask
    scores += mask
    return scores


def _times(s, x):
    """x times a number, in place; a Python number keeps float32."""
    x *= s
    return x
