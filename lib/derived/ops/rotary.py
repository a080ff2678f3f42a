"""Rotary positions: queries and keys are turned by angles that grow with their place in the sequence."""

from __future__ import annotations

import functools

import numpy as np

from derived.arguments import require
from derived.tensor import primitive

__all__ = ["frequencies", "rotary"]


def frequencies(dim: int, base: float = 1e4) -> np.ndarray:
    r"""The angle per place of each pair of features, :math:`\omega_i = C^{-2i/n}` for :math:`i=0,\dots,n/2-1`.

    Parameters
    ----------
    dim : n, an even number of features.
    base : C.

    Returns
    -------
    (dim / 2,) array, from 1 down to nearly :math:`1/C`; float64.

    Raises
    ------
    ValueError
        if dim is odd or base not positive.
    """
    require(dim > 0 and dim % 2 == 0, "frequencies: dim is {}, expected an even number of features", dim)
    require(base > 0, "frequencies: base is {}, expected a positive number", base)
    return np.power(float(base), -np.arange(0, dim, 2) / dim)


@primitive
def rotary(x, positions, base=1e4):
    r"""Turn the pair :math:`(x_{2i},x_{2i+1})` of a row at place :math:`t` by the angle :math:`t\,\omega_i`.

    With the pair as the complex number :math:`x_{2i}+\mathrm i\,x_{2i+1}` a turn is a product:

    .. math:: z_i = e^{\mathrm i t\omega_i} x_i, \qquad \bar x_i = e^{-\mathrm i t\omega_i}\,\bar z_i

    Parameters
    ----------
    x : (..., T, d) array, d even.
    positions : the places of the T rows, numbers.
    base : C in :func:`frequencies`.

    Returns
    -------
    Array of the shape and dtype of x; every row keeps its length.

    Raises
    ------
    ValueError
        if d is odd or if there are not T positions.

    Notes
    -----
    J. Su et al., RoFormer, Neurocomputing 568 (2024), section 3.2. Some programs pair feature i with i + d/2 instead,
    which is the same after reordering the features.
    """
    positions = np.asarray(positions)
    require(x.ndim >= 2 and positions.shape == x.shape[-2:-1],
            "rotary: positions has shape {}, expected one for each row of x {}", positions.shape, x.shape)  # fmt: skip
    turn = _turns(tuple(positions.tolist()), x.shape[-1], base, x.dtype)

    def pairs(a):
        return np.ascontiguousarray(a).view(turn.dtype)

    return (pairs(x) * turn).view(x.dtype), lambda g: (pairs(g) * turn.conj()).view(g.dtype)


@functools.lru_cache(maxsize=4)
def _turns(positions, dim, base, dtype):
    """The factors of all rows (T, d / 2): the same for the queries and keys of every layer, so they are kept."""
    turns = np.exp(1j * np.array(positions)[:, None] * frequencies(dim, base))
    return turns.astype(np.result_type(dtype, np.complex64))
