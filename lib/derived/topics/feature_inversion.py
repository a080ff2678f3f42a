r"""Images from their features: what a layer has kept (Mahendran and Vedaldi, 2015)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived import ops
from derived.tensor import Tensor
from derived.topics.image_ascent import minimize_images

__all__ = ["inversion_losses", "invert"]


def inversion_losses(features: Callable[[Tensor], Tensor], target: np.ndarray, lam: float,
                     power: int = 6) -> Callable[[Tensor], Tensor]:  # fmt: skip
    r"""The losses :math:`\|\Phi(I)-\Phi_0\|^2+\lambda\|I\|_6^6` of a batch of images as a function of it.

    Parameters
    ----------
    features : :math:`\Phi`, images (N, …) to features (N, …).
    target : :math:`\Phi_0`, features of one image for each image of the batch.
    lam, power : weight and exponent of the penalty; the exponent even.
    """

    def losses(images: Tensor) -> Tensor:
        difference = features(images) - target
        rows = lambda x: ops.reshape(x, (len(x.data), -1)).sum(dim=1)  # noqa: E731
        return rows(difference**2) + lam * rows(images**power)

    return losses


def invert(features: Callable[[Tensor], Tensor], images: np.ndarray, *, rng: np.random.Generator, steps: int = 150,
           lr: float = 0.05, lam: float = 1e-4) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Adam from grey noise towards the features of ``images``, all at once, with pixels kept in [0, 1].

    Returns
    -------
    found, values : images of the same shape; (steps + 1, N) losses.
    """
    target = features(Tensor(images)).data
    start = (0.5 + 0.1 * rng.standard_normal(images.shape)).astype(images.dtype)
    return minimize_images(inversion_losses(features, target, lam), start, steps, lr, (0, 1))
