r"""The :math:`2^n` networks inside one: every mask of n units, their predictions, and what averages them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived import nn, ops
from derived.arguments import require
from derived.tensor import Tensor, no_grad

__all__ = ["FrozenDropout", "all_masks", "leave_one_out", "mask_probabilities", "masked_logits", "sampled_predictions",
           "softmax"]  # fmt: skip

MOST_UNITS = 20


def all_masks(n: int) -> np.ndarray:
    r"""All masks of n units as rows, a boolean array :math:`(2^n, n)`; unit 0 changes fastest."""
    require(0 <= n <= MOST_UNITS, "all_masks: n is {}, expected 0 to {} (there are 2^n masks)", n, MOST_UNITS)
    return (np.arange(2**n)[:, None] >> np.arange(n)) % 2 == 1


def leave_one_out(n: int) -> np.ndarray:
    """The n masks (n, n) that each drop one unit."""
    return ~np.eye(n, dtype=bool)


def mask_probabilities(masks: np.ndarray, keep: float | np.ndarray) -> np.ndarray:
    r"""Probability :math:`\pi(m)=\prod_jq_j^{m_j}(1-q_j)^{1-m_j}` of each row of ``masks``.

    Parameters
    ----------
    masks : (S, n) boolean array.
    keep : the keep probability q in [0, 1], or (n,) of them, one a unit.

    Returns
    -------
    (S,) array; over :func:`all_masks` it sums to 1.
    """
    keep = np.broadcast_to(np.asarray(keep, dtype=np.float64), masks.shape[1:])
    require(bool(np.all((keep >= 0) & (keep <= 1))), "mask_probabilities: keep is {}, expected probabilities", keep)
    return np.where(masks, keep, 1 - keep).prod(axis=1)


def masked_logits(head: Callable, a: np.ndarray, masks: np.ndarray, scale: float | np.ndarray = 1.0) -> np.ndarray:
    r"""Outputs of the subnetworks: ``head`` at :math:`m\odot a\cdot\mathrm{scale}` for every mask m.

    Parameters
    ----------
    head : the layers above the masked ones, from (N, n) to (N, M); a module or a function.
    a : (N, n) activations (or inputs).
    masks : (S, n) masks.
    scale : factor, a number or (n,); ``1 / q`` for inverted dropout.

    Returns
    -------
    (S, N, M) array.
    """
    require(masks.ndim == a.ndim == 2 and masks.shape[1] == a.shape[1],
            "masked_logits: masks have shape {}, a {}, expected (S, n) and (N, n)", masks.shape, a.shape)  # fmt: skip
    inputs = (masks[:, None] * (a * np.asarray(scale, dtype=a.dtype))).reshape(-1, a.shape[1])
    with no_grad():
        out = head(inputs)
    return np.asarray(getattr(out, "data", out)).reshape(len(masks), len(a), -1)


def softmax(z: np.ndarray) -> np.ndarray:
    """Probabilities (..., M) of logits (..., M)."""
    return ops.softmax.rule(np.asarray(z))[0]


def sampled_predictions(model: nn.Module, X: np.ndarray, samples: int) -> np.ndarray:
    """Probabilities (samples, N, M) of a classifier whose dropout stays on, a fresh mask in each pass.

    Every other module is in evaluation mode; all modes are as before afterwards.
    """
    require(samples >= 1, "sampled_predictions: samples is {}, expected at least 1", samples)
    modes = [(module, module.training) for module in model.modules()]
    try:
        for module, _ in modes:
            module.training = isinstance(module, nn.Dropout)
        with no_grad():
            return np.array([softmax(model(X).data) for _ in range(samples)])
    finally:
        for module, mode in modes:
            module.training = mode


class FrozenDropout(nn.Module):
    r"""A module with the bug: dropout whose generator starts anew in every pass, so that the masks never change.

    Parameters
    ----------
    p : the probability to drop.
    seed : what it starts from.
    rows : whether each row of a batch has a mask of its own (the same in every pass), or all rows share one.
    """

    def __init__(self, p: float, seed: int, rows: bool = True) -> None:
        self.p, self.seed, self.rows = p, seed, rows

    def mask(self, shape: tuple[int, ...]) -> np.ndarray:
        """The mask of every pass over a batch of this shape."""
        shape = shape if self.rows else (1, *shape[1:])
        return ops.dropout_mask(shape, self.p, np.random.default_rng(self.seed))

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        """Same shape as ``x``."""
        if not self.training:
            return x if isinstance(x, Tensor) else Tensor(x)
        return ops.dropout(x, self.p, mask=self.mask(x.shape))
