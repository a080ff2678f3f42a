"""Many schedules, one network: the same weights, the same batches, only the rates differ; trained side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from derived import nn, ops, optim
from derived.data import Batches, load_digits_split, redrawn_labels, split
from derived.schedules import HalveOnPlateau
from derived.topics.restarts import StackedMLP

__all__ = ["differentiate_each", "move_each", "noisy_digits", "plateau_race", "schedule_race", "step_each"]

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


def _start(R: int, sizes: Sequence[int], seeds: Sequence[int], train: Sequence[Pair],
           batch_size: int) -> tuple[StackedMLP, list[Batches]]:  # fmt: skip
    """R times the network of each seed, and the order of batches that belongs to the seed."""
    nets = [nn.MLP(list(sizes), "relu", rng=np.random.default_rng(seed)) for seed in seeds]
    orders = [Batches(*part, batch_size, np.random.default_rng(s)) for s, part in zip(seeds, train, strict=True)]
    return StackedMLP.of([net for net in nets for _ in range(R)]), orders


def _epoch(orders: list[Batches], R: int) -> Iterator[Pair]:
    """The batches of an epoch, R times for each seed; one seed's are shared by all."""
    for several in zip(*orders, strict=True):
        x, y = (np.stack(part) for part in zip(*several, strict=True))
        yield (x[0], y[0]) if len(orders) == 1 else (np.repeat(x, R, axis=0), np.repeat(y, R, axis=0))


def schedule_race(schedules: Sequence[Callable], seeds: Sequence[int], train: Sequence[Pair],
                  held_out: Sequence[Pair], *, optimizer: Callable = optim.SGD, sizes: Sequence[int] = (64, 32, 10),
                  epochs: int = 8, batch_size: int = 16, curves: bool = True) -> np.ndarray:  # fmt: skip
    r"""Train one ReLU network under each of R schedules, all from the same weights, with the same batches; S seeds.

    An optimizer without weight decay moves by the rate times something that does not contain the rate. So its step at
    rate 1 is made, and each network goes its own fraction of that way.

    Parameters
    ----------
    schedules : functions that give the rate at all steps t = 0, 1, … of the training.
    seeds : of the weights and of the order of the batches.
    train, held_out : for each seed a pair (X, y) of float32 inputs and class indices.
    optimizer : called as ``optimizer(parameters, lr=1.0)``; acts on every entry by itself.
    sizes, epochs, batch_size : of the network and the training.
    curves : False measures after the last epoch only.

    Returns
    -------
    (S, epochs, 3, R) float64, or (S, 1, 3, R) without curves: after each epoch the loss on `train`, loss and accuracy
    on `held_out`. A network whose outputs are not finite has diverged: its losses are inf and its accuracy is 0, in all
    epochs.
    """
    R, S = len(schedules), len(seeds)
    stack, orders = _start(R, sizes, seeds, train, batch_size)
    P, steps = stack.parameters(), np.arange(epochs * len(orders[0]))
    rates = np.tile(np.array([s(steps) for s in schedules], np.float32).T, S)[..., None, None]
    mover, lost, t, record = optimizer(P, lr=1.0), np.zeros(S * R, bool), 0, []
    with np.errstate(over="ignore", invalid="ignore"):
        for epoch in range(epochs):
            for x, y in _epoch(orders, R):
                step_each(stack, P, mover, rates[t], lost, x, y)
                t += 1
            if curves or epoch == epochs - 1:
                record.append(np.concatenate([_scores(stack, train)[:1], _scores(stack, held_out)]))
    return _marked(np.array(record), lost).reshape(-1, 3, S, R).transpose(2, 0, 1, 3)


def _marked(record: np.ndarray, lost: np.ndarray) -> np.ndarray:
    """The record (epochs, 3, networks) with losses inf and accuracy 0 where a network has diverged."""
    record[:, :2][:, :, lost], record[:, 2][:, lost] = np.inf, 0.0
    return record


def step_each(stack: StackedMLP, P: list, mover: optim.Optimizer, rates: np.ndarray, lost: np.ndarray, x: np.ndarray,
              y: np.ndarray) -> np.ndarray:  # fmt: skip
    """One step of every network; those that have diverged are set to 0 and noted in `lost`.

    Parameters
    ----------
    mover : optimizer of P, at rate 1.
    rates : (R, 1, 1).
    stack, P, lost, x, y : as for :func:`differentiate_each`.

    Returns
    -------
    (R,) mean losses before the step.
    """
    losses = differentiate_each(stack, P, lost, x, y)
    move_each(mover, P, np.where(lost[:, None, None], 0, rates))
    return losses


def differentiate_each(stack: StackedMLP, P: list, lost: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The gradient of each network's mean loss; networks whose outputs are not finite are first set to 0.

    Parameters
    ----------
    P : the parameters of `stack`.
    lost : (R,) booleans; notes the networks that are set to 0.
    x, y : a batch, (N, n) and (N,), for all, or one each, (R, N, n) and (R, N).

    Returns
    -------
    (R,) mean losses.
    """
    for p in P:
        p.grad = None
    z = stack(x)
    gone = ~np.isfinite(z.data).all(axis=(1, 2))
    if gone.any():
        lost |= gone
        for p in P:
            p.data[gone] = 0
        z = stack(x)
    R, N, C = z.shape
    labels = np.broadcast_to(y, (R, N)).reshape(-1)
    losses = ops.cross_entropy(ops.reshape(z, (R * N, C)), labels, reduction="none")
    losses.backward(np.full(R * N, 1 / N, z.dtype))  # the sum of R mean losses
    return losses.data.reshape(R, N).mean(axis=1)


def move_each(mover: optim.Optimizer, P: list, rates: np.ndarray) -> None:
    """A step of `mover`, whose rate is 1; `rates` is the share of the way that each entry of the parameters goes."""
    before = [p.data.copy() for p in P]
    mover.step()
    for p, start in zip(P, before, strict=True):
        p.data -= start
        p.data *= rates
        p.data += start


def _scores(stack: StackedMLP, pairs: Sequence[Pair]) -> np.ndarray:
    """(2, S R): mean cross-entropy and accuracy of each network, R of them on each of S pairs (X, y)."""
    R, found = len(stack.weights[0].data) // len(pairs), []
    for s, (X, y) in enumerate(pairs):
        z = stack.part(slice(s * R, s * R + R))(X).data.astype(np.float64)
        z -= z.max(axis=-1, keepdims=True)
        right = z[:, np.arange(len(y)), y]
        losses = (np.log(np.exp(z).sum(axis=-1)) - right).mean(axis=1)
        found.append([losses, (z.argmax(axis=-1) == y).mean(axis=1)])
    return np.concatenate(found, axis=1)


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
    seeds, train, held_out : as for :func:`schedule_race`.
    test : for each seed the pair on which the result is measured; `held_out` if left out.
    curves : False measures after the last epoch only; the other rows are inf, inf, 0.
    options : of HalveOnPlateau.

    Returns
    -------
    record (S, epochs, 3, R) : as :func:`schedule_race`, measured after a rollback, on `test`.
    rates (S, epochs, R) : the rates during each epoch.
    """
    R, S = len(lr), len(seeds)
    stack, orders = _start(R, sizes, seeds, train, batch_size)
    P = stack.parameters()
    mover, lost = optim.SGD(P, lr=1.0), np.zeros(S * R, bool)
    lanes = [_Lane(P, r, rate) for r, rate in enumerate([*lr] * S)]
    plateaus = [HalveOnPlateau(lane, lane, **options) for lane in lanes]
    record, rates = np.tile([[np.inf], [np.inf], [0.0]], (epochs, 1, S * R)), np.zeros((epochs, S * R), np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        for epoch in range(epochs):
            rates[epoch] = [lane.lr for lane in lanes]
            for x, y in _epoch(orders, R):
                step_each(stack, P, mover, rates[epoch, :, None, None], lost, x, y)
            for plateau, loss in zip(plateaus, _scores(stack, held_out)[0], strict=True):
                plateau.step(loss)
            if curves or epoch == epochs - 1:
                record[epoch] = np.concatenate([_scores(stack, train)[:1], _scores(stack, test or held_out)])
    record = _marked(record, lost).reshape(-1, 3, S, R).transpose(2, 0, 1, 3)
    return record, rates.reshape(-1, S, R).swapaxes(0, 1)
