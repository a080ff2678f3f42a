"""The encoder-decoder transformer, and toy languages to translate: a sequence reversed, sorted, copied."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived import nn, ops
from derived.arguments import one_of, require
from derived.tensor import Tensor, no_grad
from derived.topics.positional import sinusoidal
from derived.topics.warm_training import train as train_warm

__all__ = ["TASKS", "SequenceTransformer", "exact_match", "train"]

TASKS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "reverse": lambda x: x[:, ::-1],
    "sort": lambda x: np.sort(x, axis=1),
    "copy": lambda x: x,
}


class SequenceTransformer(nn.Module):
    """Encoder and decoder on sequences of symbols 0, …, symbols - 1; the symbol ``symbols`` starts the output.

    Parameters
    ----------
    symbols : size of the alphabet.
    d_model, nhead, layers : of the blocks; as many decoder as encoder blocks, with 2 d_model hidden units.
    positions : False leaves the sinusoidal encodings out.
    norm_first : where the blocks normalise.
    rng : source of the initial weights.
    dtype : of the parameters.
    """

    def __init__(self, symbols: int, d_model: int = 32, nhead: int = 2, layers: int = 1, *, positions: bool = True,
                 norm_first: bool = True, rng: np.random.Generator, dtype: type = np.float32) -> None:  # fmt: skip
        options = {"dropout": 0.0, "norm_first": norm_first, "rng": rng, "dtype": dtype}
        self.symbols, self.d_model, self.positions = symbols, d_model, positions
        self.embedding = nn.Embedding(symbols + 1, d_model, rng=rng, dtype=dtype)
        self.encoder = [nn.TransformerEncoderLayer(d_model, nhead, 2 * d_model, **options) for _ in range(layers)]
        self.decoder = [nn.TransformerDecoderLayer(d_model, nhead, 2 * d_model, **options) for _ in range(layers)]
        self.output = nn.Linear(d_model, symbols, rng=rng, dtype=dtype)

    def embed(self, tokens: np.ndarray) -> Tensor:
        """Vectors of symbols (N, L) plus those of their places."""
        x = self.embedding(tokens)
        if not self.positions:
            return x
        return x + sinusoidal(tokens.shape[1], self.d_model).astype(x.dtype)

    def encode(self, source: np.ndarray) -> Tensor:
        """The encoder's tokens (N, S, d_model)."""
        x = self.embed(source)
        for layer in self.encoder:
            x = layer(x)
        return x

    def decode(self, memory: Tensor, before: np.ndarray, causal: bool = True) -> Tensor:
        """Logits (N, L, symbols): those at place t are for the symbol after ``before[:, : t + 1]``."""
        x = self.embed(before)
        for layer in self.decoder:
            x = layer(x, memory, tgt_is_causal=causal)
        return self.output(x)

    def forward(self, source: np.ndarray, target: np.ndarray, causal: bool = True) -> Tensor:
        """Logits (N, T, symbols) of every target symbol given the source and the target symbols before it.

        ``causal=False`` forgets the mask of the decoder: the mistake that lets it look up the answer.
        """
        return self.decode(self.encode(source), self.shifted(target), causal)

    def shifted(self, target: np.ndarray) -> np.ndarray:
        """The target one place later, behind the start symbol: what the decoder gets to see."""
        start = np.full((len(target), 1), self.symbols)
        return np.concatenate([start, target[:, :-1]], axis=1)

    def translate(self, source: np.ndarray, length: int) -> np.ndarray:
        """``length`` symbols for each source, the likeliest one at a time."""
        require(length > 0, "translate: length is {}, expected a positive number", length)
        before = np.full((len(source), 1), self.symbols)
        with no_grad():
            memory = self.encode(source)
            for _ in range(length):
                logits = self.decode(memory, before).data[:, -1]
                before = np.concatenate([before, logits.argmax(axis=1)[:, None]], axis=1)
        return before[:, 1:]

    def attention(self, source: np.ndarray, target: np.ndarray, causal: bool = True) -> dict[str, list[np.ndarray]]:
        """All weights, one array (N, heads, ., .) a block: "encoder", "decoder" and "cross-attention"."""
        layers = [*self.encoder, *self.decoder]
        for layer in layers:
            layer.keep_weights = True
        with no_grad():
            self(source, target, causal)
        for layer in layers:
            layer.keep_weights = False
        return {
            "encoder": [layer.weights["self_attn"] for layer in self.encoder],
            "decoder": [layer.weights["self_attn"] for layer in self.decoder],
            "cross-attention": [layer.weights["multihead_attn"] for layer in self.decoder],
        }


def train(model: SequenceTransformer, task: str, lengths: tuple[int, int], steps: int, rng: np.random.Generator, *,
          lr: float = 5e-3, batch_size: int = 32, causal: bool = True) -> np.ndarray:  # fmt: skip
    """Train with the right symbols before (teacher forcing) on fresh random sequences; returns the losses.

    Parameters
    ----------
    model : is changed.
    task : a name of ``TASKS``.
    lengths : shortest and longest sequence; those of a batch are of equal length.
    steps, lr : of :func:`derived.topics.warm_training.train`.
    rng : source of the sequences.
    batch_size : sequences in a step.
    causal : whether the decoder is masked.
    """
    one_of("train", "task", task, TASKS)

    def loss() -> Tensor:
        source = rng.integers(0, model.symbols, (batch_size, rng.integers(lengths[0], lengths[1] + 1)))
        target = TASKS[task](source)
        logits = model(source, target, causal)
        return ops.cross_entropy(logits.reshape(-1, model.symbols), target.reshape(-1))

    return train_warm(model, loss, steps, lr)


def exact_match(model: SequenceTransformer, task: str, length: int, count: int, rng: np.random.Generator) -> float:
    """Share of random sequences of that length whose translation is right in every place."""
    source = rng.integers(0, model.symbols, (count, length))
    return float(np.mean(np.all(model.translate(source, length) == TASKS[task](source), axis=1)))
