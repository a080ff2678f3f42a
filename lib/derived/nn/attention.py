"""Multi-head attention as a module."""

from __future__ import annotations

import numpy as np

from derived import initialization, ops
from derived.arguments import require
from derived.nn.linear import Linear
from derived.nn.module import Module, Parameter
from derived.tensor import Tensor

Array = Tensor | np.ndarray


class MultiheadAttention(Module):
    r"""Several attentions side by side, each in a subspace of its own, and a linear map of what they found.

    .. math:: Y = [H_1, \dots, H_h]\,W_o^\top + b_o, \qquad H_j = \mathrm{attention}(X_qW_{q,j}^\top + b_{q,j},\;
       X_kW_{k,j}^\top + b_{k,j},\; X_vW_{v,j}^\top + b_{v,j})

    Parameters
    ----------
    embed_dim : D, the number of features of queries, keys, values and outputs.
    num_heads : h, a divisor of D; each head works with D/h features.
    bias : whether there are the vectors b.
    batch_first : whether sequences are (N, L, D), not (L, N, D). PyTorch's default is False.
    rng : source of the initial weights.
    dtype : of the parameters.

    Attributes
    ----------
    in_proj_weight : (3 D, D) parameter: :math:`W_q`, :math:`W_k`, :math:`W_v` one below the other, heads in order.
    in_proj_bias : (3 D,) parameter, or None.
    out_proj : Linear(D, D), which holds :math:`W_o` and :math:`b_o`.

    Notes
    -----
    A. Vaswani et al., NeurIPS 2017, section 3.2.2; as ``torch.nn.MultiheadAttention``, whose boolean masks say the
    opposite of those of :func:`derived.ops.scaled_dot_product_attention`: True is what must *not* be attended to.
    """

    def __init__(self, embed_dim: int, num_heads: int, *, bias: bool = True, batch_first: bool = True,
                 rng: np.random.Generator, dtype: type = np.float32) -> None:  # fmt: skip
        require(embed_dim > 0 and num_heads > 0 and embed_dim % num_heads == 0,
                "MultiheadAttention: embed_dim is {}, num_heads {}, expected a multiple of num_heads",
                embed_dim, num_heads)  # fmt: skip
        self.embed_dim, self.num_heads, self.batch_first = embed_dim, num_heads, batch_first
        self.in_proj_weight = Parameter(initialization.xavier_uniform((3 * embed_dim, embed_dim), rng, dtype))
        self.in_proj_bias = Parameter(np.zeros(3 * embed_dim, dtype)) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias, rng=rng, dtype=dtype)
        if bias:
            self.out_proj.bias.data[...] = 0

    def forward(self, query: Array, key: Array, value: Array, key_padding_mask: np.ndarray | None = None,
                need_weights: bool = True, attn_mask: np.ndarray | None = None, average_attn_weights: bool = True,
                is_causal: bool = False) -> tuple[Tensor, Tensor | None]:  # fmt: skip
        """What each query finds, and where.

        Parameters
        ----------
        query : (N, L, D), or (L, D) without a batch.
        key, value : (N, S, D), or (S, D).
        key_padding_mask : (N, S) or (S,) booleans, True where there is no key but padding.
        need_weights : whether to return the weights, too; False is faster.
        attn_mask : (L, S) or (N h, L, S), boolean with True where query i must not attend to key j, or added to scores.
        average_attn_weights : whether the weights are those of all heads on average.
        is_causal : whether query i attends to the keys 0, …, i only; instead of ``attn_mask``.

        Returns
        -------
        output : (N, L, D), (L, N, D) or (L, D), as the query.
        weights : (N, L, S), or (N, h, L, S) if not averaged, without N if there is no batch; or None. A query that may
            attend to nothing has weights 0 (PyTorch returns NaN).
        """
        q, k, v = self.heads(query, key, value)
        mask = self._mask(key_padding_mask, attn_mask, is_causal, (*q.shape[:3], k.shape[2]), q.dtype)
        if need_weights:
            weights = ops.attention_weights(q, k, mask)
            output = self.merge(weights @ v)
            weights = weights.mean(1) if average_attn_weights else weights
        else:
            output, weights = self.merge(ops.scaled_dot_product_attention(q, k, v, mask)), None
        if len(query.shape) == 2:
            return output.reshape(query.shape), None if weights is None else weights[0]
        return output, weights

    def heads(self, query: Array, key: Array, value: Array) -> tuple[Tensor, Tensor, Tensor]:
        """Projected queries (N, h, L, D/h), keys and values (N, h, S, D/h).

        Between this and :meth:`merge` stands any attention, such as one with a cache of keys and values.
        """
        D = self.embed_dim
        names = {"query": query} if query is key is value else {"query": query, "key": key, "value": value}
        for name, x in names.items():
            require(len(x.shape) == len(query.shape) in (2, 3) and x.shape[-1] == D,
                    "MultiheadAttention: {} has shape {}, "
                    "expected 2 or 3 axes as the query {}, the last {}",
                    name, x.shape, query.shape, D)  # fmt: skip
        if query is key is value:  # one product gives all three
            return tuple(ops.chunk(self._split(ops.linear(query, self.in_proj_weight, self.in_proj_bias)), 3, dim=1))
        weights = ops.chunk(self.in_proj_weight, 3)
        biases = [None] * 3 if self.in_proj_bias is None else ops.chunk(self.in_proj_bias, 3)
        return tuple(self._split(ops.linear(*each)) for each in zip(names.values(), weights, biases, strict=True))

    def merge(self, heads: Array) -> Tensor:
        """(N, h, L, D/h), one attention a head, to the output (N, L, D), or (L, N, D)."""
        N, _, L, _ = heads.shape
        if self.batch_first:
            return self.out_proj(ops.permute(heads, (0, 2, 1, 3)).reshape(N, L, self.embed_dim))
        return self.out_proj(ops.permute(heads, (2, 0, 1, 3)).reshape(L, N, self.embed_dim))

    def _split(self, x: Tensor) -> Tensor:
        """(N, L, D), (L, N, D) or (L, D) to (N, h, L, D/h); with three times D to three times h."""
        parts = -1, self.embed_dim // self.num_heads
        if x.ndim == 2:
            return ops.permute(x.reshape(1, len(x), *parts), (0, 2, 1, 3))
        return ops.permute(x.reshape(*x.shape[:2], *parts), (0, 2, 1, 3) if self.batch_first else (1, 2, 0, 3))

    def _mask(self, padding: np.ndarray | None, mask: np.ndarray | None, is_causal: bool, shape: tuple[int, ...],
              dtype: type) -> np.ndarray | None:  # fmt: skip
        """One mask to add to scores of ``shape`` (N, h, L, S); None if nothing is masked."""
        N, h, L, S = shape
        require(mask is None or not is_causal, "MultiheadAttention: attn_mask and is_causal are given, expected one")
        if is_causal:
            mask = ~ops.causal_mask(L, S)
        if mask is not None:
            require(mask.shape in ((L, S), (N * h, L, S)), "MultiheadAttention: attn_mask has shape {}, "
                    "expected {} or {}", mask.shape, (L, S), (N * h, L, S))  # fmt: skip
            mask = _added(mask, dtype)
            mask = mask if mask.ndim == 2 else mask.reshape(shape)
        if padding is None:
            return mask
        padding = np.reshape(padding, (1, -1)) if np.ndim(padding) == 1 else padding
        require(padding.shape == (N, S), "MultiheadAttention: key_padding_mask has shape {}, expected {}",
                padding.shape, (N, S))  # fmt: skip
        padding = _added(padding, dtype)[:, None, None]
        return padding if mask is None else mask + padding

    def extra_repr(self) -> str:
        return f"embed_dim={self.embed_dim}, num_heads={self.num_heads}, bias={self.in_proj_bias is not None}"


def _added(mask: np.ndarray, dtype: type) -> np.ndarray:
    """A mask that is added to scores: True, where there is nothing to attend to, becomes minus infinity."""
    if mask.dtype == bool:
        return np.where(mask, -np.inf, 0).astype(dtype)
    return mask.astype(dtype, copy=False)
