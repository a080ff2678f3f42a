"""Many schedules, one network: the same weights, the same batches, only the rates differ; trained side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import repeat

import numpy as np
from scipy.special import log_softmax

from derived import nn, optim
from derived.data import Batches, load_digits_split, redrawn_labels, split
from derived.schedules import HalveOnPlateau
from derived.topics.restarts import SideBySide, StackedBatches, StackedMLP

__all__ = ["noisy_digits", "plateau_race", "schedule_race"]

Pair = tuple[np.ndarray, np.ndarray]


def noisy_digits(seed: int, share: float = 0.2) -> tuple[Pair, Pair, Pair]:
    """The digits to learn from (1,010), to decide by (337) and to test (450): pairs of images and labels.

    Labels are noisy in the first two parts, clean in the test part. The parts are always the same, the noise is that of
    the seed.
    """
    X, X_test, y, y_test = load_digits_split()
    X_fit, X_val, y_fit, y_val = split(X, y, (0.75, 0.25), random_state=1)
    rng = np.random.default_rng([seed, 14])
    return ((X_fit, redrawn_labels(y_fit, share, 10, rng)), (X_val, redrawn_labels(y_val, share, 10, rng)),
            (X_test, y_test))  # fmt: skip


class _Race(SideBySide):
    """R times the network of each seed, with the seed's order of batches."""

    def __init__(self, R: int, sizes: Sequence[int], seeds: Sequence[int], train: Sequence[Pair], batch_size: int,
                 kind: Callable = optim.SGD) -> None:  # fmt: skip
        nets = [nn.MLP(list(sizes), "relu", rng=np.random.default_rng(seed)) for seed in seeds]
        super().__init__(StackedMLP.of([net for net in nets for _ in range(R)]), kind)
        self.shape, self.batches = (len(seeds), R), StackedBatches([
            Batches(*part, batch_size, np.random.default_rng(s)) for s, part in zip(seeds, train, strict=True)
        ])  # fmt: skip

    def epoch(self, rates: Iterable[np.ndarray]) -> None:
        """A step on each batch, at the next of the rates (S R,)."""
        S, R = self.shape
        for (x, y), row in zip(self.batches, rates, strict=False):
            self.step(*((x[0], y[0]) if S == 1 else (np.repeat(x, R, axis=0), np.repeat(y, R, axis=0))), row)

    @np.errstate(over="ignore", invalid="ignore")
    def scores(self, pairs: Sequence[Pair]) -> np.ndarray:
        """(2, S R): mean cross-entropy and accuracy of each network, R of them on each of S pairs (X, y)."""
        R, found = self.shape[1], []
        for s, (X, y) in enumerate(pairs):
            z = self.stack.part(slice(s * R, s * R + R))(X).data.astype(np.float64)
            losses = -log_softmax(z, axis=-1)[:, np.arange(len(y)), y].mean(axis=1)
            found.append([losses, (z.argmax(axis=-1) == y).mean(axis=1)])
        return np.concatenate(found, axis=1)

    def measure(self, train: Sequence[Pair], held_out: Sequence[Pair]) -> np.ndarray:
        """(3, S R): the loss on `train`, loss and accuracy on `held_out`."""
        return np.concatenate([self.scores(train)[:1], self.scores(held_out)])

    def record(self, measured: list[np.ndarray]) -> np.ndarray:
        """(S, epochs, 3, R): what was measured, with losses inf and accuracy 0 where a network has diverged."""
        record = np.array(measured)
        record[:, :, self.lost] = [[np.inf], [np.inf], [0.0]]
        return record.reshape(-1, 3, *self.shape).transpose(2, 0, 1, 3)


def schedule_race(schedules: Sequence[Callable], seeds: Sequence[int], train: Sequence[Pair],
                  held_out: Sequence[Pair], *, optimizer: Callable = optim.SGD, sizes: Sequence[int] = (64, 32, 10),
                  epochs: int = 8, batch_size: int = 16, curves: bool = True) -> np.ndarray:  # fmt: skip
    """Train one ReLU network under each of R schedules, all from the same weights, with the same batches; S seeds.

    Parameters
    ----------
    schedules : functions that give the rate at all steps t = 0, 1, … of the training.
    seeds : of the weights and of the order of the batches.
    train, held_out : for each seed a pair (X, y) of float32 inputs and class indices.
    optimizer : as for :class:`derived.topics.restarts.SideBySide`.
    sizes, epochs, batch_size : of the network and the training.
    curves : False measures after the last epoch only.

    Returns
    -------
    (S, epochs, 3, R) float64, or (S, 1, 3, R) without curves: after each epoch the loss on `train`, loss and accuracy
    on `held_out`. A network whose outputs are not finite has diverged: its losses are inf and its accuracy is 0, in all
    epochs.
    """
    race, record = _Race(len(schedules), sizes, seeds, train, batch_size, optimizer), []
    steps = np.arange(epochs * len(race.batches))
    rates = iter(np.tile(np.array([s(steps) for s in schedules], np.float32).T, len(seeds)))
    for epoch in range(epochs):
        race.epoch(rates)
        if curves or epoch == epochs - 1:
            record.append(race.measure(train, held_out))
    return race.record(record)


class _Lane:
    """One network of a stack and its rate: the model and the optimizer that a plateau asks for."""

    def __init__(self, P: list, r: int, lr: float) -> None:
        self.P, self.r, self.lr = P, r, lr

    def state_dict(self) -> list[np.ndarray]:
        return [p.data[self.r].copy() for p in self.P]

    def load_state_dict(self, state: list[np.ndarray]) -> None:
        for p, data in zip(self.P, state, strict=True):
            p.data[self.r] = data


def plateau_race(lr: Sequence[float], seeds: Sequence[int], train: Sequence[Pair], held_out: Sequence[Pair], *,
                 sizes: Sequence[int] = (64, 32, 10), epochs: int = 8, batch_size: int = 16,
                 test: Sequence[Pair] | None = None, curves: bool = True,
                 **options: object) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """The same training under :class:`derived.schedules.HalveOnPlateau`, decided by the loss on `held_out`.

    Parameters
    ----------
    lr : the first rates of R networks.
    seeds, train, held_out, sizes, epochs, batch_size, curves : as for :func:`schedule_race`.
    test : for each seed the pair on which the result is measured; `held_out` if left out.
    options : of HalveOnPlateau.

    Returns
    -------
    record : as :func:`schedule_race`, measured after a rollback, on `test`.
    rates (S, epochs, R) : the rates during each epoch.
    """
    race, record, rates = _Race(len(lr), sizes, seeds, train, batch_size), [], []
    lanes = [_Lane(race.P, r, rate) for r, rate in enumerate([*lr] * len(seeds))]
    plateaus = [HalveOnPlateau(lane, lane, **options) for lane in lanes]
    for epoch in range(epochs):
        rates.append(np.array([lane.lr for lane in lanes], np.float32))
        race.epoch(repeat(rates[-1]))
        for plateau, loss in zip(plateaus, race.scores(held_out)[0], strict=True):
            plateau.step(loss)
        if curves or epoch == epochs - 1:
            record.append(race.measure(train, test or held_out))
    return race.record(record), np.array(rates).reshape(-1, *race.shape).swapaxes(0, 1)
