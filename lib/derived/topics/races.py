"""Comparing optimizers with equal budgets: the same starts, batches, steps and candidate rates for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import numpy as np

from derived import nn, ops, optim
from derived.data import Batches
from derived.topics.descent import optimizer_path
from derived.topics.surfaces import Surface
from derived.training import TrainingDiverged, accuracy, fit

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


def surface_race(kind: Callable, surface: Surface, start: np.ndarray, rates: Iterable[float],
                 steps: int) -> tuple[float, np.ndarray]:  # fmt: skip
    """The best rate, by the value of the last point, and its path (steps + 1, 2)."""
    paths = {}

    def score(lr: float) -> float:
        with np.errstate(over="ignore", invalid="ignore"):
            paths[lr] = optimizer_path(partial(kind, lr=lr), surface.gradient, start, steps)
            return float(surface.value(paths[lr][-1]))

    lr, _ = best_of(score, rates)
    return lr, paths[lr]


def network_race(kind: Callable, lr: float, seed: int, train: tuple, test: tuple, *, hidden: int = 32, epochs: int = 8,
                 batch_size: int = 128) -> tuple[np.ndarray, float]:  # fmt: skip
    """A ReLU network with one hidden layer, trained with batches; weights and order are those of the seed.

    Parameters
    ----------
    kind : called as ``kind(parameters, lr=lr)``.
    train, test : pairs (X, y) of inputs and class indices.
    hidden, epochs, batch_size : how many.

    Returns
    -------
    losses (epochs,) : mean cross-entropy over each epoch; inf after a divergence.
    accuracy : on `test`, at the end.
    """
    X, y = train
    net = nn.MLP([X.shape[1], hidden, int(y.max()) + 1], "relu", rng=np.random.default_rng(seed))
    batches = Batches(X, y, batch_size, np.random.default_rng(seed))
    losses = np.full(epochs, np.inf)
    try:
        losses[:] = fit(net, ops.cross_entropy, kind(net.parameters(), lr=lr), batches, epochs, progress=False)["loss"]
    except TrainingDiverged:
        return losses, 0.0
    return losses, accuracy(net, *test)
