r"""Images that a network is sure of and nobody else, and a bound on how fast its scores can change."""

from __future__ import annotations

import numpy as np

from derived import nn, ops
from derived.arguments import require
from derived.tensor import Tensor, no_grad
from derived.topics.lipschitz import activation_constant

__all__ = ["confidence", "fool", "lipschitz_bound"]


def confidence(model: nn.Module, images: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Softmax probability of one class of each image, (N,)."""
    return ops.softmax(model(images), dim=1).data[np.arange(len(images)), classes]


def fool(model: nn.Module, images: np.ndarray, targets: np.ndarray, goal: float = 0.995, step: float = 0.05,
         steps: int = 300) -> np.ndarray:  # fmt: skip
    r"""Steps of fixed length along :math:`\nabla\log p_c` in [0, 1], each image until its confidence reaches ``goal``.

    Parameters
    ----------
    model : images (N, C, H, W) to scores (N, K).
    images : (N, C, H, W) array with entries in [0, 1], photographs or noise; not changed.
    targets : (N,) classes c that the images shall be taken for.
    step, steps : Euclidean length of a step, and the most that are taken.
    """
    require(len(images) == len(targets), "fool: {} images and {} targets", len(images), len(targets))
    images = images.copy()
    for _ in range(steps):
        open_ = confidence(model, images, targets) < goal
        if not open_.any():
            break
        x = Tensor(images[open_], requires_grad=True)
        ops.cross_entropy(model(x), targets[open_]).backward()
        length = np.sqrt(np.sum(x.grad**2, axis=(1, 2, 3), keepdims=True))
        images[open_] = np.clip(x.data - step * x.grad / np.maximum(length, 1e-30), 0, 1)
    return images


def lipschitz_bound(model: nn.Sequential, shape: tuple[int, ...]) -> float:
    r"""Product of the spectral norms of all layers that have weights and of the activations' constants, in float64.

    No two inputs are mapped further apart than this times their distance, if everything else in the network, like
    max-pooling over windows that do not overlap, increases no distance
    (:func:`derived.topics.lipschitz.activation_constant`).

    Parameters
    ----------
    model : network of convolutions and dense layers, whose matrices are found from the images of the unit vectors.
    shape : of one input, (C, H, W) or (n,).
    """
    bound, x = 1.0, np.zeros((1, *shape), model.parameters()[0].dtype)
    with no_grad():
        for layer in model.layers:
            if layer.parameters():
                units = np.eye(x.size, dtype=x.dtype).reshape(-1, *x.shape[1:])
                matrix = (layer(units).data - layer(np.zeros_like(x)).data).reshape(x.size, -1)
                bound *= _spectral_norm(matrix.astype(np.float64))
            else:
                bound *= activation_constant(layer)
            x = layer(x).data
    return bound


def _spectral_norm(A: np.ndarray) -> float:
    """By the eigenvalues of the smaller of A A^T and A^T A: a third of the time of all singular values."""
    A = A if len(A) <= A.shape[1] else A.T
    return float(np.sqrt(np.linalg.eigvalsh(A @ A.T)[-1]))
