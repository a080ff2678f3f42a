"""Multi-task learning: several heads on one trunk."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from derived.arguments import require
from derived.nn import Module
from derived.tensor import Tensor

__all__ = ["MultiTask", "joint_loss"]


class MultiTask(Module):
    r"""One representation :math:`\phi(x)`, and a head for each task, :math:`f_k(\phi(x))`.

    Parameters
    ----------
    trunk : the layers that all tasks share.
    heads : one module for each task, applied to what the trunk gives.
    """

    def __init__(self, trunk: Module, heads: Sequence[Module]) -> None:
        require(len(heads) > 0, "MultiTask: heads is empty, expected one for each task")
        self.trunk, self.heads = trunk, list(heads)

    def forward(self, x: Tensor | np.ndarray) -> list[Tensor]:
        """The outputs of all heads; the trunk is evaluated once."""
        features = self.trunk(x)
        return [head(features) for head in self.heads]


def joint_loss(*losses: Callable, weights: Sequence[float] | None = None) -> Callable:
    r"""The objective :math:`\sum_k\alpha_kJ_k` of all tasks, as a loss for :func:`derived.training.fit`.

    Parameters
    ----------
    losses : ``loss(outputs, targets)`` for each task.
    weights : :math:`\alpha_k`, all 1 by default.

    Returns
    -------
    ``total(outputs, targets)`` with a list of outputs, and the targets of task k in column k of (N, K).
    """
    alphas = [1.0] * len(losses) if weights is None else list(weights)
    require(len(alphas) == len(losses) > 0, "joint_loss: {} weights, expected {}, one for each loss",
            len(alphas), len(losses))  # fmt: skip

    def total(outputs: Sequence[Tensor], targets: np.ndarray) -> Tensor:
        terms = [loss(output, targets[:, k]) * alpha
                 for k, (loss, output, alpha) in enumerate(zip(losses, outputs, alphas, strict=True))]  # fmt: skip
        value = terms[0]
        for term in terms[1:]:
            value = value + term
        return value

    return total
