"""Training on few labelled images: with augmentation, or with a second task beside the first."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived import nn, ops
from derived.data import Batches
from derived.data.augmentation import Augmented, Transform
from derived.optim import Adam
from derived.topics.multitask import MultiTask, joint_loss
from derived.training import accuracy, fit, predict

__all__ = ["with_augmentation", "with_second_task"]

Pair = tuple[np.ndarray, np.ndarray]
Build = Callable[[np.random.Generator], nn.Sequential]


def _head(trunk: nn.Sequential, images: np.ndarray, outputs: int, rng: np.random.Generator) -> nn.Linear:
    return nn.Linear(predict(trunk, images[:1]).shape[1], outputs, rng=rng, init="he_normal")


def with_augmentation(build: Build, few: Pair, test: Pair, transform: Transform | None, rng: np.random.Generator, *,
                      epochs: int = 80, lr: float = 0.01, batch_size: int = 50) -> float:  # fmt: skip
    """Test accuracy of a trunk with a linear head, trained by Adam on `few` examples.

    Parameters
    ----------
    build : makes the trunk, from images to (N, features).
    few, test : images and class indices.
    transform : applied anew to each batch (:class:`derived.data.augmentation.Augmented`), or None.
    rng : source of weights, batches and transformations; the first two are the same for every transform.
    epochs, lr, batch_size : of the training.
    """
    trunk = build(rng)
    model = nn.Sequential(*trunk.layers, _head(trunk, few[0], int(few[1].max()) + 1, rng))
    batches = Batches(*few, batch_size, rng)
    if transform is not None:
        batches = Augmented(batches, transform, rng)
    fit(model, ops.cross_entropy, Adam(model.parameters(), lr=lr), batches, epochs, progress=False)
    return accuracy(model, *test)


def with_second_task(build: Build, few: Pair, second: np.ndarray, test: Pair, weight: float,
                     rng: np.random.Generator, *, epochs: int = 80, lr: float = 0.01,
                     batch_size: int = 50) -> float:  # fmt: skip
    r"""Test accuracy in the first task of a trunk with two heads, trained on :math:`J_1+\alpha J_2`.

    Parameters
    ----------
    build, few, test, epochs, lr, batch_size : as for :func:`with_augmentation`.
    second : (N,) class indices of the second task for the images in `few`.
    weight : :math:`\alpha`; 0 trains the first task alone, exactly as :func:`with_augmentation` does without transform.
    rng : source of weights and batches.
    """
    trunk = build(rng)
    heads = [_head(trunk, few[0], int(labels.max()) + 1, rng) for labels in (few[1], second)]
    model, loss = MultiTask(trunk, heads), joint_loss(ops.cross_entropy, ops.cross_entropy, weights=[1.0, weight])
    batches = Batches(few[0], np.column_stack([few[1], second]), batch_size, rng)
    fit(model, loss, Adam(model.parameters(), lr=lr), batches, epochs, progress=False)
    return accuracy(nn.Sequential(*trunk.layers, heads[0]), *test)
