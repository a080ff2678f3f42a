r"""Windows of images: ``unfold`` writes each into a column (im2col), its adjoint ``fold`` adds them back (col2im).

Shapes are PyTorch's, (N, C, H, W), but in memory the batch lies innermost: arrays are written as (C, H, W, N), and what
a caller gets is a view with the axes in PyTorch's order. Every copy and sum then runs along the batch, which is long,
and not along a window, which is short; and no layer has to transpose what the one before it has written.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from derived.arguments import require
from derived.tensor import primitive

Pair = tuple[int, int]


class Windows(NamedTuple):
    """Where the windows of an image lie; every field is a pair, rows before columns."""

    kernel: Pair
    stride: Pair
    padding: Pair
    dilation: Pair
    image: Pair
    count: Pair

    def places(self) -> Iterator[tuple[int, int, slice, slice]]:
        """For each entry (i, j) of the kernel the rows and columns of the padded image that it meets."""
        (kh, kw), (sh, sw), (dh, dw), (oh, ow) = self.kernel, self.stride, self.dilation, self.count
        for i in range(kh):
            rows = slice(i * dh, i * dh + sh * (oh - 1) + 1, sh)
            for j in range(kw):
                yield i, j, rows, slice(j * dw, j * dw + sw * (ow - 1) + 1, sw)

    def inside(self) -> tuple[slice, slice]:
        """Rows and columns of the padded image that hold the image."""
        (ph, pw), (height, width) = self.padding, self.image
        return slice(ph, ph + height), slice(pw, pw + width)

    def blank(self, like: np.ndarray, fill: float = 0.0) -> np.ndarray:
        """A padded image, batch innermost, with the channels, batch and dtype of ``like`` (C, …, N)."""
        (ph, pw), (height, width) = self.padding, self.image
        return np.full((like.shape[0], height + 2 * ph, width + 2 * pw, like.shape[-1]), fill, like.dtype)

    def padded(self, x: np.ndarray, fill: float = 0.0) -> np.ndarray:
        """(N, C, H, W) as (C, H + 2 ph, W + 2 pw, N), batch innermost; a copy only where something changes."""
        x = batch_last(x)
        if self.padding == (0, 0):
            return x
        out = self.blank(x, fill)
        out[:, *self.inside()] = x
        return out


def output_size(size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    r"""How many windows fit: :math:`\lfloor (i + 2p - d(k-1) - 1)/s\rfloor + 1` for an image of :math:`i` pixels."""
    return (size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1


def windows(where: str, shape: tuple[int, ...], kernel: int | Pair, stride: int | Pair = 1, padding: int | Pair = 0,
            dilation: int | Pair = 1) -> Windows:  # fmt: skip
    """The windows of images of this shape (N, C, H, W); numbers stand for pairs of equal numbers.

    Raises
    ------
    ValueError
        with the name ``where``, if an argument is no integer or out of its range, or if no window fits.
    """
    require(len(shape) == 4, "{}: input has shape {}, expected (N, C, H, W)", where, shape)
    kernel, stride = pair(where, "kernel_size", kernel, 1), pair(where, "stride", stride, 1)
    padding, dilation = pair(where, "padding", padding, 0), pair(where, "dilation", dilation, 1)
    count = tuple(map(output_size, shape[2:], kernel, stride, padding, dilation))
    require(min(count) > 0, "{}: images of {} pixels with padding {} are too small for kernel_size {} with dilation {}",
            where, shape[2:], padding, kernel, dilation)  # fmt: skip
    return Windows(kernel, stride, padding, dilation, shape[2:], count)


def pair(where: str, argument: str, value: int | Pair, least: int) -> Pair:
    """A pair of integers of at least ``least``; one integer stands for both."""
    a, b = value if isinstance(value, tuple | list | np.ndarray) and len(value) == 2 else (value, value)
    require(isinstance(a, int | np.integer) and isinstance(b, int | np.integer) and a >= least and b >= least,
            "{}: {} is {!r}, expected an integer >= {} or a pair of them", where, argument, value, least)  # fmt: skip
    return int(a), int(b)


def batch_last(x: np.ndarray) -> np.ndarray:
    """(N, C, H, W) as a contiguous (C, H, W, N): no copy if it lies so already."""
    return np.ascontiguousarray(x.transpose(1, 2, 3, 0))


def batch_first(x: np.ndarray) -> np.ndarray:
    """(C, H, W, N) as a view of shape (N, C, H, W)."""
    return x.transpose(3, 0, 1, 2)


def to_columns(x: np.ndarray, at: Windows) -> np.ndarray:
    """(N, C, H, W) images to the columns (C kh kw, oh ow N): each holds one window of one image."""
    image = at.padded(x)
    columns = np.empty((len(image), *at.kernel, *at.count, len(x)), x.dtype)
    for i, j, rows, cols in at.places():
        columns[:, i, j] = image[:, rows, cols]
    return columns.reshape(len(image) * at.kernel[0] * at.kernel[1], -1)


def from_columns(columns: np.ndarray, at: Windows, N: int) -> np.ndarray:
    """The adjoint of :func:`to_columns`: every entry goes back to its pixel, and what meets there is added."""
    columns = columns.reshape(-1, *at.kernel, *at.count, N)
    image = at.blank(columns)
    for i, j, rows, cols in at.places():
        image[:, rows, cols] += columns[:, i, j]
    return batch_first(image[:, *at.inside()])


@primitive
def unfold(input, kernel_size, dilation=1, padding=0, stride=1):
    r"""Each window as a column: (N, C, H, W) to (N, C kh kw, L), with L windows an image. Pullback: :func:`fold`.

    Raises
    ------
    ValueError
        for another shape, numbers out of their range, or a kernel larger than the padded image.
    """
    at = windows("unfold", input.shape, kernel_size, stride, padding, dilation)
    value = _batch_out(to_columns(input, at), len(input))
    return value, lambda g: from_columns(_batch_in(g), at, len(input))


@primitive
def fold(input, output_size, kernel_size, dilation=1, padding=0, stride=1):
    r"""Columns added back into images, (N, C kh kw, L) to (N, C, *output_size). Pullback: :func:`unfold`.

    It is the adjoint of :func:`unfold`, not its inverse: a pixel in three windows is counted three times.
    """
    require(input.ndim == 3, "fold: input has shape {}, expected (N, C kh kw, L)", input.shape)
    image = pair("fold", "output_size", output_size, 1)
    at = windows("fold", (1, 1, *image), kernel_size, stride, padding, dilation)
    area, L = at.kernel[0] * at.kernel[1], at.count[0] * at.count[1]
    require(input.shape[1] % area == 0 and input.shape[2] == L,
            "fold: input has shape {}, expected (N, a multiple of {}, {})", input.shape, area, L)  # fmt: skip
    value = from_columns(_batch_in(input), at, len(input))
    return value, lambda g: _batch_out(to_columns(g, at), len(input))


def _batch_out(columns, N):
    """(F, L N) as a view of shape (N, F, L)."""
    return columns.reshape(len(columns), -1, N).transpose(2, 0, 1)


def _batch_in(columns):
    """(N, F, L) as (F, L N)."""
    return columns.transpose(1, 2, 0).reshape(columns.shape[1], -1)
