"""SignSGD: one bit of the gradient for each parameter."""

from __future__ import annotations

import numpy as np

from derived.optim.base import Optimizer

__all__ = ["SignSGD"]


class SignSGD(Optimizer):
    r"""Descent along the signs of the gradient (Bernstein et al., 2018).

    .. math:: w\leftarrow w-\eta\,\mathrm{sign}(g_t)

    A parameter whose gradient is exactly 0 stays: sign 0 is 0.

    Parameters
    ----------
    params, lr : see :class:`Optimizer`; :math:`\eta` is ``lr``, the length of every step of every parameter.
    """

    def update(self, w: np.ndarray, g: np.ndarray) -> None:
        self.descend(w, np.sign(g), self.lr)
