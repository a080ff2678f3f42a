r"""DeepFool: the shortest change that crosses a decision boundary, by linearising the scores again and again."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from derived import nn
from derived.arguments import require
from derived.topics.jacobian_norm import jacobians
from derived.topics.norms import dual_norm, dual_norm_maximizer
from derived.training import predict

__all__ = ["Fooled", "deepfool", "linear_step", "nearest_class", "robustness"]


class Fooled(NamedTuple):
    """What :func:`deepfool` returns: ``perturbations`` with the overshoot, ``steps`` (N,), ``done`` (N,)."""

    perturbations: np.ndarray
    steps: np.ndarray
    done: np.ndarray


def linear_step(gap: np.ndarray, w: np.ndarray, p: float) -> np.ndarray:
    r"""Shortest r with :math:`w^\top r=g` in the p-norm; its length is :math:`|g|/\|w\|_q`.

    .. math:: r^*=\frac{g}{\|w\|_q^q}\,|w|^{q-1}\odot\mathrm{sgn}(w),\qquad \frac1p+\frac1q=1

    Parameters
    ----------
    gap : (...) numbers g, such as :math:`f_1-f_2`, by which the other score has to catch up.
    w : (..., d) gradients :math:`\nabla f_2-\nabla f_1`, not zero.
    p : exponent, 1 to infinity; for p = 1 all goes to the first of the largest entries of \|w\|.
    """
    norm = dual_norm(w, p)
    require(np.all(norm > 0), "linear_step: w is zero, so no change reaches the boundary")
    return (np.asarray(gap) / norm)[..., None] * dual_norm_maximizer(w, p)


def nearest_class(scores: np.ndarray, gradients: np.ndarray, labels: np.ndarray,
                  p: float) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    r"""The class whose linearised boundary is nearest, and its distance, both (N,).

    .. math:: j^*=\arg\min_{j\ne y}\frac{|h_j|}{\|\nabla h_j\|_q},\qquad h_j=f_j-f_y

    Parameters
    ----------
    scores, gradients, labels : (N, K), (N, K, d) and (N,).
    """
    rows = np.arange(len(scores))
    gaps = np.abs(scores - scores[rows, labels][:, None])
    norms = dual_norm(gradients - gradients[rows, labels][:, None], p)
    distances = np.divide(gaps, norms, out=np.full_like(norms, np.inf), where=norms > 0)
    distances[rows, labels] = np.inf
    nearest = distances.argmin(axis=1)
    return nearest, distances[rows, nearest]


def deepfool(model: nn.Module, images: np.ndarray, *, p: float = 2.0, overshoot: float = 0.02,
             steps: int = 50) -> Fooled:  # fmt: skip
    r"""Add :func:`linear_step` towards the nearest class until the prediction changes.

    The steps are added to r, and every new linearisation is made at :math:`x+(1+\eta)r`, since r itself ends on the
    boundary. There is no box: pixels may leave [0, 1] a little.

    Parameters
    ----------
    model : images (N, ...) to scores (N, K).
    images : (N, ...) floats; the class that is left is the one predicted, right or wrong.
    p : norm to be small, 1 to infinity.
    overshoot : :math:`\eta`.
    steps : the most steps that are taken.

    Returns
    -------
    Fooled
        Where ``done`` is False the prediction did not change within ``steps``.
    """
    labels = predict(model, images).argmax(axis=1)
    r = np.zeros((len(images), images[0].size), images.dtype)
    taken, open_ = np.zeros(len(images), int), np.ones(len(images), bool)
    for k in range(steps + 1):
        rows = np.flatnonzero(open_)
        x = (images[rows] + (1 + overshoot) * r[rows].reshape(images[rows].shape)).astype(images.dtype)
        scores, gradients = predict(model, x), jacobians(model, x)
        still = scores.argmax(axis=1) == labels[rows]
        open_[rows[~still]] = False
        rows, scores, gradients = rows[still], scores[still], gradients[still]
        if k == steps or not len(rows):
            break
        j, _ = nearest_class(scores, gradients, labels[rows], p)
        each = np.arange(len(rows))
        gap = scores[each, labels[rows]] - scores[each, j]
        r[rows] += linear_step(gap, gradients[each, j] - gradients[each, labels[rows]], p).astype(r.dtype)
        taken[rows] += 1
    return Fooled(((1 + overshoot) * r).reshape(images.shape).astype(images.dtype), taken, ~open_)


def robustness(images: np.ndarray, perturbations: np.ndarray) -> float:
    r"""Mean relative length :math:`\hat\rho=\frac1n\sum_i\|r(x_i)\|_2/\|x_i\|_2` of the changes that were needed."""
    lengths = [np.linalg.norm(a.reshape(len(a), -1), axis=1) for a in (perturbations, images)]
    return float(np.mean(lengths[0] / lengths[1]))
