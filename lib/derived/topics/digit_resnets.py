"""Deep convolutional networks with and without shortcuts on the digits of 8 by 8 pixels."""

from __future__ import annotations

import numpy as np

from derived import nn, ops, optim
from derived.data import Batches
from derived.tensor import no_grad
from derived.training import accuracy, fit

__all__ = ["digit_resnet", "train_and_score"]


def digit_resnet(blocks: int, skip: bool, *, channels: int = 8, rng: np.random.Generator,
                 dtype: type = np.float32) -> nn.Sequential:  # fmt: skip
    """A convolution, pooling to 4 by 4, blocks of two normalised convolutions, global average pooling, scores.

    It has 2 + 2 `blocks` layers with weights and, with and without shortcuts, the same parameters.
    """
    options = {"rng": rng, "init": "he_normal", "dtype": dtype}
    body = [nn.ResidualBlock(channels, channels, skip=skip, rng=rng, dtype=dtype) for _ in range(blocks)]
    return nn.Sequential(nn.Conv2d(1, channels, 3, padding=1, **options), nn.ReLU(), nn.MaxPool2d(2), *body,
                         nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10, **options))  # fmt: skip


def train_and_score(data: tuple[np.ndarray, ...], blocks: int, skip: bool, seed: int, *, epochs: int = 5,
                    lr: float = 1e-2, batch_size: int = 128) -> tuple[float, float]:  # fmt: skip
    """Loss on all training data after some epochs of Adam, and accuracy on the test data.

    Both normalise with the statistics of all training data under the final weights: running averages lag behind them.

    Parameters
    ----------
    data : X_train, X_test, y_train, y_test; images (N, 1, 8, 8).
    """
    X, X_test, y, y_test = data
    rng = np.random.default_rng(seed)
    model = digit_resnet(blocks, skip, rng=rng)
    batches = Batches(X, y, batch_size, rng, drop_last=True)
    fit(model, ops.cross_entropy, optim.Adam(model.parameters(), lr=lr), batches, epochs)
    for layer in model.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.momentum = 1.0  # the running statistics become those of the next pass
    with no_grad():
        loss = ops.cross_entropy(model.train()(X), y).item()
    return loss, accuracy(model.eval(), X_test, y_test)
