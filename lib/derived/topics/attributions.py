"""Maps of what matters, by name, and two measures for them: do they find a known place, do two of them agree?"""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

from derived import nn
from derived.arguments import one_of, require
from derived.topics.guided import RULES, with_rule
from derived.topics.input_gradients import input_gradient, saliency_map
from derived.topics.occlusion import occlusion_map

__all__ = ["METHODS", "attribution", "rank_agreement", "top_pixels"]

METHODS = ("occlusion", "gradient", "gradient × image", "deconvnet", "guided")


def attribution(model: nn.Sequential, images: np.ndarray, classes: np.ndarray, method: str) -> np.ndarray:
    """One of the METHODS for one class of each image.

    Parameters
    ----------
    model : (N, C, H, W) to scores (N, K), with ``nn.ReLU`` as activation.
    images, classes : (N, C, H, W) array and (N,) integers.
    method : "occlusion" of single pixels by black; "gradient", "deconvnet", "guided": the absolute value, largest over
        the channels; "gradient × image": the product, summed over the channels.

    Returns
    -------
    (N, H, W) array; larger means that the pixel matters more.
    """
    one_of("attribution", "method", method, METHODS)
    if method == "occlusion":
        return occlusion_map(model, images, classes, 1)
    if method in RULES:
        return saliency_map(input_gradient(with_rule(model, method), images, classes))
    return (input_gradient(model, images, classes) * images).sum(axis=1)


def top_pixels(maps: np.ndarray) -> np.ndarray:
    """Number of the largest entry of each map, row by row, (N, H, W) to (N,)."""
    return maps.reshape(len(maps), -1).argmax(axis=1)


def rank_agreement(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Spearman's rank correlation of each pair of maps, (N, …) twice to (N,); NaN where a map is constant."""
    require(first.shape == second.shape, "rank_agreement: shapes are {} and {}", first.shape, second.shape)
    ranks = [rankdata(m.reshape(len(m), -1), axis=1) for m in (first, second)]
    a, b = (r - r.mean(axis=1, keepdims=True) for r in ranks)
    return (a * b).sum(axis=1) / np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
