r"""Training on the worst images of a ball: batches that an attack has changed, and the network that is trained here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from derived import nn, ops, optim
from derived.data import Batches
from derived.schedules import CosineAnnealingWarmRestarts, Scheduler
from derived.tensor import Tensor
from derived.training import fit

__all__ = ["Attacked", "adversarial_train", "strided_cnn"]

Attack = Callable[[nn.Module, np.ndarray, np.ndarray], np.ndarray]


def strided_cnn(*, rng: np.random.Generator, channels: int = 24, hidden: int = 64,
                dtype: type = np.float32) -> nn.Sequential:  # fmt: skip
    """A 4x4 convolution with stride 2, ReLU, two dense layers with ReLU between: for (N, 1, 8, 8), 10 classes.

    The stride takes the place of pooling, so that a gradient costs a quarter: attacks need many.
    """
    options = {"rng": rng, "init": "he_normal", "dtype": dtype}
    return nn.Sequential(
        nn.Conv2d(1, channels, 4, stride=2, padding=1, **options), nn.ReLU(),
        nn.Flatten(), *nn.MLP([16 * channels, hidden, 10], **options).layers,
    )  # fmt: skip


class Attacked:
    r"""Batches whose images an attack on the model changes, as the model is when the batch is asked for.

    With :math:`r^*` from the attack, a step on such a batch follows :math:`\nabla_\theta\ell(f_\theta(x+r^*),y)`, by
    Danskin's theorem a gradient of the largest loss in the ball, if the attack finds that.

    Parameters
    ----------
    batches : pairs (images, labels), such as :class:`derived.data.Batches`.
    model : what is trained.
    attack : function of model, images, labels that returns images; None leaves them as they are.

    Attributes
    ----------
    images : the images of the current batch before the attack.
    """

    def __init__(self, batches: Batches, model: nn.Module, attack: Attack | None) -> None:
        self.batches, self.model, self.attack = batches, model, attack
        self.images: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for x, y in self.batches:
            self.images = x
            yield (self.attack(self.model, x, y) if self.attack else x), y


def adversarial_train(model: nn.Module, X: np.ndarray, y: np.ndarray, attack: Attack | None = None, *, epochs: int,
                      seed: int, lr: float = 5e-3, batch_size: int = 128,
                      penalty: Callable[[nn.Module, np.ndarray], Tensor] | None = None) -> nn.Module:  # fmt: skip
    """Adam on the cross-entropy of attacked batches, the rate falling from ``lr`` to 0; returns the model.

    Parameters
    ----------
    model, X, y : images (N, ...) to scores (N, K); floats and integers.
    attack : as for :class:`Attacked`; None for ordinary training.
    epochs, seed, lr, batch_size : of the training; the seed orders the batches.
    penalty : of model and clean images, added to the loss.
    """
    batches = Attacked(Batches(X, y, batch_size, np.random.default_rng(seed)), model, attack)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    rate = Scheduler(optimizer, CosineAnnealingWarmRestarts(lr, epochs * len(batches)))

    def loss(scores: Tensor, labels: np.ndarray) -> Tensor:
        value = ops.cross_entropy(scores, labels)
        return value if penalty is None else value + penalty(model, batches.images)

    fit(model, loss, optimizer, batches, epochs, progress=False, scheduler=rate)
    return model
