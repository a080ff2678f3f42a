"""Reversing a sequence with an encoder and a decoder, with and without attention; several networks trained at once.

Every array of parameters has a first axis that counts independent networks, one for each seed. A step of five networks
then costs little more than a step of one, as both are mostly calls of small operations.
"""

from __future__ import annotations

import numpy as np

from derived import ops
from derived.arguments import require
from derived.nn import Module, Parameter
from derived.optim import Adam
from derived.tensor import Tensor, no_grad, primitive, shared
from derived.topics.memory_network import table_rows


def reversal(rngs: list[np.random.Generator], N: int, length: int, symbols: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Random sequences and the same backwards, (S, N, length) integers each; S sequences of generators."""
    x = np.array([rng.integers(0, symbols, (N, length)) for rng in rngs])
    return x, x[..., ::-1]


class Reverser(Module):
    r"""S encoder–decoder networks of tanh units, side by side.

    The encoder's states are :math:`h_1,\dots,h_L`, the decoder's :math:`\xi_1,\dots,\xi_L`, which start from
    :math:`h_L` and read the symbol before. Without attention symbol t is predicted from :math:`\xi_t` alone, with
    attention from :math:`\tanh(W_c c_t + W_\xi\xi_t + b)`, where :math:`c_t` is the average of the encoder's states
    with weights :math:`\mathrm{softmax}_j(\xi_t^\top W_a h_j/\sqrt{\dim h})`.

    Parameters
    ----------
    rngs : a generator for each network.
    symbols, hidden : how many there are.
    attention : whether the decoder may look back.

    Notes
    -----
    M.-T. Luong, H. Pham and C. Manning, EMNLP 2015, section 3.1, with their score "general".
    """

    def __init__(self, rngs: list[np.random.Generator], symbols: int = 10, hidden: int = 32, *,
                 attention: bool) -> None:  # fmt: skip
        require(len(rngs) > 0, "Reverser: rngs is empty, expected a generator for each network")
        self.symbols, self.hidden, self.attention = symbols, hidden, attention
        H = hidden

        def weights(*shape):
            bound = 1 / np.sqrt(H)
            return Parameter(np.array([rng.uniform(-bound, bound, shape) for rng in rngs], np.float32))

        def rotation():
            return Parameter(np.array([np.linalg.qr(rng.standard_normal((H, H)))[0] for rng in rngs], np.float32))

        self.encoder_in, self.encoder = weights(symbols, H), rotation()
        self.decoder_in, self.decoder = weights(symbols + 1, H), rotation()
        if attention:
            self.score, self.mix, self.mix_bias = weights(H, H), weights(2 * H, H), weights(1, H)
        self.out, self.out_bias = weights(H, symbols), weights(1, symbols)

    def encode(self, x: np.ndarray) -> Tensor:
        """(S, N, L) symbols to the encoder's states (L, S, N, hidden)."""
        return states(_rows(x, self.encoder_in), self.encoder, None)

    def decode(self, encoded: Tensor, before: np.ndarray, start: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Logits (S, N, T, symbols) and the decoder's states, if it reads the symbols ``before`` (S, N, T)."""
        queries = states(_rows(before, self.decoder_in), self.decoder, encoded[-1] if start is None else start)
        features = ops.permute(queries, (1, 2, 0, 3))
        if self.attention:
            memory = ops.permute(encoded, (1, 2, 0, 3))
            context = ops.scaled_dot_product_attention(self._scored(features), memory, memory)
            features = (_stacked(ops.cat([context, features], -1), self.mix) + self.mix_bias[:, None]).tanh()
        return _stacked(features, self.out) + self.out_bias[:, None], queries

    def forward(self, x: np.ndarray, y: np.ndarray) -> Tensor:
        """Logits (S, N, L, symbols) of each symbol of y, given x and the symbols of y before it (teacher forcing)."""
        return self.decode(self.encode(x), self._shifted(y))[0]

    def weights(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """How much the decoder attends to each state of the encoder: (S, N, outputs, inputs)."""
        require(self.attention, "Reverser: these networks have no attention, so there are no weights")
        with no_grad():
            encoded = self.encode(x)
            queries = states(_rows(self._shifted(y), self.decoder_in), self.decoder, encoded[-1])
            memory = ops.permute(encoded, (1, 2, 0, 3))
            return ops.attention_weights(self._scored(ops.permute(queries, (1, 2, 0, 3))), memory).data

    def generate(self, x: np.ndarray) -> np.ndarray:
        """The likeliest symbol at each step, fed back: (S, N, L)."""
        with no_grad():
            encoded, state, found = self.encode(x), None, []
            last = np.full((*x.shape[:2], 1), self.symbols)
            for _ in range(x.shape[2]):
                logits, queries = self.decode(encoded, last, state)
                state, last = queries[-1], logits.data.argmax(axis=-1)
                found.append(last[..., 0])
        return np.stack(found, axis=-1)

    def _scored(self, queries: Tensor) -> Tensor:
        return _stacked(queries, self.score)

    def _shifted(self, y: np.ndarray) -> np.ndarray:
        start = np.full((*y.shape[:2], 1), self.symbols)
        return np.concatenate([start, y[..., :-1]], axis=-1)


@primitive
def states(x, W, start):
    r"""States :math:`h_t=\tanh(x_t+h_{t-1}W)` of S recurrent networks at once.

    Parameters
    ----------
    x : (T, S, N, H) array, the inputs, already multiplied by their weights.
    W : (S, H, H) array, a matrix for each network.
    start : (S, N, H) array, the state before the first step; None for zeros.

    Returns
    -------
    (T, S, N, H) array.
    """
    h = np.empty(x.shape, x.dtype)
    last = np.zeros_like(x[0]) if start is None else start
    for t in range(len(x)):
        last = np.tanh(x[t] + last @ W, out=h[t])

    @shared
    def back(g):
        x_bar, carried, Wt = np.empty_like(h), 0, W.swapaxes(1, 2)
        for t in reversed(range(len(x))):
            x_bar[t] = (g[t] + carried) * (1 - h[t] * h[t])
            carried = x_bar[t] @ Wt
        before = np.concatenate([np.zeros_like(h[:1]) if start is None else start[None], h[:-1]])
        rows = [a.swapaxes(0, 1).reshape(len(W), -1, W.shape[1]) for a in (before, x_bar)]
        return x_bar, rows[0].swapaxes(1, 2) @ rows[1], carried

    return h, back(0), back(1), back(2)


def train(model: Reverser, rngs: list[np.random.Generator], length: int, steps: int, *, N: int = 32,
          lr: float = 0.012) -> np.ndarray:  # fmt: skip
    """Adam on fresh batches, at a rate that falls linearly to 0; returns the loss of each step, over all networks.

    The networks share no parameters, so the gradient of their mean loss trains each as if it were alone; Adam does not
    mind the factor 1/S.
    """
    optimizer, losses = Adam(model.parameters(), lr=lr), np.empty(steps)
    for k in range(steps):
        optimizer.lr = lr * (1 - k / steps)
        x, y = reversal(rngs, N, length, model.symbols)
        optimizer.zero_grad()
        loss = ops.cross_entropy(model(x, y).reshape(-1, model.symbols), y.reshape(-1))
        loss.backward()
        optimizer.step()
        losses[k] = loss.item()
    return losses


def accuracy(model: Reverser, rngs: list[np.random.Generator], length: int, N: int = 200) -> tuple:
    """Share of symbols and share of whole sequences that each network gets right, running freely: (S,) arrays."""
    x, y = reversal(rngs, N, length, model.symbols)
    right = model.generate(x) == y
    return right.mean(axis=(1, 2)), right.all(axis=2).mean(axis=1)


def _rows(symbols: np.ndarray, W: Tensor) -> Tensor:
    """:func:`derived.topics.memory_network.table_rows` with the time first, (T, S, N, H)."""
    return ops.permute(table_rows(symbols, W), (2, 0, 1, 3))


def _stacked(x: Tensor, W: Tensor) -> Tensor:
    """(S, N, T, a) times each network's (S, a, b)."""
    S, N, T, a = x.shape
    return (x.reshape(S, N * T, a) @ W).reshape(S, N, T, -1)
