"""Convolutions as matrices: Toeplitz, circulant, and what their zeros and equal entries mean for a gradient."""

from __future__ import annotations

import numpy as np

from derived.arguments import require
from derived.ops.windows import Pair, windows

__all__ = ["circulant", "commuting_dimension", "conv_matrix", "shift_matrix", "tied_sums", "weight_index"]


def weight_index(kernel: Pair, image: Pair, stride: int | Pair = 1, padding: int | Pair = 0,
                 dilation: int | Pair = 1) -> np.ndarray:  # fmt: skip
    """Which weight stands where in the matrix of a convolution.

    Returns
    -------
    (outputs, pixels) array of integers: the number of the weight (row by row) that leads from the pixel to the output,
    or -1 where none does. Rows and columns run through outputs and pixels row by row.

    Raises
    ------
    ValueError
        as :func:`derived.ops.conv2d`.
    """
    at = windows("weight_index", (1, 1, *image), kernel, stride, padding, dilation)
    (kh, kw), (oh, ow), (H, W) = at.kernel, at.count, at.image
    index = np.full((oh * ow, H * W), -1)
    for r, s, i, j in np.ndindex(oh, ow, kh, kw):
        row = r * at.stride[0] + i * at.dilation[0] - at.padding[0]
        column = s * at.stride[1] + j * at.dilation[1] - at.padding[1]
        if 0 <= row < H and 0 <= column < W:
            index[r * ow + s, row * W + column] = i * kw + j
    return index


def conv_matrix(weight: np.ndarray, image: Pair, stride: int | Pair = 1, padding: int | Pair = 0,
                dilation: int | Pair = 1) -> np.ndarray:  # fmt: skip
    r"""The matrix C with :math:`\mathrm{vec}(y)=C\,\mathrm{vec}(x)` for one channel of images, vec row by row.

    With stride 1 and no padding :math:`C_{s,t}=w_{t-s}`: constant along (blocks of) diagonals, a Toeplitz matrix.

    Parameters
    ----------
    weight : (kh, kw) kernel.
    image : (H, W).
    """
    require(np.ndim(weight) == 2, "conv_matrix: weight has shape {}, expected a matrix", np.shape(weight))
    index = weight_index(weight.shape, image, stride, padding, dilation)
    return np.where(index >= 0, weight.ravel()[index], 0)


def tied_sums(gradient: np.ndarray, index: np.ndarray) -> np.ndarray:
    r"""The gradient of shared weights: :math:`\partial E/\partial w_i=\sum_{(s,t):\,w_i\text{ at }(s,t)}\partial
    E/\partial C_{st}`.

    Parameters
    ----------
    gradient : (outputs, pixels), with respect to every entry of the matrix.
    index : :func:`weight_index`.

    Returns
    -------
    one number for each weight.
    """
    require(gradient.shape == index.shape,
            "tied_sums: gradient has shape {}, index {}", gradient.shape, index.shape)  # fmt: skip
    used = index >= 0
    return np.bincount(index[used], weights=gradient[used], minlength=index.max() + 1)


def shift_matrix(n: int) -> np.ndarray:
    r"""S with :math:`(Sf)_u=f_{(u-1)\bmod n}`: everything moves one place on, the last entry to the front."""
    require(n >= 1, "shift_matrix: n is {}, expected an integer >= 1", n)
    return np.roll(np.eye(n), 1, axis=0)


def circulant(h: np.ndarray) -> np.ndarray:
    r"""The matrix of :math:`f\mapsto h\circledast f`, :math:`C_{ut}=h_{(u-t)\bmod n}`; its first column is h."""
    require(np.ndim(h) == 1 and len(h) > 0, "circulant: h has shape {}, expected a sequence", np.shape(h))
    return np.stack([np.roll(h, t) for t in range(len(h))], axis=1)


def commuting_dimension(S: np.ndarray, tol: float = 1e-9) -> int:
    """The dimension of the space of matrices T with TS = ST: of the null space of a linear map on their entries."""
    eye = np.eye(len(S))
    # row by row, vec(TS) = (I ⊗ Sᵀ) vec(T) and vec(ST) = (S ⊗ I) vec(T)
    values = np.linalg.svd(np.kron(eye, S.T) - np.kron(S, eye), compute_uv=False)
    return int(np.sum(values < tol))
