"""Which modes of a mixture do samples of a generator reach? The count by which mode collapse is measured."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from derived.arguments import require, require_finite

__all__ = ["Coverage", "covered_modes", "mode_widths"]


class Coverage(NamedTuple):
    """What :func:`covered_modes` counted; for samples of shape (..., n, d) each field has the leading axes ``...``."""

    covered: np.ndarray  # (...) number of modes that have their share of good samples
    good: np.ndarray  # (...) share of samples that are near some mode
    shares: np.ndarray  # (..., K) share of all samples that are near mode k


def covered_modes(samples: ArrayLike, centers: ArrayLike, noise: float = 0.1, *, share: float = 0.02) -> Coverage:
    r"""Count the modes that samples cover.

    A sample is good if it lies within three standard deviations, :math:`\lVert x-c_k\rVert\le3\sigma`, of its nearest
    centre. A mode is covered if at least ``share`` of all samples are good and belong to it. Samples of a mixture of
    Gaussians in the plane are good with probability :math:`1-e^{-9/2}=0.989`.

    Parameters
    ----------
    samples : (..., n, d) array; leading axes are, say, seeds.
    centers : (K, d) array, the modes, for instance :func:`derived.data.toys.ring_centers`.
    noise : standard deviation :math:`\sigma` of each mode in each coordinate.
    share : the least share of all n samples that a covered mode has, in (0, 1].

    Returns
    -------
    Coverage

    Raises
    ------
    ValueError
        where shapes do not fit, noise is not positive, or share is not in (0, 1].
    """
    samples, centers = np.asarray(samples), np.asarray(centers)
    fits = samples.ndim >= 2 and centers.ndim == 2 and samples.shape[-1] == centers.shape[-1]
    require(fits and samples.shape[-2] > 0 and len(centers) > 0,
            "covered_modes: shapes of samples and centers are {} and {}, expected (..., n, d) and (K, d)",
            samples.shape, centers.shape)  # fmt: skip
    require(noise > 0, "covered_modes: noise is {}, expected a standard deviation > 0", noise)
    require(0 < share <= 1, "covered_modes: share is {}, expected a number in (0, 1]", share)
    require_finite("covered_modes", "samples", samples)
    distance = np.linalg.norm(samples[..., None, :] - centers, axis=-1)
    near = (distance.min(axis=-1) <= 3 * noise)[..., None]
    mine = near & (distance.argmin(axis=-1)[..., None] == np.arange(len(centers)))
    shares = mine.mean(axis=-2)
    return Coverage((shares >= share).sum(axis=-1), near[..., 0].mean(axis=-1), shares)


def mode_widths(samples: ArrayLike, centers: ArrayLike, noise: float = 0.1) -> np.ndarray:
    r"""How wide the modes of the samples are, in units of the true standard deviation.

    Parameters as for :func:`covered_modes`.

    Returns
    -------
    (...) root mean square of the coordinates of :math:`(x-c)/\sigma`, with the nearest centre c, over the samples at most
    five deviations from it; NaN where there are none.
    """  # noqa: E501
    samples, centers = np.asarray(samples), np.asarray(centers)
    away = (samples[..., None, :] - centers) / noise
    squares = np.sum(away**2, axis=-1).min(axis=-1)
    near = squares <= 25
    count = near.sum(axis=-1)
    total = np.where(near, squares, 0).sum(axis=-1)
    return np.sqrt(np.where(count > 0, total, np.nan) / np.maximum(count, 1) / samples.shape[-1])
