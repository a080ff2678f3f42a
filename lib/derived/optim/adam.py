"""Adam and AdamW."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt

import numpy as np

from derived.arguments import require
from derived.optim.base import Optimizer
from derived.tensor import Tensor


class Adam(Optimizer):
    r"""Adam (Kingma and Ba, 2015), on PyTorch's convention.

    .. math::

        m_t = \beta_1 m_{t-1} + g_t, \quad v_t = \beta_2 v_{t-1} + g_t^2, \quad
        w \leftarrow w - \eta\, \frac{m_t/a_t}{\sqrt{v_t/b_t} + \epsilon}, \quad
        a_t = \frac{1-\beta_1^t}{1-\beta_1}, \quad b_t = \frac{1-\beta_2^t}{1-\beta_2}

    The state holds weighted sums; :math:`a_t` and :math:`b_t`, the sums of the weights, turn them into the averages
    that the paper calls bias-corrected. Factors :math:`1-\beta` in the state would cancel, and cost a pass each.

    Parameters
    ----------
    params, lr : see :class:`Optimizer`; :math:`\eta` is ``lr``.
    betas : :math:`(\beta_1, \beta_2)`, both in [0, 1).
    eps : :math:`\epsilon`, outside the root.
    weight_decay : factor of the L2 term, added to the gradient.
    amsgrad : use the largest :math:`v` so far in place of :math:`v_t` (Reddi, Kale and Kumar, 2018); as in PyTorch
        the maximum is taken before, and divided by the same :math:`b_t` as, :math:`v_t`.
    """

    state_names = ("m", "v")

    def __init__(self, params: Iterable[Tensor], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 0.0, amsgrad: bool = False) -> None:  # fmt: skip
        name = type(self).__name__
        require(len(betas) == 2 and all(0 <= b < 1 for b in betas),
                f"{name}: betas is {betas}, expected two numbers in [0, 1)")  # fmt: skip
        require(eps >= 0, f"{name}: eps is {eps}, expected a number >= 0")
        require(weight_decay >= 0, f"{name}: weight_decay is {weight_decay}, expected a number >= 0")
        if amsgrad:
            self.state_names = (*self.state_names, "largest")
        super().__init__(params, lr)
        self.betas, self.eps, self.weight_decay = betas, eps, weight_decay

    def update(self, w: np.ndarray, g: np.ndarray, m: np.ndarray, v: np.ndarray, *largest: np.ndarray) -> None:
        if self.weight_decay:
            g = g + self.weight_decay * w
        (beta1, beta2), t = self.betas, self.steps
        a, root_b = (1 - beta1**t) / (1 - beta1), sqrt((1 - beta2**t) / (1 - beta2))
        m *= beta1
        m += g
        v *= beta2
        v += (scratch := g * g)
        if largest:
            v = np.maximum(largest[0], v, out=largest[0])
        np.sqrt(v, out=scratch)
        scratch += root_b * self.eps  # numerator and denominator times the root of b: a pass less
        np.divide(m, scratch, out=scratch)
        self.descend(w, scratch, self.lr * root_b / a)


class AdamW(Adam):
    r"""Adam with decoupled weight decay (Loshchilov and Hutter, 2019).

    :math:`w \leftarrow (1-\eta\lambda) w` before Adam's step; the decay does not pass through the moments.
    Parameters as for :class:`Adam`; ``weight_decay`` is :math:`\lambda`.
    """

    def __init__(self, params: Iterable[Tensor], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 1e-2, amsgrad: bool = False) -> None:  # fmt: skip
        super().__init__(params, lr, betas, eps, amsgrad=amsgrad)
        self.decay = weight_decay
        require(weight_decay >= 0, f"AdamW: weight_decay is {weight_decay}, expected a number >= 0")

    def update(self, w: np.ndarray, g: np.ndarray, *state: np.ndarray) -> None:
        w *= 1 - self.lr * self.decay
        super().update(w, g, *state)
