r"""Networks as lists of layer specifications, and what follows from them alone: shapes, parameters, multiplications.

Nothing is computed with weights. A convolution of :math:`C` into :math:`C'` channels with windows of :math:`k\times k`
pixels, in :math:`G` groups, that puts out :math:`h\times w` pixels has :math:`C'(\tfrac CGk^2+1)` parameters and makes
:math:`hw\,C'\tfrac CGk^2` multiplications. Adding, comparing, biases and normalisation are not counted as
multiplications, nor are those with the zeros of the padding left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from derived.arguments import one_of, require
from derived.ops.windows import output_size

__all__ = ["Branches", "Conv", "Dense", "Flatten", "GlobalPool", "Norm", "Pool", "Row", "depth", "totals", "walk"]

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Row:
    """A layer in its place: what it is, the shape that it puts out (without the batch), and its two counts."""

    name: str
    shape: Shape
    parameters: int
    multiplications: int


@dataclass(frozen=True)
class Conv:
    """Convolution; names and defaults of :class:`torch.nn.Conv2d`, the kernel square."""

    out_channels: int
    kernel_size: int
    stride: int = 1
    padding: int = 0
    groups: int = 1
    bias: bool = True
    weighted = True

    def row(self, shape: Shape) -> Row:
        """Its shape and counts for an input (C, H, W)."""
        C, side = shape[0], _sides("Conv", shape, self.kernel_size, self.stride, self.padding)
        require(C % self.groups == 0 == self.out_channels % self.groups,
                "Conv: groups is {}, expected a divisor of {} and {}", self.groups, C, self.out_channels)  # fmt: skip
        weights = self.out_channels * (C // self.groups) * self.kernel_size**2
        k, grouped = self.kernel_size, f", {self.groups} groups" if self.groups > 1 else ""
        slid = f", stride {self.stride}" if self.stride > 1 else ""
        return Row(f"conv {k}×{k}{slid}{grouped}", (self.out_channels, *side), weights + self.bias * self.out_channels,
                   weights * prod(side))  # fmt: skip


@dataclass(frozen=True)
class Pool:
    """Pooling of either kind; ``ceil_mode`` rounds the output size up, as in PyTorch."""

    kernel_size: int
    stride: int
    padding: int = 0
    ceil_mode: bool = False
    weighted = False

    def row(self, shape: Shape) -> Row:
        """Its shape for an input (C, H, W)."""
        side = _sides("Pool", shape, self.kernel_size, self.stride, self.padding, self.ceil_mode)
        return Row(f"pool {self.kernel_size}×{self.kernel_size}, stride {self.stride}", (shape[0], *side), 0, 0)


@dataclass(frozen=True)
class GlobalPool:
    """The mean of each channel: (C, H, W) to (C,)."""

    weighted = False

    def row(self, shape: Shape) -> Row:
        """Its shape."""
        return Row("global average", shape[:1], 0, 0)


@dataclass(frozen=True)
class Flatten:
    """All numbers in a row: (C, H, W) to (C H W,)."""

    weighted = False

    def row(self, shape: Shape) -> Row:
        """Its shape."""
        return Row("flatten", (prod(shape),), 0, 0)


@dataclass(frozen=True)
class Norm:
    """Batch normalisation: a gain and a shift for each channel."""

    weighted = False

    def row(self, shape: Shape) -> Row:
        """Its shape and parameters."""
        return Row("batch norm", shape, 2 * shape[0], 0)


@dataclass(frozen=True)
class Dense:
    """Affine layer of a vector."""

    out_features: int
    bias: bool = True
    weighted = True

    def row(self, shape: Shape) -> Row:
        """Its shape and counts for an input (n,)."""
        require(len(shape) == 1, "Dense: the input has shape {}, expected a vector: flatten or pool before", shape)
        weights = shape[0] * self.out_features
        return Row("dense", (self.out_features,), weights + self.bias * self.out_features, weights)


@dataclass(frozen=True)
class Branches:
    """Several paths from one input, joined by concatenation of channels (``"cat"``) or addition (``"add"``).

    Each path is a sequence of layers; the empty one hands on the input. An Inception module is four paths with
    ``"cat"``, a residual block two with ``"add"``, of which one is empty or a projection; a layer of a dense block two
    with ``"cat"``, of which one is empty.
    """

    paths: tuple[tuple, ...]
    join: str = "cat"

    def shape(self, ends: Sequence[Shape]) -> Shape:
        """The shape after joining paths whose outputs have the shapes ``ends``."""
        one_of("Branches", "join", self.join, ("cat", "add"))
        if self.join == "add":
            require(len(set(ends)) == 1, "Branches: shapes {} cannot be added", list(ends))
            return ends[0]
        require(len({end[1:] for end in ends}) == 1, "Branches: shapes {} differ in more than channels", list(ends))
        return (sum(end[0] for end in ends), *ends[0][1:])


Layer = Conv | Pool | GlobalPool | Flatten | Norm | Dense | Branches


def walk(layers: Sequence[Layer], shape: Shape) -> list[Row]:
    """The rows of all layers in order, those inside branches too, and after each branching a row for the join.

    Parameters
    ----------
    layers : specifications, first layer first.
    shape : of the input, without the batch: (C, H, W), or (n,) for dense layers.

    Raises
    ------
    ValueError
        if shapes do not fit.
    """
    rows = []
    for layer in layers:
        if isinstance(layer, Branches):
            parts = [walk(path, shape) for path in layer.paths]
            ends = [part[-1].shape if part else shape for part in parts]
            rows += [row for part in parts for row in part]
            rows.append(Row({"cat": "concatenate", "add": "add"}.get(layer.join, ""), layer.shape(ends), 0, 0))
        else:
            rows.append(layer.row(shape))
        shape = rows[-1].shape
    return rows


def totals(rows: Sequence[Row]) -> tuple[int, int]:
    """Parameters and multiplications of all rows together."""
    return sum(row.parameters for row in rows), sum(row.multiplications for row in rows)


def depth(layers: Sequence[Layer]) -> int:
    """How many layers with weight matrices lie on the longest path from input to output."""
    return sum(max(map(depth, layer.paths)) if isinstance(layer, Branches) else layer.weighted for layer in layers)


def _sides(where: str, shape: Shape, k: int, stride: int, padding: int, ceil_mode: bool = False) -> tuple[int, int]:
    require(len(shape) == 3, "{}: the input has shape {}, expected (C, H, W)", where, shape)
    found = []
    for side in shape[1:]:
        require(side + 2 * padding >= k, "{}: a window of {} pixels on {} with padding {}", where, k, side, padding)
        size = output_size(side, k, stride, padding)
        if ceil_mode and (size - 1) * stride + k < side + 2 * padding and size * stride < side + padding:
            size += 1  # a window that begins inside the image but ends outside
        found.append(size)
    return tuple(found)
