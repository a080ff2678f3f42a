"""What one output sees of the input: sizes, receptive fields and places of a stack of sliding windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from derived import nn
from derived.arguments import require
from derived.ops.windows import output_size

__all__ = ["Stage", "extent", "receptive_field", "sizes_through", "stack", "window"]


@dataclass(frozen=True)
class Stage:
    """A convolution or pooling layer as far as windows matter; the same along rows and columns."""

    kernel: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1

    def __post_init__(self) -> None:
        require(min(self.kernel, self.stride, self.dilation) >= 1 and self.padding >= 0,
                "Stage: {}, expected kernel, stride and dilation >= 1, padding >= 0", self)  # fmt: skip

    @property
    def reach(self) -> int:
        """Pixels from the first to the last that a window meets, D(k - 1) + 1."""
        return self.dilation * (self.kernel - 1) + 1


def sizes_through(size: int, stages: Sequence[Stage]) -> list[int]:
    """The width of the image before the first stage and after each."""
    sizes = [size]
    for stage in stages:
        sizes.append(output_size(sizes[-1], stage.kernel, stage.stride, stage.padding, stage.dilation))
        require(sizes[-1] > 0, "sizes_through: no window of {} fits into {} pixels", stage, sizes[-2])
    return sizes


def receptive_field(stages: Sequence[Stage]) -> int:
    r"""Width of the part of the input that one output can depend on, from :math:`r_L=1` by
    :math:`r_{l-1}=S_l\,(r_l-1)+D_l(k_l-1)+1`.
    """
    r = 1
    for stage in reversed(stages):
        r = stage.stride * (r - 1) + stage.reach
    return r


def window(stages: Sequence[Stage], u: int) -> tuple[int, int]:
    """First and last pixel of the input that output u can see; in the padding they lie outside the image."""
    first = last = u
    for stage in reversed(stages):
        first = stage.stride * first - stage.padding
        last = stage.stride * last - stage.padding + stage.reach - 1
    return first, last


def stack(stages: Sequence[Stage], *, rng: np.random.Generator) -> nn.Sequential:
    """One-channel convolutions with positive weights and nothing between them, so that no slope can cancel."""
    layers = [nn.Conv2d(1, 1, s.kernel, s.stride, s.padding, s.dilation, bias=False, rng=rng, dtype=np.float64,
                        init=lambda shape, rng, dtype: rng.uniform(0.5, 1.5, shape).astype(dtype))
              for s in stages]  # fmt: skip
    return nn.Sequential(*layers)


def extent(gradient: np.ndarray) -> tuple[int, int]:
    """First and last column that hold an entry other than 0."""
    columns = np.flatnonzero(np.any(gradient != 0, axis=0))
    require(len(columns) > 0, "extent: the gradient is 0 everywhere")
    return int(columns[0]), int(columns[-1])
