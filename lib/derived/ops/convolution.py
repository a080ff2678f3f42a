"""Convolutions, as deep learning calls them (the kernel is not flipped), and their adjoints."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from derived.arguments import require
from derived.ops.windows import Windows, batch_first, batch_last, from_columns, pair, to_columns, windows
from derived.tensor import primitive, shared


@primitive
def conv2d(input, weight, bias=None, stride=1, padding=0, dilation=1):
    r"""Cross-correlation of images with kernels,
    :math:`y_{o,r,s}=b_o+\sum_{c,i,j} w_{o,c,i,j}\,x_{c,\,rS+iD-P,\,sS+jD-P}`.

    With every window of :math:`x` written as a column of :math:`X` (:func:`~derived.ops.unfold`), and with the kernels
    as rows of :math:`W`, it is one matrix product:

    .. math:: Y = WX + b\mathbf 1^\top, \qquad \bar X = W^\top \bar Y, \qquad \bar W = \bar Y X^\top,
       \qquad \bar b = \bar Y\mathbf 1, \qquad \bar x = \mathrm{fold}(\bar X)

    Parameters
    ----------
    input : (N, in_channels, H, W) array; outside the image it counts as 0.
    weight : (out_channels, in_channels, kh, kw) array.
    bias : (out_channels,) array or None.
    stride, padding, dilation : integers S, P, D, or pairs (rows, columns).

    Returns
    -------
    (N, out_channels, oh, ow) array with :math:`o=\lfloor(i+2P-D(k-1)-1)/S\rfloor+1`, in memory batch innermost.

    Raises
    ------
    ValueError
        for other shapes, numbers out of their range, or a kernel larger than the padded image.
    """
    _require_shapes("conv2d", input, weight, bias, 1)
    at = windows("conv2d", input.shape, weight.shape[2:], stride, padding, dilation)
    W, X, N = weight.reshape(len(weight), -1), to_columns(input, at), len(input)
    Y = W @ X
    if bias is not None:
        Y += bias[:, None]
    return (
        _images(Y, at, N),
        lambda g: from_columns(W.T @ _rows(g), at, N),
        lambda g: (X @ _rows(g).T).T.reshape(weight.shape),  # BLAS is slower on g @ X.T
        lambda g: _rows(g) @ np.ones(X.shape[1], g.dtype),  # half the time of sum(axis=1)
    )


@primitive
def conv_transpose2d(input, weight, bias=None, stride=1, padding=0, output_padding=0, *, dilation=1):
    r"""The adjoint of :func:`conv2d` with respect to its input: each pixel adds a multiple of the kernel to the output.

    .. math:: y = \mathrm{fold}(W^\top X) + b, \qquad \bar X = W\bar Y, \qquad \bar W = X\bar Y^\top, \qquad
       \bar Y = \mathrm{unfold}(\bar y)

    Parameters
    ----------
    input : (N, in_channels, h, w) array, the shape of a value of :func:`conv2d`.
    weight : (in_channels, out_channels, kh, kw) array, as the convolution has it.
    bias : (out_channels,) array or None.
    output_padding : rows and columns added to the output, of the several sizes that give the same h and w.

    Returns
    -------
    (N, out_channels, H, W) array with :math:`H=(h-1)S-2P+D(k-1)+1+\text{output padding}`.
    """
    _require_shapes("conv_transpose2d", input, weight, bias, 0)
    at = _transposed(input, weight, stride, padding, output_padding, dilation)
    W, X, N = weight.reshape(len(weight), -1), _rows(input), len(input)
    value = from_columns(W.T @ X, at, N)
    if bias is not None:
        value = value + bias[:, None, None]
    columns = shared(lambda g: (to_columns(g, at),))(0)
    return (
        value,
        lambda g: _images(W @ columns(g), at, N),
        lambda g: (X @ columns(g).T).reshape(weight.shape),
        lambda g: g.sum(axis=(0, 2, 3)),
    )


@primitive
def conv1d(input, weight, bias=None, stride=1, padding=0, dilation=1):
    """:func:`conv2d` of sequences (N, in_channels, L) with kernels (out_channels, in_channels, k)."""
    require(input.ndim == 3 and weight.ndim == 3,
            "conv1d: shapes of input and weight are {} and {}, expected (N, in_channels, L) and (out_channels, "
            "in_channels, k)", input.shape, weight.shape)  # fmt: skip
    value, pull_x, pull_w, pull_b = conv2d.rule(
        input[:, :, None], weight[:, :, None], bias, (1, stride), (0, padding), (1, dilation)
    )
    return (
        value[:, :, 0],
        lambda g: pull_x(g[:, :, None])[:, :, 0],
        lambda g: pull_w(g[:, :, None])[:, :, 0],
        lambda g: pull_b(g[:, :, None]),
    )


def _rows(y):
    """(N, C, h, w) as a matrix (C, h w N), a row a channel: no copy if the batch lies innermost."""
    return batch_last(y).reshape(y.shape[1], y.shape[2] * y.shape[3] * y.shape[0])


def _images(Y, at, N):
    """The opposite of :func:`_rows`."""
    return batch_first(Y.reshape(len(Y), *at.count, N))


def _require_shapes(where, input, weight, bias, input_axis):
    """Shapes that conform; ``input_axis`` is the weight's axis of input channels."""
    require(input.ndim == 4 and weight.ndim == 4,
            "{}: input has shape {} and weight {}, expected (N, C, H, W) and four axes, kernel last",
            where, input.shape, weight.shape)  # fmt: skip
    require(input.shape[1] == weight.shape[input_axis],
            "{}: input has {} channels, weight expects {} (input.shape {}, weight.shape {})",
            where, input.shape[1], weight.shape[input_axis], input.shape, weight.shape)  # fmt: skip
    outputs = weight.shape[1 - input_axis]
    require(bias is None or bias.shape == (outputs,),
            "{}: bias has shape {}, weight expects {}", where, np.shape(bias), (outputs,))  # fmt: skip


def _transposed(input, weight, stride, padding, output_padding, dilation) -> Windows:
    """The windows of a convolution whose value has the shape of ``input``, in images of the size that is asked for."""
    stride, padding = pair("conv_transpose2d", "stride", stride, 1), pair("conv_transpose2d", "padding", padding, 0)
    dilation = pair("conv_transpose2d", "dilation", dilation, 1)
    extra = pair("conv_transpose2d", "output_padding", output_padding, 0)
    require(all(e < max(s, d) for e, s, d in zip(extra, stride, dilation, strict=True)),
            "conv_transpose2d: output_padding is {}, expected less than stride {} or dilation {}",
            extra, stride, dilation)  # fmt: skip
    size = [(h - 1) * s - 2 * p + d * (k - 1) + 1 + e for h, s, p, d, k, e in zip(
        input.shape[2:], stride, padding, dilation, weight.shape[2:], extra, strict=True)]  # fmt: skip
    require(min(size) > 0, "conv_transpose2d: padding is {}, which leaves an output of {} pixels", padding, size)
    at = windows("conv_transpose2d", (*input.shape[:2], *size), weight.shape[2:], stride, padding, dilation)
    return replace(at, count=input.shape[2:])  # the output padding may leave room for windows that have no pixel
