"""A decoder-only language model with rotary positions, and generation with a cache of keys and values."""

from __future__ import annotations

import numpy as np

from derived import nn, ops
from derived.arguments import require
from derived.tensor import Tensor, no_grad
from derived.training.progress import progress_bar

__all__ = ["GPT", "Cache", "CausalBlock"]


class Cache:
    """Keys and values (N, h, S, d) of the tokens that one layer has seen."""

    def __init__(self) -> None:
        self.keys: np.ndarray | None = None
        self.values: np.ndarray | None = None

    def __len__(self) -> int:
        return 0 if self.keys is None else self.keys.shape[2]

    def extend(self, keys: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Append those of new tokens; returns all."""
        if self.keys is not None:
            keys, values = np.concatenate([self.keys, keys], 2), np.concatenate([self.values, values], 2)
        self.keys, self.values = keys, values
        return keys, values


class CausalBlock(nn.TransformerEncoderLayer):
    """A pre-norm encoder layer in which a token sees only itself and what came before, with rotary positions.

    Parameters
    ----------
    d_model, nhead, dropout : as in :class:`derived.nn.TransformerEncoderLayer`; the network has 4 d_model units.
    positions : whether queries and keys are turned by their places.
    rng : source of initial weights and dropout masks.
    dtype : of the parameters.
    """

    def __init__(self, d_model: int, nhead: int, dropout: float = 0.0, *, positions: bool = True,
                 rng: np.random.Generator, dtype: type = np.float32) -> None:  # fmt: skip
        super().__init__(d_model, nhead, 4 * d_model, dropout, norm_first=True, rng=rng, dtype=dtype)
        self.positions = positions

    def forward(self, x: Tensor, cache: Cache | None = None) -> Tensor:
        """Tokens (N, L, D) to tokens; with a cache they follow those that it holds, and are added to it."""
        return self._add(2, self._add(1, x, lambda x: self._look_back(x, cache)), self.feed_forward)

    def _look_back(self, x: Tensor, cache: Cache | None) -> Tensor:
        q, k, v = self.self_attn.heads(x, x, x)
        start, L = 0 if cache is None else len(cache), x.shape[1]
        if self.positions:
            places = np.arange(start, start + L)
            q, k = ops.rotary(q, places), ops.rotary(k, places)
        if cache is not None:
            k, v = cache.extend(k.data, v.data)
        mask = np.tri(L, start + L, start, dtype=bool) if L > 1 else None  # query i stands at place start + i
        return self.self_attn.merge(ops.scaled_dot_product_attention(q, k, v, mask))


class GPT(nn.Module):
    """Embedding, causal blocks, a last normalisation and logits of the next token, with the embedding's weights.

    Parameters
    ----------
    vocabulary : number of tokens.
    d_model, nhead, layers : of the blocks.
    dropout : in the blocks.
    positions : False leaves the rotary positions out.
    rng : source of initial weights and dropout masks.
    dtype : of the parameters.

    Notes
    -----
    A. Radford et al., Improving language understanding by generative pre-training, 2018, with later improvements:
    normalisation first (GPT-2, 2019), rotary positions (J. Su et al., 2021).
    """

    def __init__(self, vocabulary: int, d_model: int, nhead: int, layers: int, dropout: float = 0.0, *,
                 positions: bool = True, rng: np.random.Generator, dtype: type = np.float32) -> None:  # fmt: skip
        self.embedding = nn.Embedding(vocabulary, d_model, rng=rng, std=d_model**-0.5, dtype=dtype)
        self.blocks = [CausalBlock(d_model, nhead, dropout, positions=positions, rng=rng, dtype=dtype)
                       for _ in range(layers)]  # fmt: skip
        self.norm = nn.LayerNorm(d_model, dtype=dtype)

    def forward(self, tokens: np.ndarray, caches: list[Cache] | None = None) -> Tensor:
        """Integers (N, L) to logits (N, L, vocabulary): those at place t are for the token at t + 1."""
        x = self.embedding(tokens)
        for block, cache in zip(self.blocks, caches or [None] * len(self.blocks), strict=True):
            x = block(x, cache)
        return ops.linear(self.norm(x), self.embedding.weight)

    def loss(self, tokens: np.ndarray, targets: np.ndarray) -> Tensor:
        """Mean cross-entropy, in nats a token, of targets (N, L); targets below 0 do not count."""
        logits, targets = self(tokens), np.reshape(targets, -1)
        logits = logits.reshape(-1, logits.shape[-1])
        if targets.min() < 0:
            counted = np.flatnonzero(targets >= 0)
            logits, targets = ops.embedding(counted, logits), targets[counted]
        return ops.cross_entropy(logits, targets)

    def generate(self, prompt: np.ndarray, length: int, *, temperature: float = 1.0, rng: np.random.Generator,
                 cached: bool = True, progress: bool = True) -> np.ndarray:  # fmt: skip
        """Continue the prompts (N, L) by ``length`` tokens, each drawn from the softmax of logits / temperature.

        Parameters
        ----------
        prompt : integers (N, L), L > 0.
        length : number of new tokens.
        temperature : 0 takes the likeliest token.
        rng : source of the draws.
        cached : False computes everything anew for every token.
        progress : whether to show a progress bar, where somebody watches.

        Returns
        -------
        Integers (N, L + length).
        """
        tokens = np.asarray(prompt)
        require(tokens.ndim == 2 and tokens.shape[1] > 0, "generate: prompt has shape {}, expected (N, L) with L > 0",
                tokens.shape)  # fmt: skip
        caches, fresh = [Cache() for _ in self.blocks] if cached else None, tokens
        bar = progress_bar(length, progress)
        with no_grad():
            for _ in range(length):
                logits = self(fresh if cached else tokens, caches).data[:, -1]
                fresh = _draw(logits, temperature, rng)[:, None]
                tokens = np.concatenate([tokens, fresh], axis=1)
                if bar is not None:
                    bar.update()
        if bar is not None:
            bar.close()
        return tokens


def _draw(logits: np.ndarray, temperature: float, rng: np.random.Generator) -> np.ndarray:
    """One token for each row; the largest of logits with Gumbel noise is a draw from their softmax."""
    if temperature == 0:
        return logits.argmax(axis=1)
    return (logits / temperature + rng.gumbel(size=logits.shape)).argmax(axis=1)
