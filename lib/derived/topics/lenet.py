"""Convolutional networks of the chapter: LeNet-style, for digits, and one that ignores shifts; and their counts."""

from __future__ import annotations

from math import prod

import numpy as np

from derived import nn, ops
from derived.tensor import Tensor, no_grad

__all__ = ["GlobalMaxPool2d", "count_params", "digit_cnn", "global_cnn", "lenet", "shapes", "weights_and_connections"]


def lenet(*, rng: np.random.Generator, dtype: type = np.float32) -> nn.Sequential:
    """The network of the textbooks for (N, 1, 32, 32): two stages of 5x5 convolution, ReLU, max-pooling; three dense
    layers 400-120-84-10.

    The LeNet-5 of LeCun et al. (1998) has a trained scale and bias for each averaged map, a second convolution that
    connects only some of the maps (1,516 parameters), squashing units and a layer of radial basis functions at the end.
    """
    options = {"rng": rng, "init": "he_normal", "dtype": dtype}
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, **options), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5, **options), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), *nn.MLP([400, 120, 84, 10], **options).layers,
    )  # fmt: skip


def digit_cnn(*, side: int = 8, channels: tuple[int, int] = (16, 32), kernel: int = 3, rng: np.random.Generator,
              dtype: type = np.float32) -> nn.Sequential:  # fmt: skip
    """Two stages of convolution, ReLU and 2x2 max-pooling, then one dense layer: for (N, 1, side, side), 10 classes."""
    options = {"rng": rng, "init": "he_normal", "dtype": dtype}
    a, b = channels
    return nn.Sequential(
        nn.Conv2d(1, a, kernel, padding=kernel // 2, **options), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(a, b, kernel, padding=kernel // 2, **options), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(b * (side // 4) ** 2, 10, **options),
    )  # fmt: skip


class GlobalMaxPool2d(nn.Module):
    """The largest entry of each channel, (N, C, H, W) to (N, C), wherever it stands and whatever the size."""

    def forward(self, x: Tensor) -> Tensor:
        return ops.amax(ops.reshape(x, (*x.shape[:2], -1)), dim=2)


def global_cnn(*, channels: tuple[int, int] = (8, 24), kernels: tuple[int, int] = (3, 5), rng: np.random.Generator,
               dtype: type = np.float32) -> nn.Sequential:  # fmt: skip
    """Full convolutions without stride and bias, then the maximum of each channel: a digit gives the same answer
    wherever it stands, in an image of any size.

    Without biases what is 0 stays 0, and with full padding nothing of the digit is cut off at the edge.
    """
    options = {"rng": rng, "init": "he_normal", "dtype": dtype}
    (a, b), (k, m) = channels, kernels
    return nn.Sequential(
        nn.Conv2d(1, a, k, padding=k - 1, bias=False, **options), nn.ReLU(),
        nn.Conv2d(a, b, m, padding=m - 1, bias=False, **options), nn.ReLU(),
        GlobalMaxPool2d(), nn.Linear(b, 10, **options),
    )  # fmt: skip


def count_params(model: nn.Module) -> int:
    """How many numbers the network learns."""
    return sum(p.size for p in model.parameters())


def shapes(model: nn.Sequential, input_shape: tuple[int, ...]) -> list[tuple[nn.Module, tuple[int, ...]]]:
    """Each layer with the shape of what it puts out; both shapes without the batch."""
    found, x = [], np.zeros((1, *input_shape), model.parameters()[0].dtype)
    with no_grad():
        for layer in model.layers:
            x = layer(x)
            found.append((layer, x.shape[1:]))
    return found


def weights_and_connections(conv: nn.Conv2d, output_shape: tuple[int, int, int]) -> tuple[int, int]:
    """The weights of a convolution, and how often one is multiplied with a pixel or with padding, biases apart."""
    entries = conv.in_channels * prod(conv.kernel_size)
    return conv.out_channels * entries, prod(output_shape) * entries
