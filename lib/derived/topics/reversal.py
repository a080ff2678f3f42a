"""An encoder-decoder that writes strings of digits backwards, and how much it depends on being told the truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from derived import ops
from derived.tensor import Tensor, no_grad
from derived.topics.seq2seq import EncoderDecoder, exact_match, held_out_strings, sequence_loss
from derived.topics.sequence_training import train_steps


@dataclass(frozen=True)
class Forcing:
    """The same model on the same sequences, told the right letters before each or fed its own.

    Attributes
    ----------
    forced_loss, free_loss : mean negative log-probability of the right letters, in nats a letter.
    forced_hits, free_hits : (T,) shares of right letters at each place.
    forced_exact, free_exact : shares of sequences without any mistake.
    """

    forced_loss: float
    free_loss: float
    forced_hits: np.ndarray
    free_hits: np.ndarray
    forced_exact: float
    free_exact: float


def forcing(model: EncoderDecoder, source: np.ndarray, target: np.ndarray) -> Forcing:
    """Measure both ways of feeding, with the most probable letter at every step."""
    with no_grad():
        forced = model(source, target)
        letters, free = model.decoder.free(len(target), model.encode(source))
    told = forced.data.argmax(axis=-1)
    return Forcing(
        sequence_loss(forced, target).item(), sequence_loss(free, target).item(),
        (told == target).mean(axis=1), (letters == target).mean(axis=1),
        exact_match(told, target), exact_match(letters, target),
    )  # fmt: skip


@dataclass(frozen=True)
class Run:
    """A trained model, the strings (T, N) that it has not seen, and what was measured on them on the way."""

    model: EncoderDecoder
    test: np.ndarray
    steps: np.ndarray
    seen: list[Forcing]


def train_reversal(seed: int, *, length: int = 5, hidden: int = 64, steps: int = 200, lr: float = 0.01,
                   batch: int = 64, every: int = 50, test: int = 1000, kind: str = "LSTM",
                   reverse: bool = True, told: float = 1.0) -> Run:  # fmt: skip
    """Train on strings of digits, measure on ``test`` others.

    Parameters
    ----------
    seed : of the strings held out (a fifth of all), the weights and the batches.
    length, hidden, kind : of the strings and the model.
    steps, lr, batch, every : of the training; measured after each ``every`` steps.
    test : how many of the strings held out are used.
    reverse : False asks for a copy in the same order.
    told : share of the letters fed in training that are right; the others are drawn at random.
    """
    rng = np.random.default_rng(seed)
    train, held_out = held_out_strings(length, 0.2, rng)
    source = held_out[:, :test]
    turn = -1 if reverse else 1
    model = EncoderDecoder(10, 10, hidden, kind=kind, rng=rng)

    def loss() -> Tensor:
        x = train[:, rng.integers(0, train.shape[1], batch)]
        fed = np.where(rng.random(x.shape) < told, x[::turn], rng.integers(0, 10, x.shape))
        return ops.cross_entropy(model(x, fed).reshape((-1, 10)), x[::turn].reshape(-1))

    seen = train_steps(model, loss, steps, lr, watch=lambda: forcing(model, source, source[::turn]), every=every)
    return Run(model, source, every * np.arange(1, len(seen) + 1), seen)
