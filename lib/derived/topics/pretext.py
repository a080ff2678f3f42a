"""Self-supervised learning: tasks whose targets come from the images themselves, and what their features are worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from derived import nn, ops
from derived.arguments import one_of, require
from derived.data import Batches, one_hot
from derived.optim import Adam
from derived.topics.ridge_regression import ridge
from derived.training import accuracy, fit, predict

__all__ = ["Pretext", "convolutional", "denoising", "dense", "pretext_score", "pretrain", "probe", "probe_study",
           "quarter_turns"]  # fmt: skip

Task = Callable[[np.ndarray, np.random.Generator], tuple[np.ndarray, np.ndarray]]


def dense(rng: np.random.Generator, units: int = 64) -> nn.Sequential:
    """One hidden layer of ReLU units on 8x8 images: (N, 1, 8, 8) to (N, units)."""
    return nn.Sequential(nn.Flatten(), nn.Linear(64, units, rng=rng, init="he_normal"), nn.ReLU())


def convolutional(rng: np.random.Generator) -> nn.Sequential:
    """Two convolutions (8 and 16 kernels of 3x3, ReLU) on 8x8 images, max-pooling between: (N, 1, 8, 8) to (N, 256)."""
    options = {"padding": 1, "rng": rng, "init": "he_normal"}
    first, second = nn.Conv2d(1, 8, 3, **options), nn.Conv2d(8, 16, 3, **options)
    return nn.Sequential(first, nn.ReLU(), nn.MaxPool2d(2), second, nn.ReLU(), nn.Flatten())


def quarter_turns(images: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Each square image turned by a random multiple of 90 degrees, and that multiple, 0 to 3, as its label."""
    require(images.ndim == 4 and images.shape[2] == images.shape[3],
            "quarter_turns: images has shape {}, expected (N, C, H, H)", images.shape)  # fmt: skip
    turns = rng.integers(4, size=len(images))
    turned = images.copy()
    for k in (1, 2, 3):
        turned[turns == k] = np.rot90(images[turns == k], k, axes=(2, 3))
    return turned, turns


def denoising(images: np.ndarray, rng: np.random.Generator, std: float = 0.3) -> tuple[np.ndarray, np.ndarray]:
    """Images with normal noise, and the clean ones as rows (N, C * H * W) to be rebuilt."""
    noise = std * rng.standard_normal(images.shape, dtype=np.float32)
    return images + noise.astype(images.dtype, copy=False), images.reshape(len(images), -1)


class Pretext:
    """Batches of a task on images without labels, made anew in each epoch.

    Parameters
    ----------
    images : (N, C, H, W).
    task : ``task(images, rng)`` gives inputs and targets.
    batch_size, rng : as for :class:`derived.data.Batches`; a child of `rng` goes to the task.
    """

    def __init__(self, images: np.ndarray, task: Task, batch_size: int, rng: np.random.Generator) -> None:
        self.batches, self.task, self._rng = Batches(images, None, batch_size, rng), task, rng.spawn(1)[0]

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        return (self.task(x, self._rng) for x in self.batches)


def pretrain(trunk: nn.Sequential, images: np.ndarray, task: str, *, rng: np.random.Generator, epochs: int = 8,
             lr: float = 1e-2, batch_size: int = 128) -> nn.Sequential:  # fmt: skip
    """Train `trunk` in place with a linear head on a task without labels; returns trunk and head together.

    Parameters
    ----------
    trunk : maps (N, C, H, W) to features (N, F).
    images : (N, C, H, W).
    task : ``"rotation"`` (quarter turns, cross-entropy) or ``"denoising"`` (squared error).
    rng, epochs, lr, batch_size : of the training with Adam.
    """
    one_of("pretrain", "task", task, ("rotation", "denoising"))
    make, outputs, loss = ((quarter_turns, 4, ops.cross_entropy) if task == "rotation" else
                           (denoising, images[0].size, ops.mse_loss))  # fmt: skip
    features = predict(trunk, images[:1]).shape[1]
    model = nn.Sequential(*trunk.layers, nn.Linear(features, outputs, rng=rng, init="he_normal"))
    fit(model, loss, Adam(model.parameters(), lr=lr), Pretext(images, make, batch_size, rng), epochs, progress=False)
    return model


def pretext_score(model: nn.Sequential, images: np.ndarray, task: str, rng: np.random.Generator) -> float:
    """On new images, the accuracy of the turns, or the share of the noise's squared length that is left."""
    one_of("pretext_score", "task", task, ("rotation", "denoising"))
    if task == "rotation":
        return accuracy(model, *quarter_turns(images, rng))
    noisy, clean = denoising(images, rng)
    return float(np.sum((predict(model, noisy) - clean) ** 2) / np.sum((noisy.reshape(clean.shape) - clean) ** 2))


def probe(features: np.ndarray, labels: np.ndarray, test: np.ndarray, test_labels: np.ndarray,
          lam: float = 0.1) -> float:  # fmt: skip
    """Test accuracy of ridge regression from frozen features to one-hot labels.

    Parameters
    ----------
    features, test : (N, F) and (M, F); both are divided by the overall standard deviation of the first.
    labels, test_labels : (N,) and (M,) class indices.
    lam : strength of the penalty, convention "mean".
    """
    scale = features.std() or 1.0
    w, b = ridge(features / scale, one_hot(labels, labels.max() + 1), lam)
    return float(np.mean((test / scale @ w + b).argmax(axis=1) == test_labels))


def probe_study(build: Callable[[np.random.Generator], nn.Sequential], task: str | None,
                few: tuple[np.ndarray, np.ndarray], images: np.ndarray, test: tuple[np.ndarray, np.ndarray], seed: int,
                lam: float = 0.1) -> tuple[float, float]:  # fmt: skip
    """Score in a pretext task (NaN without one), and test accuracy of a probe of the trunk's features.

    The trunk's first weights depend on `seed` alone, so that the tasks are compared from equal starts.

    Parameters
    ----------
    build : makes the trunk.
    task : ``"rotation"``, ``"denoising"``, or None to leave the trunk's weights random.
    few, test : images and labels for the probe, and those it is tested on.
    images : for the pretext task; their labels are not needed.
    seed, lam : of the random numbers; of :func:`probe`.
    """
    trunk, score = build(np.random.default_rng([seed, 1])), np.nan
    if task is not None:
        model = pretrain(trunk, images, task, rng=np.random.default_rng([seed, 2]))
        score = pretext_score(model, test[0], task, np.random.default_rng([seed, 3]))
    return score, probe(predict(trunk, few[0]), few[1], predict(trunk, test[0]), test[1], lam)
