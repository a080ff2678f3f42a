"""The product of a sparse matrix with features: how numbers travel along the edges of a graph."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from derived.arguments import require
from derived.tensor import primitive


@primitive
def spmm(mat1, mat2, bias=None):
    r"""Product of a constant sparse matrix and a dense one, :math:`Y=AX+\mathbf 1b^\top` (``torch.sparse.addmm``).

    .. math:: y_i=b+\sum_{j\,:\,a_{ij}\neq0}a_{ij}\,x_j, \qquad \bar X=A^\top\bar Y, \qquad \bar b=\bar Y^\top\mathbf 1

    Only entries that are stored cost anything: :math:`2\,d` operations each for d features. A has no gradient.

    Parameters
    ----------
    mat1 : A, an (m, n) matrix or array of scipy.sparse; its entries are taken in the dtype of ``mat2``.
    mat2 : X, an (n, d) array of floating-point numbers, a row for each node.
    bias : b, a (d,) array or None.

    Returns
    -------
    (m, d) array of the dtype of ``mat2``.

    Raises
    ------
    ValueError
        if A is not sparse or the shapes do not conform.
    """
    if not sparse.issparse(mat1) or np.ndim(mat2) != 2 or mat1.ndim != 2 or mat1.shape[1] != mat2.shape[0]:
        _refuse(mat1, mat2)
    require(bias is None or np.shape(bias) == mat2.shape[1:], "spmm: bias has shape {}, expected {}",
            np.shape(bias), mat2.shape[1:])  # fmt: skip
    # float64 weights must not lift float32 features, nor integer features cut the weights off
    A = mat1.astype(mat2.dtype if mat2.dtype.kind == "f" else float, copy=False)
    value = A @ mat2
    if bias is not None:
        value += bias
    return value, None, lambda g: A.T @ g, lambda g: np.einsum("ij->j", g)  # a third of the time of sum(axis=0)


def _refuse(mat1, mat2):
    """Say what does not conform."""
    require(sparse.issparse(mat1), "spmm: mat1 is a {}, expected a matrix of scipy.sparse", type(mat1).__name__)
    raise ValueError(f"spmm: shapes of mat1 and mat2 are {mat1.shape} and {np.shape(mat2)}, expected (m, n) and (n, d)")
