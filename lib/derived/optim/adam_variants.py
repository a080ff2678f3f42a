"""AdaMax and NAdam."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from derived.arguments import require
from derived.optim.adam import Adam
from derived.tensor import Tensor

__all__ = ["Adamax", "NAdam"]


class Adamax(Adam):
    r"""AdaMax (Kingma and Ba, 2015, section 7.1): Adam with a decaying maximum, on PyTorch's convention.

    .. math:: m_t=\beta_1m_{t-1}+(1-\beta_1)g_t,\qquad u_t=\max(\beta_2u_{t-1},\lvert g_t\rvert+\epsilon),\qquad
              w\leftarrow w-\frac\eta{1-\beta_1^t}\,\frac{m_t}{u_t}

    Parameters
    ----------
    params, lr, betas, weight_decay : as for :class:`derived.optim.Adam`.
    eps : :math:`\epsilon`, added to :math:`\lvert g\rvert` (PyTorch's choice; the paper has none).
    """

    state_names = ("m", "u")

    def __init__(self, params: Iterable[Tensor], lr: float = 2e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 0.0) -> None:  # fmt: skip
        super().__init__(params, lr, betas, eps, weight_decay)

    def update(self, w: np.ndarray, g: np.ndarray, m: np.ndarray, u: np.ndarray) -> None:
        if self.weight_decay:
            g = g + self.weight_decay * w
        beta1, beta2 = self.betas
        m *= beta1
        m += (1 - beta1) * g
        u *= beta2
        np.maximum(u, np.abs(g) + self.eps, out=u)
        self.descend(w, m / u, self.lr / (1 - beta1**self.steps))


class NAdam(Adam):
    r"""NAdam (Dozat, 2016): Adam with Nesterov's look-ahead, on PyTorch's convention.

    .. math:: w\leftarrow w-\frac\eta{\sqrt{\hat v_t}+\epsilon}\left(\frac{\mu_{t+1}m_t}{1-\mu_{t+1}\Pi_t}
              +\frac{(1-\mu_t)g_t}{1-\Pi_t}\right),\qquad \Pi_t=\prod_{i\le t}\mu_i,\qquad
              \mu_t=\beta_1\bigl(1-\tfrac12\,0.96^{\psi t}\bigr)

    with :math:`m_t=\beta_1m_{t-1}+(1-\beta_1)g_t` and :math:`\hat v_t` as in Adam.

    Parameters
    ----------
    params, lr, betas, eps, weight_decay : as for :class:`derived.optim.Adam`.
    momentum_decay : :math:`\psi\ge0`.
    decoupled_weight_decay : decay as in AdamW instead of an L2 term.
    """

    def __init__(self, params: Iterable[Tensor], lr: float = 2e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 0.0, momentum_decay: float = 4e-3,
                 decoupled_weight_decay: bool = False) -> None:  # fmt: skip
        require(momentum_decay >= 0, "NAdam: momentum_decay is {}, expected a number >= 0", momentum_decay)
        super().__init__(params, lr, betas, eps, weight_decay)
        self.momentum_decay, self.decoupled_weight_decay = momentum_decay, decoupled_weight_decay
        self._products = [1.0]

    def _mu(self, t: int) -> float:
        return self.betas[0] * (1 - 0.5 * 0.96 ** (t * self.momentum_decay))

    def _product(self, t: int) -> float:
        """The product of the first t of the numbers mu, kept from call to call."""
        while len(self._products) <= t:
            self._products.append(self._products[-1] * self._mu(len(self._products)))
        return self._products[t]

    def update(self, w: np.ndarray, g: np.ndarray, m: np.ndarray, v: np.ndarray) -> None:
        if self.weight_decay:
            if self.decoupled_weight_decay:
                w *= 1 - self.lr * self.weight_decay
            else:
                g = g + self.weight_decay * w
        (beta1, beta2), t = self.betas, self.steps
        mu, following, product = self._mu(t), self._mu(t + 1), self._product(t)
        m *= beta1
        m += (1 - beta1) * g
        v *= beta2
        v += (1 - beta2) * (g * g)
        direction = (following / (1 - following * product)) * m
        direction += ((1 - mu) / (1 - product)) * g
        scale = np.sqrt(v / (1 - beta2**t))
        scale += self.eps
        direction /= scale
        self.descend(w, direction, self.lr)
