"""Dropout: units switched off by chance, inverted so that the mean stays."""

from __future__ import annotations

import numpy as np

from derived.arguments import require
from derived.tensor import primitive

__all__ = ["dropout", "dropout_mask"]


def dropout_mask(shape: tuple[int, ...], p: float, rng: np.random.Generator) -> np.ndarray:
    r"""Independent masks :math:`m\sim\mathrm{Bernoulli}(1-p)`: True where an entry is kept.

    An entry is kept if its uniform number :math:`u\in[0,1)` lies below the keep probability :math:`q=1-p`.

    Parameters
    ----------
    shape : of the mask; for a mask per unit and example, that of the activations (N, n).
    p : the probability to DROP an entry, :math:`0\le p<1`, as in PyTorch.
    rng : source of the mask. The same generator gives the same mask whatever the dtype of the activations.

    Returns
    -------
    Boolean array.

    Raises
    ------
    ValueError
        if p lies outside [0, 1). PyTorch takes p = 1, too, and returns zeros; the formula divides by :math:`1-p`.
    """
    require(0 <= p < 1, "dropout: p is {}, expected a drop probability with 0 <= p < 1", p)
    return rng.random(shape, dtype=np.float32) < 1 - p


@primitive
def dropout(x, p=0.5, training=True, *, rng=None, mask=None):
    r"""Inverted dropout with keep probability :math:`q=1-p`; the identity when not ``training``.

    .. math:: Y = \tfrac1q\,m\odot X, \qquad \bar X = \tfrac1q\,m\odot\bar Y, \qquad m\sim\mathrm{Bernoulli}(q)

    Parameters
    ----------
    x : array of any shape.
    p : the probability to DROP an entry, :math:`0\le p<1`.
    training : whether to drop at all.
    rng : source of a fresh mask.
    mask : a mask to use instead, of the shape of x or one that broadcasts to it; what a gradient check needs.

    Returns
    -------
    Array of the shape and dtype of x.

    Raises
    ------
    ValueError
        if p lies outside [0, 1), if there is neither rng nor mask or both, or if the shapes do not fit.
    """
    require(0 <= p < 1, "dropout: p is {}, expected a drop probability with 0 <= p < 1", p)
    if not training:
        return x, lambda g: g
    require((rng is None) != (mask is None), "dropout: expected either rng or mask in training")
    mask = dropout_mask(x.shape, p, rng) if mask is None else np.asarray(mask)
    fits = all(m in (1, n) for m, n in zip(mask.shape[::-1], x.shape[::-1], strict=False))
    require(fits and mask.ndim <= x.ndim, "dropout: mask has shape {}, x {}", mask.shape, x.shape)
    scale = np.asarray(mask, dtype=x.dtype) * x.dtype.type(1 / (1 - p))
    return x * scale, lambda g: g * scale
