"""Broadcasting and its adjoint."""

from __future__ import annotations

import numpy as np


def unbroadcast(g: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    r"""Pull a gradient back through broadcasting: sum over every axis along which an entry was repeated.

    Broadcasting :math:`B` copies an entry to all places along an axis, so :math:`\langle B^\top g, x\rangle
    = \langle g, Bx\rangle` makes :math:`B^\top` the sum over these places.

    Parameters
    ----------
    g : gradient with respect to the broadcast array.
    shape : shape before broadcasting.
    """
    if g.shape == shape:
        return g
    if g.ndim > len(shape):  # a sum over no axis would copy
        g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    repeated = tuple(i for i, n in enumerate(shape) if n == 1 and g.shape[i] != 1)
    return g.sum(axis=repeated, keepdims=True) if repeated else g
