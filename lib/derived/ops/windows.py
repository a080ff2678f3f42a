r"""Windows of images: ``unfold`` writes each into a column (im2col), its adjoint ``fold`` adds them back (col2im).

Shapes are PyTorch's, (N, C, H, W), but in memory the batch lies innermost: arrays are written as (C, H, W, N), and what
a caller gets is a view with the axes in PyTorch's order. Every copy and sum then runs along the batch, which is long,
and not along a window, which is short; and no layer has to transpose what the one before it has written.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import prod

import numpy as np

from derived.arguments import require
from derived.tensor import primitive

Pair = tuple[int, int]
_INTEGER = (int, np.integer)
_PAIR = (tuple, list, np.ndarray)

# Columns are large and short-lived. glibc gives blocks above a limit back to the system when they are freed, and to get
# them again, page by page, takes longer than to fill them. The limit grows with the largest block freed so far, up to
# 32 MB: this one, never written to, costs nothing.
np.empty(31 << 20, np.uint8)


@dataclass(frozen=True)
class Windows:
    """Where the windows of an image lie; every field is a pair, rows before columns."""

    kernel: Pair
    stride: Pair
    padding: Pair
    dilation: Pair
    image: Pair
    count: Pair

    @cached_property
    def places(self) -> list[tuple[int, int, slice, slice]]:
        """For each entry (i, j) of the kernel the rows and columns of the padded image that it meets."""
        (kh, kw), (sh, sw), (dh, dw), (oh, ow) = self.kernel, self.stride, self.dilation, self.count
        rows = [slice(i * dh, i * dh + sh * (oh - 1) + 1, sh) for i in range(kh)]
        cols = [slice(j * dw, j * dw + sw * (ow - 1) + 1, sw) for j in range(kw)]
        return [(i, j, rows[i], cols[j]) for i in range(kh) for j in range(kw)]

    @cached_property
    def disjoint(self) -> bool:
        """Whether no two windows share a pixel."""
        return all(s > d * (k - 1) for k, s, d in zip(self.kernel, self.stride, self.dilation, strict=True))

    @cached_property
    def inside(self) -> tuple[slice, slice]:
        """Rows and columns of the padded image that hold the image."""
        (ph, pw), (height, width) = self.padding, self.image
        return slice(ph, ph + height), slice(pw, pw + width)

    def blank(self, like: np.ndarray, fill: float = 0.0) -> np.ndarray:
        """A padded image, batch innermost, with the channels, batch and dtype of ``like`` (C, …, N)."""
        (ph, pw), (height, width) = self.padding, self.image
        shape = like.shape[0], height + 2 * ph, width + 2 * pw, like.shape[-1]
        return np.full(shape, fill, like.dtype) if fill else np.zeros(shape, like.dtype)

    def padded(self, x: np.ndarray, fill: float = 0.0) -> np.ndarray:
        """(N, C, H, W) as (C, H + 2 ph, W + 2 pw, N), batch innermost; a copy only where something changes."""
        x = batch_last(x)
        if self.padding == (0, 0):
            return x
        out = self.blank(x, fill)
        out[:, *self.inside] = x
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
    at = _windows(kernel, stride, padding, dilation, shape[2:])
    require(min(at.count) > 0,
            "{}: images of {} pixels with padding {} are too small for kernel_size {} with dilation {}",
            where, at.image, padding, kernel, dilation)  # fmt: skip
    return at


@lru_cache(maxsize=256)
def _windows(kernel, stride, padding, dilation, image):
    """A network asks for the same few in every step."""
    return Windows(kernel, stride, padding, dilation, image,
                   tuple(map(output_size, image, kernel, stride, padding, dilation)))  # fmt: skip


def pair(where: str, argument: str, value: int | Pair, least: int) -> Pair:
    """A pair of integers of at least ``least``; one integer stands for both."""
    a, b = value if isinstance(value, _PAIR) and len(value) == 2 else (value, value)
    if not (isinstance(a, _INTEGER) and isinstance(b, _INTEGER) and a >= least and b >= least):
        raise ValueError(f"{where}: {argument} is {value!r}, expected an integer >= {least} or a pair of them")
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
    for i, j, rows, cols in at.places:
        columns[:, i, j] = image[:, rows, cols]
    return columns.reshape(len(image) * prod(at.kernel), prod(at.count) * len(x))


def from_columns(columns: np.ndarray, at: Windows, N: int) -> np.ndarray:
    """The adjoint of :func:`to_columns`: every entry goes back to its pixel, and what meets there is added."""
    columns = columns.reshape(len(columns) // prod(at.kernel), *at.kernel, *at.count, N)
    image = at.blank(columns)
    for i, j, rows, cols in at.places:
        image[:, rows, cols] += columns[:, i, j]
    return batch_first(image[:, *at.inside])


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
    r"""Columns added back into images, (N, C kh kw, L) to (N, C, \*output_size). Pullback: :func:`unfold`.

    It is the adjoint of :func:`unfold`, not its inverse: a pixel in three windows is counted three times.
    """
    require(input.ndim == 3, "fold: input has shape {}, expected (N, C kh kw, L)", input.shape)
    image = pair("fold", "output_size", output_size, 1)
    at = windows("fold", (1, 1, *image), kernel_size, stride, padding, dilation)
    area, L = prod(at.kernel), prod(at.count)
    require(input.shape[1] % area == 0 and input.shape[2] == L,
            "fold: input has shape {}, expected (N, a multiple of {}, {})", input.shape, area, L)  # fmt: skip
    value = from_columns(_batch_in(input), at, len(input))
    return value, lambda g: _batch_out(to_columns(g, at), len(input))


def _batch_out(columns, N):
    """(F, L N) as a view of shape (N, F, L)."""
    return columns.reshape(len(columns), columns.shape[1] // max(N, 1), N).transpose(2, 0, 1)


def _batch_in(columns):
    """(N, F, L) as (F, L N)."""
    return columns.transpose(1, 2, 0).reshape(columns.shape[1], len(columns) * columns.shape[2])
