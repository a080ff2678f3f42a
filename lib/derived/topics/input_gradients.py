r"""Gradients of a score with respect to the image, and networks with shuffled weights."""

from __future__ import annotations

import copy

import numpy as np

from derived import nn
from derived.arguments import require
from derived.data import one_hot
from derived.tensor import Tensor

__all__ = ["input_gradient", "saliency_map", "shuffled_weights"]


def input_gradient(model: nn.Module, images: np.ndarray, classes: np.ndarray) -> np.ndarray:
    r"""Gradient :math:`\partial s_c/\partial I` of one score of each image, by one backward pass for the whole batch.

    Parameters
    ----------
    model : images (N, C, H, W) to scores (N, K), before any softmax. No image may influence another's scores.
    images : (N, C, H, W) floating-point array.
    classes : (N,) integers c, one for each image.

    Returns
    -------
    Array of the shape and dtype of ``images``.
    """
    require(len(images) == len(classes), "input_gradient: {} images and {} classes", len(images), len(classes))
    inputs = Tensor(images, requires_grad=True)
    scores = model(inputs)
    scores.backward(one_hot(classes, scores.shape[1], scores.dtype))
    return inputs.grad


def saliency_map(gradient: np.ndarray) -> np.ndarray:
    """Largest absolute entry over the channels, (N, C, H, W) to (N, H, W) (Simonyan, Vedaldi and Zisserman, 2014)."""
    return np.abs(gradient).max(axis=1)


def shuffled_weights(model: nn.Module, layers: int, rng: np.random.Generator) -> nn.Module:
    """A copy in which the last ``layers`` layers with weights have the entries of each of their arrays permuted.

    What was learnt is gone, the sizes of the weights are not (a variant of the randomisation of Adebayo et al., 2018).
    """
    copied = copy.deepcopy(model)
    weighted = [layer for layer in copied.layers if layer.parameters()]
    require(0 <= layers <= len(weighted),
            "shuffled_weights: layers is {}, expected 0 to {}", layers, len(weighted))  # fmt: skip
    for layer in weighted[len(weighted) - layers :]:
        for p in layer.parameters():
            p.data = rng.permutation(p.data.ravel()).reshape(p.shape)
    return copied
