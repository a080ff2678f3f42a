"""Transfer: keep the lower layers of a trained network and fit a new head to another task."""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np

from derived import nn, ops
from derived.arguments import require
from derived.optim import Adam
from derived.training import accuracy, fit

__all__ = ["compare", "draw_labelled", "few_shot", "fit_full_batch", "new_head", "of_classes"]


def of_classes(X: np.ndarray, y: np.ndarray, classes: range) -> tuple[np.ndarray, np.ndarray]:
    """The examples of the `classes`, whose labels then count from 0."""
    members = (y >= classes.start) & (y < classes.stop)
    return X[members], y[members] - classes.start


def draw_labelled(y: np.ndarray, pool: np.ndarray, per_class: int, rng: np.random.Generator) -> np.ndarray:
    """So many examples of each class, drawn from `pool` without repetition, class by class.

    Parameters
    ----------
    y : (n,) class indices.
    pool : indices that may be drawn.
    """
    classes, counts = np.unique(y[pool], return_counts=True)
    require(0 < per_class <= counts.min(),
            "draw_labelled: per_class is {}, expected from 1 to {}", per_class, counts.min())  # fmt: skip
    return np.concatenate([rng.choice(pool[y[pool] == c], per_class, replace=False) for c in classes])


def few_shot(X: np.ndarray, y: np.ndarray, shots: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """`shots` random examples of each class, by :func:`draw_labelled`."""
    chosen = draw_labelled(y, np.arange(len(y)), shots, rng)
    return X[chosen], y[chosen]


def new_head(model: nn.MLP, classes: int, *, freeze: bool, rng: np.random.Generator) -> nn.Sequential:
    """A copy of the layers below the head with a fresh Linear head; frozen layers require no gradient.

    The given model is left as it is.
    """
    body = copy.deepcopy(model[:-1])
    body.requires_grad_(not freeze)
    head = nn.Linear(model.sizes[-2], classes, rng=rng, init="he_normal")
    return nn.Sequential(*body.layers, head)


def fit_full_batch(model: nn.Module, X: np.ndarray, y: np.ndarray, steps: int, lr: float = 1e-2,
                   loss: Callable = ops.cross_entropy) -> nn.Module:  # fmt: skip
    """`steps` steps of Adam on all of `X`, `y` at once, for those parameters that require a gradient."""
    optimizer = Adam([p for p in model.parameters() if p.requires_grad], lr=lr)
    fit(model, loss, optimizer, [(X, y)], steps, progress=False)
    return model


def compare(pretrained: nn.MLP, few: tuple[np.ndarray, np.ndarray], test: tuple[np.ndarray, np.ndarray], *,
            steps: int, rng: np.random.Generator, lr: float = 1e-2) -> dict[str, float]:  # fmt: skip
    """Test accuracy of three ways to learn a task from few examples with one shape of network.

    Parameters
    ----------
    pretrained : network trained on another task with the same inputs.
    few, test : inputs and class indices of the new task.
    steps, lr : of :func:`fit_full_batch`, for each of the three.
    rng : source of the new weights.

    Returns
    -------
    dict with ``"frozen"`` (new head only), ``"fine-tuned"`` (new head, then all layers move) and ``"scratch"`` (the
    same network from random weights).
    """
    classes = int(test[1].max()) + 1
    models = {
        "frozen": new_head(pretrained, classes, freeze=True, rng=rng),
        "fine-tuned": new_head(pretrained, classes, freeze=False, rng=rng),
        "scratch": nn.MLP([*pretrained.sizes[:-1], classes], rng=rng),
    }
    return {name: accuracy(fit_full_batch(model, *few, steps, lr), *test) for name, model in models.items()}
