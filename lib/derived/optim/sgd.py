"""Stochastic gradient descent, with momentum and Nesterov's variant."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from derived.arguments import require
from derived.optim.base import Optimizer
from derived.tensor import Tensor


class SGD(Optimizer):
    r"""Gradient descent with momentum, on PyTorch's convention.

    .. math:: u_t = \beta u_{t-1} + (1-\tau) g_t, \qquad w \leftarrow w - \eta u_t

    with :math:`g_t` including ``weight_decay`` times :math:`w`, and :math:`u_1 = g_1` whatever the dampening
    :math:`\tau`. Nesterov's variant steps along :math:`g_t + \beta u_t` instead of :math:`u_t`.

    Parameters
    ----------
    params, lr : see :class:`Optimizer`; :math:`\eta` is ``lr``.
    momentum : :math:`\beta \ge 0`.
    dampening : :math:`\tau`.
    weight_decay : factor of the L2 term :math:`\frac\lambda2\|w\|^2`.
    nesterov : needs momentum and no dampening.
    """

    def __init__(self, params: Iterable[Tensor], lr: float = 1e-3, momentum: float = 0.0, dampening: float = 0.0,
                 weight_decay: float = 0.0, nesterov: bool = False) -> None:  # fmt: skip
        require(momentum >= 0, f"SGD: momentum is {momentum}, expected a number >= 0")
        require(weight_decay >= 0, f"SGD: weight_decay is {weight_decay}, expected a number >= 0")
        require(not nesterov or (momentum > 0 and dampening == 0), "SGD: nesterov needs momentum > 0 and dampening 0")
        self.state_names = ("momentum",) if momentum else ()
        super().__init__(params, lr)
        self.momentum, self.dampening = momentum, dampening
        self.weight_decay, self.nesterov = weight_decay, nesterov

    def update(self, w: np.ndarray, g: np.ndarray, *state: np.ndarray) -> None:
        if self.weight_decay:
            g = g + self.weight_decay * w
        if state:
            (u,) = state
            u *= self.momentum
            u += g if self.steps == 1 or not self.dampening else (1 - self.dampening) * g
            g = g + self.momentum * u if self.nesterov else u
        self.descend(w, g, self.lr)
