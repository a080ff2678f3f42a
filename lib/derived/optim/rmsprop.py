"""RMSProp, with the mean or with the maximum of the squared gradients."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from derived.arguments import require
from derived.optim.base import Optimizer
from derived.tensor import Tensor

__all__ = ["MaxProp", "RMSprop"]


class RMSprop(Optimizer):
    r"""RMSProp (Tieleman and Hinton, 2012), on PyTorch's convention.

    .. math:: v_t=\alpha v_{t-1}+(1-\alpha)g_t^2,\qquad d_t=\frac{g_t}{\sqrt{v_t}+\epsilon},\qquad
              w\leftarrow w-\eta\,d_t

    With momentum :math:`\mu` the step is :math:`u_t=\mu u_{t-1}+d_t`. ``centered`` subtracts from :math:`v_t` the
    square of the average gradient, :math:`\bar g_t=\alpha\bar g_{t-1}+(1-\alpha)g_t`. Nothing is bias-corrected.

    Parameters
    ----------
    params, lr : see :class:`Optimizer`; :math:`\eta` is ``lr``.
    alpha : :math:`\alpha` in [0, 1]; the chapter calls it :math:`\beta`.
    eps : :math:`\epsilon`, outside the root.
    weight_decay : factor of the L2 term, added to the gradient.
    momentum : :math:`\mu\ge0`.
    centered : divide by the standard deviation instead of the root mean square.
    """

    def __init__(self, params: Iterable[Tensor], lr: float = 1e-2, alpha: float = 0.99, eps: float = 1e-8,
                 weight_decay: float = 0.0, momentum: float = 0.0, centered: bool = False) -> None:  # fmt: skip
        require(0 <= alpha <= 1, "RMSprop: alpha is {}, expected a number in [0, 1]", alpha)
        for name, value in (("eps", eps), ("weight_decay", weight_decay), ("momentum", momentum)):
            require(value >= 0, "RMSprop: {} is {}, expected a number >= 0", name, value)
        self.state_names = ("v", *(["mean"] if centered else []), *(["momentum"] if momentum else []))
        super().__init__(params, lr)
        self.alpha, self.eps, self.weight_decay = alpha, eps, weight_decay
        self.momentum, self.centered = momentum, centered

    def update(self, w: np.ndarray, g: np.ndarray, v: np.ndarray, *more: np.ndarray) -> None:
        if self.weight_decay:
            g = g + self.weight_decay * w
        v *= self.alpha
        v += (1 - self.alpha) * (g * g)
        if self.centered:
            mean = more[0]
            mean *= self.alpha
            mean += (1 - self.alpha) * g
            scale = v - mean * mean
            np.sqrt(scale, out=scale)
        else:
            scale = np.sqrt(v)
        scale += self.eps
        d = np.divide(g, scale, out=scale)
        if self.momentum:
            u = more[-1]
            u *= self.momentum
            u += d
            d = u
        self.descend(w, d, self.lr)


class MaxProp(Optimizer):
    r"""RMSProp with a decaying maximum instead of the root mean square.

    .. math:: v_t=\max(\beta v_{t-1},\lvert g_t\rvert),\qquad w\leftarrow w-\frac\eta{v_t+\epsilon}\,g_t

    PyTorch has it as ``Adamax`` with :math:`\beta_1=0`, up to the place of :math:`\epsilon`.

    Parameters
    ----------
    params, lr : see :class:`Optimizer`; :math:`\eta` is ``lr``.
    beta : :math:`\beta` in [0, 1].
    eps : :math:`\epsilon>0`, or 0 where no gradient is 0 from the start.
    """

    state_names = ("v",)

    def __init__(self, params: Iterable[Tensor], lr: float = 1e-2, beta: float = 0.99, eps: float = 1e-8) -> None:
        require(0 <= beta <= 1, "MaxProp: beta is {}, expected a number in [0, 1]", beta)
        require(eps >= 0, "MaxProp: eps is {}, expected a number >= 0", eps)
        super().__init__(params, lr)
        self.beta, self.eps = beta, eps

    def update(self, w: np.ndarray, g: np.ndarray, v: np.ndarray) -> None:
        v *= self.beta
        np.maximum(v, np.abs(g), out=v)
        self.descend(w, g / (v + self.eps), self.lr)
