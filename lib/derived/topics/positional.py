"""Sinusoidal positional encodings: places written as angles on many circles."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from derived.ops.rotary import frequencies

__all__ = ["shift_matrix", "sinusoidal"]


def sinusoidal(positions: int | ArrayLike, dim: int, base: float = 1e4) -> np.ndarray:
    r"""Sinusoidal encoding :math:`p_{t,2i}=\sin(t\,\omega_i)`, :math:`p_{t,2i+1}=\cos(t\,\omega_i)`.

    Parameters
    ----------
    positions : the places t, numbers; an integer T stands for 0, 1, …, T - 1.
    dim : n, even.
    base : C of the frequencies :math:`\omega_i=C^{-2i/n}`.

    Returns
    -------
    (T, dim) array, float64; every row has the length :math:`\sqrt{n/2}`.

    Notes
    -----
    A. Vaswani et al., NeurIPS 2017, section 3.5.
    """
    t = np.arange(positions) if np.ndim(positions) == 0 else np.asarray(positions)
    angles = t[:, None] * frequencies(dim, base)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(len(t), dim)


def shift_matrix(k: float, dim: int, base: float = 1e4) -> np.ndarray:
    r"""The matrix :math:`R_k` with :math:`p_{t+k}=R_kp_t` for every t: a rotation of each pair by :math:`k\,\omega_i`.

    Returns
    -------
    (dim, dim) orthogonal array with blocks
    :math:`\begin{pmatrix}\cos k\omega_i&\sin k\omega_i\\-\sin k\omega_i&\cos k\omega_i\end{pmatrix}` on the diagonal.
    """
    R = np.zeros((dim, dim))
    for i, angle in enumerate(k * frequencies(dim, base)):
        c, s = np.cos(angle), np.sin(angle)
        R[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [[c, s], [-s, c]]
    return R
