r"""Defences that hide the gradient and repair little: rounded pixels and random inputs."""

from __future__ import annotations

import numpy as np

from derived import nn, ops
from derived.arguments import require
from derived.tensor import Tensor, primitive

__all__ = ["NoisyInput", "Quantized", "quantize"]


@primitive
def quantize(x, levels=4, straight_through=False):
    r"""Entries of [0, 1] rounded to multiples of 1/(levels - 1): constant almost everywhere, so the gradient is 0.

    With ``straight_through`` the pullback is that of the identity, which rounding approximates: the attacker's answer
    (backward pass differentiable approximation; Athalye, Carlini and Wagner, 2018).
    """
    require(levels >= 2, "quantize: levels is {}, expected at least 2", levels)
    rounded = (np.round(x * (levels - 1)) / (levels - 1)).astype(x.dtype)
    return rounded, (lambda g: g) if straight_through else np.zeros_like


class Quantized(nn.Module):
    """``model`` on rounded images."""

    def __init__(self, model: nn.Module, levels: int = 4, straight_through: bool = False) -> None:
        self.model, self.levels, self.straight_through = model, levels, straight_through

    def forward(self, x: Tensor) -> Tensor:
        return self.model(quantize(x, self.levels, self.straight_through))


class NoisyInput(nn.Module):
    """``model`` on images with fresh Gaussian noise of standard deviation ``std`` at each call."""

    def __init__(self, model: nn.Module, std: float, *, rng: np.random.Generator) -> None:
        self.model, self.std, self.rng = model, std, rng

    def forward(self, x: Tensor) -> Tensor:
        noise = self.std * self.rng.standard_normal(x.shape, dtype=np.float32)
        return self.model(ops.add(x, noise.astype(x.dtype)))
