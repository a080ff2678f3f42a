"""Knowledge distillation: a small network learns the probabilities of a large one, softened by a temperature."""

from __future__ import annotations

import numpy as np

from derived import ops
from derived.arguments import require
from derived.tensor import Tensor

__all__ = ["distillation_loss", "logit_matching", "soften"]


def soften(logits: np.ndarray, T: float = 1.0) -> np.ndarray:
    r"""Softmax at temperature T, :math:`\mathrm{softmax}(v/T)`: uniform as T grows, one-hot as T tends to 0."""
    require(T > 0, "soften: T is {}, expected a positive temperature", T)
    return ops.softmax.rule(np.asarray(logits) / T)[0]


def distillation_loss(input: Tensor, target: np.ndarray, teacher: np.ndarray, T: float = 3.0,
                      alpha: float = 0.1) -> Tensor:  # fmt: skip
    r"""Loss of a student with hard labels and a teacher's soft ones.

    .. math:: \ell=\alpha\,\mathrm{CE}\bigl(y,\mathrm{softmax}(z)\bigr)
              +(1-\alpha)\,T^2\,\mathrm{CE}\bigl(\mathrm{softmax}(v/T),\mathrm{softmax}(z/T)\bigr)

    Parameters
    ----------
    input : (N, M) the student's logits z.
    target : (N,) class indices y.
    teacher : (N, M) the teacher's logits v; for an ensemble the mean of its members', whose softmax is their
        geometric mean.
    T : temperature, positive.
    alpha : weight of the hard labels, in [0, 1].

    Returns
    -------
    One number, the mean over the batch.

    Raises
    ------
    ValueError
        if T or alpha lies outside its range, or if the shapes of student and teacher differ.
    """
    require(T > 0, "distillation_loss: T is {}, expected a positive temperature", T)
    require(0 <= alpha <= 1, "distillation_loss: alpha is {}, expected a number from 0 to 1", alpha)
    require(input.shape == np.shape(teacher),
            "distillation_loss: input has shape {}, teacher {}", input.shape, np.shape(teacher))  # fmt: skip
    soft = ops.cross_entropy(input * (1 / T), soften(teacher, T)) * ((1 - alpha) * T * T)
    return soft + ops.cross_entropy(input, target) * alpha if alpha > 0 else soft


def logit_matching(z: np.ndarray, v: np.ndarray) -> np.ndarray:
    r"""Limit of the soft gradient as the temperature grows, :math:`\frac1M\bigl((z-\bar z)-(v-\bar v)\bigr)`.

    That is the gradient of half the mean squared difference of logits whose mean over the M classes is 0.
    """
    d = np.asarray(z) - np.asarray(v)
    return (d - d.mean(axis=-1, keepdims=True)) / d.shape[-1]
