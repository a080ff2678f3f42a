"""The blocks of a transformer: attention and a small network for each token, each beside a bypass and normalised."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived import ops
from derived.arguments import one_of
from derived.nn.attention import MultiheadAttention
from derived.nn.dropout import Dropout
from derived.nn.linear import Linear
from derived.nn.module import Module
from derived.nn.normalization import LayerNorm
from derived.tensor import Tensor

Array = Tensor | np.ndarray
Mask = np.ndarray | None


class _Block(Module):
    """What both blocks share: sublayers with residuals, and the feed-forward network of each token."""

    def __init__(self, d_model: int, nhead: int, dim_feedforward: int = 2048, dropout: float = 0.1,
                 activation: str = "relu", layer_norm_eps: float = 1e-5, batch_first: bool = True,
                 norm_first: bool = False, bias: bool = True, *, rng: np.random.Generator,
                 dtype: type = np.float32) -> None:  # fmt: skip
        one_of(type(self).__name__, "activation", activation, ("relu", "gelu"))
        self.activation, self.norm_first = activation, norm_first
        self.keep_weights, self.weights = False, {}
        attention = {"bias": bias, "batch_first": batch_first, "rng": rng, "dtype": dtype}
        self.self_attn = MultiheadAttention(d_model, nhead, **attention)
        if self._sublayers == 3:
            self.multihead_attn = MultiheadAttention(d_model, nhead, **attention)
        self.linear1 = Linear(d_model, dim_feedforward, bias, rng=rng, dtype=dtype)
        self.dropout = Dropout(dropout, rng=rng)
        self.linear2 = Linear(dim_feedforward, d_model, bias, rng=rng, dtype=dtype)
        for k in range(1, self._sublayers + 1):
            setattr(self, f"norm{k}", LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype))
        for k in range(1, self._sublayers + 1):
            setattr(self, f"dropout{k}", Dropout(dropout, rng=rng))

    def _add(self, k: int, x: Array, sublayer: Callable[[Array], Tensor]) -> Tensor:
        """Sublayer k beside its bypass, normalised before or after."""
        norm, dropout = getattr(self, f"norm{k}"), getattr(self, f"dropout{k}")
        if self.norm_first:
            return x + dropout(sublayer(norm(x)))
        return norm(x + dropout(sublayer(x)))

    def _attend(self, name: str, x: Array, memory: Array, mask: Mask, padding: Mask, is_causal: bool) -> Tensor:
        """The attention of that name; its weights (N, h, L, S) are kept if asked for."""
        y, weights = getattr(self, name)(x, memory, memory, padding, self.keep_weights, mask, False, is_causal)
        if self.keep_weights:
            self.weights[name] = weights.data
        return y

    def feed_forward(self, x: Array) -> Tensor:
        """The same two-layer network for every token."""
        hidden = getattr(ops, self.activation)(self.linear1(x))
        return self.linear2(self.dropout(hidden))


class TransformerEncoderLayer(_Block):
    r"""Self-attention, then a two-layer network for each token, both with residual and layer normalisation N.

    .. math::
        U &= \mathcal N_1\bigl(X + \mathrm{attention}(X, X, X)\bigr), &
        Y &= \mathcal N_2\bigl(U + \mathrm{ffn}(U)\bigr) &&\text{(norm\_first=False)}\\
        U &= X + \mathrm{attention}(\mathcal N_1X, \mathcal N_1X, \mathcal N_1X), &
        Y &= U + \mathrm{ffn}(\mathcal N_2U) &&\text{(norm\_first=True)}

    Parameters
    ----------
    d_model : number of features of a token.
    nhead : heads, a divisor of it.
    dim_feedforward : hidden units of the network.
    dropout : drop probability behind the attention, inside and behind the network; in training only.
    activation : of the network, "relu" or "gelu".
    layer_norm_eps : added to the variance.
    batch_first : whether sequences are (N, L, D), not (L, N, D). PyTorch's default is False.
    norm_first : where the normalisation stands.
    bias : whether linear maps and normalisations have one.
    rng : source of initial weights and dropout masks.
    dtype : of the parameters.

    Attributes
    ----------
    self_attn, linear1, linear2, norm1, norm2 : the parts, with PyTorch's names.
    keep_weights : set it to True, and ``weights["self_attn"]`` holds the weights (N, h, L, L) of the last call.

    Notes
    -----
    A. Vaswani et al., NeurIPS 2017, section 3.1; as ``torch.nn.TransformerEncoderLayer``. R. Xiong et al., ICML 2020,
    compare the two places of the normalisation.
    """

    _sublayers = 2

    def forward(self, src: Array, src_mask: Mask = None, src_key_padding_mask: Mask = None,
                is_causal: bool = False) -> Tensor:  # fmt: skip
        """Tokens (N, L, D) to tokens of the same shape.

        Parameters
        ----------
        src : the tokens.
        src_mask : (L, L) or (N h, L, L); True where a token must NOT look, or numbers added to the scores.
        src_key_padding_mask : (N, L); True where there is no token but padding.
        is_causal : whether token i sees tokens 0, …, i only; instead of ``src_mask``.
        """
        def attend(x: Tensor) -> Tensor:
            return self._attend("self_attn", x, x, src_mask, src_key_padding_mask, is_causal)

        return self._add(2, self._add(1, src, attend), self.feed_forward)


class TransformerDecoderLayer(_Block):
    """Self-attention, attention to the encoder's tokens, and a two-layer network for each token.

    Parameters as for :class:`TransformerEncoderLayer`.

    Attributes
    ----------
    self_attn, multihead_attn, linear1, linear2, norm1, norm2, norm3 : the parts, with PyTorch's names.
    keep_weights : set it to True, and ``weights`` holds the weights of ``self_attn`` and ``multihead_attn``.

    Notes
    -----
    A. Vaswani et al., NeurIPS 2017, section 3.1; as ``torch.nn.TransformerDecoderLayer``.
    """

    _sublayers = 3

    def forward(self, tgt: Array, memory: Array, tgt_mask: Mask = None, memory_mask: Mask = None,
                tgt_key_padding_mask: Mask = None, memory_key_padding_mask: Mask = None,
                tgt_is_causal: bool = False, memory_is_causal: bool = False) -> Tensor:  # fmt: skip
        """Tokens (N, L, D) that look at each other and at ``memory`` (N, S, D).

        Masks as for the encoder's layer: those of ``tgt`` for self-attention, those of ``memory`` for the other.
        ``tgt_is_causal=True`` stands for the causal mask; in training it must not be forgotten.
        """

        def look_back(x: Array) -> Tensor:
            return self._attend("self_attn", x, x, tgt_mask, tgt_key_padding_mask, tgt_is_causal)

        def look_over(x: Array) -> Tensor:
            return self._attend("multihead_attn", x, memory, memory_mask, memory_key_padding_mask, memory_is_causal)

        return self._add(3, self._add(2, self._add(1, tgt, look_back), look_over), self.feed_forward)
