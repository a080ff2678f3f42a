"""Blocks of deep convolutional networks: several paths from one input, joined by concatenation or addition."""

from __future__ import annotations

from typing import Any

import numpy as np

from derived import ops
from derived.arguments import require
from derived.nn.activations import ReLU
from derived.nn.convolution import Conv2d
from derived.nn.linear import Identity
from derived.nn.module import Module, Sequential
from derived.nn.normalization import BatchNorm2d
from derived.nn.pooling import MaxPool2d
from derived.tensor import Tensor

__all__ = ["DenseBlock", "Inception", "Residual", "ResidualBlock"]


class Residual(Module):
    """``shortcut(x) + body(x)``: the sum of what a module does and of its input.

    Parameters
    ----------
    body : module whose value has the shape of the shortcut's.
    shortcut : module, such as a projection where the body changes the shape; by default the identity.
    """

    def __init__(self, body: Module, shortcut: Module | None = None) -> None:
        self.body, self.shortcut = body, Identity() if shortcut is None else shortcut

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        """The sum; ValueError where the shapes of the two differ."""
        passed, change = self.shortcut(x), self.body(x)
        require(passed.shape == change.shape,
                "Residual: the shortcut has shape {}, the body {}: project the input",
                passed.shape, change.shape)  # fmt: skip
        return passed + change


class ResidualBlock(Module):
    """Two convolutions of three by three and a shortcut, as in ResNet-18: ``relu(shortcut(x) + body(x))``.

    Parameters
    ----------
    in_channels, out_channels, stride : of the first convolution; where they change the shape the shortcut is a
        convolution of one by one with that stride, else it hands on the input.
    norm : batch normalisation behind each convolution, which then has no bias.
    skip : False leaves the shortcut away, for comparison.
    zero_init : the last layer of the body starts at 0 (its gain, with ``norm``), so that the body does.
    rng, dtype : source and type of the parameters.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1, *, norm: bool = True, skip: bool = True,
                 zero_init: bool = False, rng: np.random.Generator, dtype: type = np.float32) -> None:  # fmt: skip
        options: dict[str, Any] = {"bias": not norm, "rng": rng, "init": "he_normal", "dtype": dtype}
        after = lambda: [BatchNorm2d(out_channels, dtype=dtype)] if norm else []
        self.body = Sequential(Conv2d(in_channels, out_channels, 3, stride, 1, **options), *after(), ReLU(),
                               Conv2d(out_channels, out_channels, 3, 1, 1, **options), *after())  # fmt: skip
        if zero_init:
            self.body[-1].weight.data[...] = 0
        changes = stride > 1 or in_channels != out_channels
        project = [Conv2d(in_channels, out_channels, 1, stride, **options), *after()] if skip and changes else []
        self.skip, self.shortcut = skip, Sequential(*project)

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        """(N, in_channels, H, W) to (N, out_channels, H', W')."""
        return ops.relu(self.shortcut(x) + self.body(x) if self.skip else self.body(x))


class Inception(Module):
    """Four paths, joined by concatenation of their channels; names and order of torchvision, windows of the paper.

    Parameters
    ----------
    in_channels : of the input.
    ch1x1 : channels of the first path, a convolution of one by one.
    ch3x3red, ch3x3 : the second path reduces to ``ch3x3red`` channels, then looks at three by three.
    ch5x5red, ch5x5 : the third, with five by five.
    pool_proj : the fourth takes the largest of three by three in each channel, then reduces to ``pool_proj``.
    rng, dtype : source and type of the parameters.
    """

    def __init__(self, in_channels: int, ch1x1: int, ch3x3red: int, ch3x3: int, ch5x5red: int,
                 ch5x5: int, pool_proj: int, *, rng: np.random.Generator,
                 dtype: type = np.float32) -> None:  # fmt: skip
        options: dict[str, Any] = {"rng": rng, "init": "he_normal", "dtype": dtype}
        conv = lambda a, b, k: [Conv2d(a, b, k, padding=k // 2, **options), ReLU()]
        self.branch1 = Sequential(*conv(in_channels, ch1x1, 1))
        self.branch2 = Sequential(*conv(in_channels, ch3x3red, 1), *conv(ch3x3red, ch3x3, 3))
        self.branch3 = Sequential(*conv(in_channels, ch5x5red, 1), *conv(ch5x5red, ch5x5, 5))
        self.branch4 = Sequential(MaxPool2d(3, 1, 1), *conv(in_channels, pool_proj, 1))

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        """(N, in_channels, H, W) to (N, ch1x1 + ch3x3 + ch5x5 + pool_proj, H, W)."""
        return ops.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], dim=1)


class DenseBlock(Module):
    """Layers that each see all feature maps before them and append their own.

    Parameters
    ----------
    in_channels : of the input.
    growth_rate : channels that each layer appends.
    num_layers : how many layers there are.
    norm : batch normalisation and ReLU before each convolution of three by three; else only the ReLU behind it.
    rng, dtype : source and type of the parameters.
    """

    def __init__(self, in_channels: int, growth_rate: int, num_layers: int, *, norm: bool = True,
                 rng: np.random.Generator, dtype: type = np.float32) -> None:  # fmt: skip
        options: dict[str, Any] = {"bias": not norm, "rng": rng, "init": "he_normal", "dtype": dtype}
        self.layers = []
        for l in range(num_layers):
            channels = in_channels + l * growth_rate
            conv = Conv2d(channels, growth_rate, 3, padding=1, **options)
            before = [BatchNorm2d(channels, dtype=dtype), ReLU()] if norm else []
            self.layers.append(Sequential(*before, conv, *([] if norm else [ReLU()])))

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        """(N, in_channels, H, W) to (N, in_channels + num_layers * growth_rate, H, W)."""
        for layer in self.layers:
            x = ops.cat([x, layer(x)], dim=1)
        return x
