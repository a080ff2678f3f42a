"""Comparing optimizers with equal budgets: the same starts, batches, steps and candidate rates for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

import numpy as np

from derived import nn, optim
from derived.data import Batches
from derived.tensor import Tensor
from derived.topics.restarts import SideBySide, StackedBatches, StackedMLP, move_each
from derived.topics.surfaces import Surface
from derived.training import accuracy

__all__ = ["METHODS", "best_of", "network_race", "surface_race", "train_together"]

# Everything but the rate stays at its default; momentum is 0.9.
METHODS: dict[str, Callable] = {
    "gradient descent": optim.SGD,
    "momentum": partial(optim.SGD, momentum=0.9),
    "Nesterov": partial(optim.SGD, momentum=0.9, nesterov=True),
    "AdaGrad": optim.Adagrad,
    "RMSProp": optim.RMSprop,
    "AdaDelta": optim.Adadelta,
    "Adam": optim.Adam,
    "AdamW": optim.AdamW,
    "MaxProp": optim.MaxProp,
    "AdaMax": optim.Adamax,
    "NAdam": optim.NAdam,
    "AMSGrad": partial(optim.Adam, amsgrad=True),
    "SignSGD": optim.SignSGD,
}


def best_of(score: Callable[[float], float], rates: Iterable[float]) -> tuple[float, float]:
    """The rate with the lowest score, and that score; scores that are not finite lose."""
    scores = {lr: score(lr) for lr in rates}
    lr = min(scores, key=lambda lr: scores[lr] if np.isfinite(scores[lr]) else np.inf)
    return lr, scores[lr]


def surface_race(kind: Callable, surface: Surface, start: np.ndarray, rates: Sequence[float],
                 steps: int) -> tuple[float, np.ndarray]:  # fmt: skip
    """The best rate, by the value of the last point, and its path (steps + 1, 2).

    All rates are tried side by side: each method of METHODS moves every number by itself, by its rate times something.
    """
    x = Tensor(np.repeat(np.asarray(start, np.float64)[None], len(rates), axis=0), requires_grad=True)
    mover, shares, path = kind([x], lr=1.0), np.array(rates)[:, None], np.empty((steps + 1, len(rates), 2))
    path[0] = start
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(steps):
            x.grad = surface.gradient(path[k])
            move_each(mover, [x], shares)
            path[k + 1] = x.data
        ends = dict(zip(rates, surface.value(path[-1]), strict=True))
    lr, _ = best_of(ends.get, rates)
    return lr, path[:, list(rates).index(lr)]


def train_together(models: Sequence[nn.Sequential], kind: Callable, rates: Sequence[float], seeds: Sequence[int],
                   train: tuple, *, epochs: int, batch_size: int,
                   rho: Sequence[float] | None = None) -> np.ndarray:  # fmt: skip
    """Train networks of one shape side by side, each as it would train alone, several times as fast.

    Parameters
    ----------
    models : R networks as :meth:`derived.topics.restarts.StackedMLP.of` takes them; changed.
    kind : one of METHODS, or another optimizer that acts on every entry by itself.
    rates, seeds : a learning rate for each network, and the seed of its order of batches.
    train : pair (X, y) of inputs and class indices (N,), or (R, N) if each network has its own.
    epochs, batch_size : how many.
    rho : a radius for each network, whose steps are then those of :class:`derived.optim.SAM`.

    Returns
    -------
    (R, epochs) mean cross-entropy over each epoch; inf after a divergence, and the parameters are then 0. With `rho`
    it is that at the worse points.
    """
    (X, y), R, race = train, len(models), SideBySide(StackedMLP.of(models), kind)
    labels = np.broadcast_to(y, (R, len(X)))
    batches = StackedBatches([Batches(X, own, batch_size, np.random.default_rng(seed))
                              for own, seed in zip(labels, seeds, strict=True)])  # fmt: skip
    losses = np.zeros((R, epochs))
    for epoch in range(epochs):
        for x, t in batches:
            away = _ascend_each(race, rho, x, t) if rho else ()
            mean = race.differentiate(x, t)
            for p, step in zip(race.P, away, strict=False):
                p.data -= step
            race.move(rates)
            losses[:, epoch] += mean * t.shape[1] / len(X)
    losses[race.lost] = np.inf
    for p in race.P:
        p.data[race.lost] = 0
    race.stack.copy_to(models)
    return losses


@np.errstate(over="ignore", invalid="ignore")
def _ascend_each(race: SideBySide, rho: Sequence[float], x: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
    """Move each network by its rho along its gradient; returns the steps."""
    race.differentiate(x, y)
    length = np.sqrt(sum(np.square(p.grad).sum(axis=(1, 2), keepdims=True) for p in race.P))
    radii = np.array(rho, length.dtype)[:, None, None]
    scale = np.divide(radii, length, out=np.zeros_like(length), where=length > 0)
    steps = [scale * p.grad for p in race.P]
    for p, step in zip(race.P, steps, strict=True):
        p.data += step
    return steps


def network_race(kind: Callable, rates: Sequence[float], seeds: Sequence[int], train: tuple, test: tuple, *,
                 hidden: Sequence[int] = (32,), activation: str = "relu", init: str = "he_normal", epochs: int = 8,
                 batch_size: int = 128) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Networks trained by :func:`train_together`; weights and order of batches are those of the seeds.

    Parameters
    ----------
    train, test : pairs (X, y) of inputs and class indices.
    hidden, activation, init : of the networks.

    Returns
    -------
    losses (R, epochs) : mean cross-entropy over each epoch; inf after a divergence.
    accuracies (R,) : on `test`, at the end; 0 after a divergence.
    """
    sizes = [train[0].shape[1], *hidden, int(train[1].max()) + 1]
    models = [nn.MLP(sizes, activation, rng=np.random.default_rng(seed), init=init) for seed in seeds]
    losses = train_together(models, kind, rates, seeds, train, epochs=epochs, batch_size=batch_size)
    scores = np.array([accuracy(model, *test) for model in models])
    scores[np.isinf(losses).any(axis=1)] = 0.0
    return losses, scores
