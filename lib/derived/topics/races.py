"""Comparing optimizers with equal budgets: the same starts, batches, steps and candidate rates for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

import numpy as np

from derived import nn, optim
from derived.data import Batches
from derived.tensor import Tensor
from derived.topics.restarts import StackedMLP
from derived.topics.schedule_race import move_each, step_each
from derived.topics.surfaces import Surface

__all__ = ["METHODS", "best_of", "network_race", "surface_race"]

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


def network_race(kind: Callable, rates: Sequence[float], seeds: Sequence[int], train: tuple, test: tuple, *,
                 hidden: int = 32, epochs: int = 8, batch_size: int = 128) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """ReLU networks with one hidden layer, trained side by side; weights and order of batches are those of the seeds.

    Parameters
    ----------
    kind : one of METHODS, or another that acts on every entry by itself, by its rate times something.
    rates, seeds : one for each of the R networks.
    train, test : pairs (X, y) of inputs and class indices.
    hidden, epochs, batch_size : how many.

    Returns
    -------
    losses (R, epochs) : mean cross-entropy over each epoch; inf after a divergence.
    accuracies (R,) : on `test`, at the end; 0 after a divergence.
    """
    (X, y), R = train, len(seeds)
    sizes = [X.shape[1], hidden, int(y.max()) + 1]
    stack = StackedMLP.of([nn.MLP(sizes, "relu", rng=np.random.default_rng(seed)) for seed in seeds])
    orders = [Batches(np.arange(len(X)), None, batch_size, np.random.default_rng(seed)) for seed in seeds]
    P, shares, lost = stack.parameters(), np.array(rates, np.float32)[:, None, None], np.zeros(R, bool)
    mover, losses = kind(P, lr=1.0), np.zeros((R, epochs))
    with np.errstate(over="ignore", invalid="ignore"):
        for epoch in range(epochs):
            for chosen in zip(*orders, strict=True):
                rows = np.stack(chosen)
                mean = step_each(stack, P, mover, shares, lost, X[rows], y[rows])
                losses[:, epoch] += mean * rows.shape[1] / len(X)
        scores = np.mean(stack(test[0]).data.argmax(axis=-1) == test[1], axis=1)
    losses[lost], scores[lost] = np.inf, 0.0
    return losses, scores
