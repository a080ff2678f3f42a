"""AdaGrad, and its successor AdaDelta: rates from the history of squared gradients."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from derived.arguments import require
from derived.optim.base import Optimizer
from derived.tensor import Tensor

__all__ = ["Adadelta", "Adagrad"]


class Adagrad(Optimizer):
    r"""AdaGrad (Duchi, Hazan and Singer, 2011), the diagonal version.

    .. math:: v_t=v_{t-1}+g_t^2,\qquad w\leftarrow w-\frac{\eta_t}{\sqrt{v_t}+\epsilon}\,g_t,\qquad
              \eta_t=\frac\eta{1+(t-1)\gamma}

    Parameters
    ----------
    params, lr : see :class:`Optimizer`; :math:`\eta` is ``lr``.
    lr_decay : :math:`\gamma\ge0`.
    weight_decay : factor of the L2 term, added to the gradient.
    initial_accumulator_value : :math:`v_0\ge0`.
    eps : :math:`\epsilon`, outside the root.
    """

    state_names = ("v",)

    def __init__(self, params: Iterable[Tensor], lr: float = 1e-2, lr_decay: float = 0.0, weight_decay: float = 0.0,
                 initial_accumulator_value: float = 0.0, eps: float = 1e-10) -> None:  # fmt: skip
        for name, value in (("lr_decay", lr_decay), ("weight_decay", weight_decay), ("eps", eps),
                            ("initial_accumulator_value", initial_accumulator_value)):  # fmt: skip
            require(value >= 0, "Adagrad: {} is {}, expected a number >= 0", name, value)
        super().__init__(params, lr)
        self.lr_decay, self.weight_decay, self.eps = lr_decay, weight_decay, eps
        self.state["v"][...] = initial_accumulator_value

    def update(self, w: np.ndarray, g: np.ndarray, v: np.ndarray) -> None:
        if self.weight_decay:
            g = g + self.weight_decay * w
        v += g * g
        scale = np.sqrt(v)
        scale += self.eps
        self.descend(w, np.divide(g, scale, out=scale), self.lr / (1 + (self.steps - 1) * self.lr_decay))


class Adadelta(Optimizer):
    r"""AdaDelta (Zeiler, 2012): steps in the units of the parameters.

    .. math:: v_t=\rho v_{t-1}+(1-\rho)g_t^2,\qquad d_t=\frac{\sqrt{s_{t-1}+\epsilon}}{\sqrt{v_t+\epsilon}}\,g_t,\qquad
              s_t=\rho s_{t-1}+(1-\rho)d_t^2,\qquad w\leftarrow w-\eta\,d_t

    Parameters
    ----------
    params, lr : see :class:`Optimizer`; :math:`\eta` is ``lr``, 1 in the paper.
    rho : :math:`\rho` in [0, 1].
    eps : :math:`\epsilon`, inside both roots, as in the paper; with 0 nothing ever moves.
    weight_decay : factor of the L2 term, added to the gradient.
    """

    state_names = ("v", "s")

    def __init__(self, params: Iterable[Tensor], lr: float = 1.0, rho: float = 0.9, eps: float = 1e-6,
                 weight_decay: float = 0.0) -> None:  # fmt: skip
        require(0 <= rho <= 1, "Adadelta: rho is {}, expected a number in [0, 1]", rho)
        require(eps >= 0, "Adadelta: eps is {}, expected a number >= 0", eps)
        require(weight_decay >= 0, "Adadelta: weight_decay is {}, expected a number >= 0", weight_decay)
        super().__init__(params, lr)
        self.rho, self.eps, self.weight_decay = rho, eps, weight_decay

    def update(self, w: np.ndarray, g: np.ndarray, v: np.ndarray, s: np.ndarray) -> None:
        if self.weight_decay:
            g = g + self.weight_decay * w
        v *= self.rho
        v += (1 - self.rho) * (g * g)
        d = np.sqrt((s + self.eps) / (v + self.eps))
        d *= g
        s *= self.rho
        s += (1 - self.rho) * (d * d)
        self.descend(w, d, self.lr)
