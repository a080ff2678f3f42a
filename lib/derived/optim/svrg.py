"""Variance-reduced stochastic gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from derived.arguments import require
from derived.optim.sgd import SGD
from derived.tensor import Tensor

__all__ = ["SVRG", "variance_reduced"]


def variance_reduced(g: np.ndarray, g_snapshot: np.ndarray, full: np.ndarray) -> np.ndarray:
    r"""The gradient estimate of SVRG, :math:`\nabla f_i(x)-\nabla f_i(\tilde x)+\nabla f(\tilde x)`.

    Parameters
    ----------
    g, g_snapshot : (..., d) gradients of the *same* :math:`f_i` at the point x and at the snapshot :math:`\tilde x`.
    full : (..., d) gradient of the mean :math:`f` at the snapshot.
    """
    return g - g_snapshot + full


class SVRG(SGD):
    r"""Stochastic variance-reduced gradient (Johnson and Zhang, 2013).

    .. math:: w\leftarrow w-\eta\bigl(\nabla f_i(w)-\nabla f_i(\tilde w)+\nabla f(\tilde w)\bigr)

    Call :meth:`snapshot` with the loss over all examples about once in a few epochs, then :meth:`step` with the loss
    of one batch after the other. Each step differentiates its loss twice.

    Parameters
    ----------
    params, lr : see :class:`derived.optim.Optimizer`.

    Raises
    ------
    ValueError
        from :meth:`step` before the first snapshot.
    """

    def __init__(self, params: Iterable[Tensor], lr: float = 1e-3) -> None:
        super().__init__(params, lr)
        self._anchor: list[np.ndarray] = []
        self._full: list[np.ndarray] = []

    def snapshot(self, loss: Callable[[], Tensor]) -> None:
        """Take the present parameters as :math:`\\tilde w`; ``loss()`` is the mean over all examples."""
        self._anchor = [p.data.copy() for p in self.params]
        self._full = self._gradients(loss)

    def step(self, loss: Callable[[], Tensor]) -> None:
        """One update; ``loss()`` is the mean over a batch, and must give the same batch each time it is called."""
        require(bool(self._anchor), "SVRG.step: no snapshot was taken, expected a call of snapshot(loss) first")
        here = [p.data for p in self.params]
        for p, anchor in zip(self.params, self._anchor, strict=True):
            p.data = anchor
        at_anchor = self._gradients(loss)
        for p, array in zip(self.params, here, strict=True):
            p.data = array
        for p, *gradients in zip(self.params, self._gradients(loss), at_anchor, self._full, strict=True):
            p.grad = variance_reduced(*gradients)
        super().step()

    def _gradients(self, loss: Callable[[], Tensor]) -> list[np.ndarray]:
        self.zero_grad()
        loss().backward()
        return [np.zeros_like(p.data) if p.grad is None else p.grad for p in self.params]
