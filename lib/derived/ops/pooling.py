"""Pooling: one number for each window of each channel, and no parameters."""

from __future__ import annotations

from functools import reduce
from math import prod

import numpy as np

from derived.arguments import require
from derived.ops.windows import batch_first, batch_last, pair, windows
from derived.tensor import primitive


@primitive
def max_pool2d(input, kernel_size, stride=None, padding=0, dilation=1):
    r"""Largest entry of each window; the gradient goes to the first winner (row by row), as in PyTorch.

    Parameters
    ----------
    input : (N, C, H, W) array; outside the image it counts as :math:`-\infty`.
    kernel_size, stride, padding, dilation : integers or pairs (rows, columns). ``stride=None``: windows side by side.
        The padding is at most half the kernel.

    Returns
    -------
    (N, C, oh, ow) array, in memory batch innermost.

    Raises
    ------
    ValueError
        for another shape, numbers out of their range, or a kernel larger than the padded image.
    """
    at = _pool_windows("max_pool2d", input, kernel_size, stride, padding, dilation)
    image = at.padded(input, -np.inf)
    entries = [image[:, rows, cols] for _, _, rows, cols in at.places]  # one array for each place in the window
    value = reduce(np.maximum, entries)

    def pull(g):
        g = batch_last(g)
        spread, undecided = at.blank(g), np.ones(g.shape, bool)
        for entry, (_, _, rows, cols) in zip(entries, at.places, strict=True):
            wins = entry == value
            wins &= undecided
            undecided ^= wins
            if at.disjoint:
                np.multiply(g, wins, out=spread[:, rows, cols])
            else:
                spread[:, rows, cols] += g * wins
        return batch_first(spread[:, *at.inside])

    return batch_first(value), pull


@primitive
def avg_pool2d(input, kernel_size, stride=None, padding=0):
    r"""Mean of each window, which shares out its gradient equally; outside the image the input counts as 0.

    Parameters and errors as for :func:`max_pool2d`.
    """
    at = _pool_windows("avg_pool2d", input, kernel_size, stride, padding)
    image, share = at.padded(input), 1 / prod(at.kernel)
    value = reduce(np.add, (image[:, rows, cols] for _, _, rows, cols in at.places))

    def pull(g):
        g = share * batch_last(g)
        spread = at.blank(g)
        for _, _, rows, cols in at.places:
            spread[:, rows, cols] += g
        return batch_first(spread[:, *at.inside])

    return batch_first(share * value), pull


@primitive
def adaptive_avg_pool2d(input, output_size):
    r"""Means over a grid of ``output_size`` windows, whatever the size of the image; 1 is global average pooling.

    The windows of row r of o run from :math:`\lfloor rH/o\rfloor` to :math:`\lceil (r+1)H/o\rceil`: they overlap where
    o does not divide H.
    """
    require(input.ndim == 4, "adaptive_avg_pool2d: input has shape {}, expected (N, C, H, W)", input.shape)
    out = pair("adaptive_avg_pool2d", "output_size", output_size, 1)
    image = batch_last(input)
    cells = [(r, s, rows, cols) for r, rows in enumerate(_parts(image.shape[1], out[0]))
             for s, cols in enumerate(_parts(image.shape[2], out[1]))]  # fmt: skip
    value = np.empty((len(image), *out, len(input)), image.dtype)
    for r, s, rows, cols in cells:
        value[:, r, s] = image[:, rows, cols].mean(axis=(1, 2))

    def pull(g):
        g = batch_last(g)
        spread = np.zeros(image.shape, g.dtype)
        for r, s, rows, cols in cells:
            area = (rows.stop - rows.start) * (cols.stop - cols.start)
            spread[:, rows, cols] += (g[:, r, s] / area)[:, None, None]
        return batch_first(spread)

    return batch_first(value), pull


def _parts(size, parts):
    """``size`` pixels in ``parts`` windows."""
    return [slice(k * size // parts, -(-(k + 1) * size // parts)) for k in range(parts)]


def _pool_windows(where, input, kernel_size, stride, padding, dilation=1):
    """The windows of a pooling layer; without a stride they lie side by side."""
    at = windows(where, input.shape, kernel_size, kernel_size if stride is None else stride, padding, dilation)
    require(all(2 * p <= k for p, k in zip(at.padding, at.kernel, strict=True)),
            "{}: padding is {}, expected at most half of kernel_size {}", where, at.padding, at.kernel)  # fmt: skip
    return at
