"""Sharpness-aware minimisation around any optimizer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived.arguments import require
from derived.optim.base import Optimizer
from derived.tensor import Tensor

__all__ = ["SAM", "ascent"]


def ascent(gradients: list[np.ndarray], rho: float) -> list[np.ndarray]:
    r"""The step :math:`\hat\epsilon=\rho\,g/\lVert g\rVert` that raises a loss most, to first order; 0 where g = 0.

    Parameters
    ----------
    gradients : arrays that together are g; the norm is that of all of them.
    rho : length of the step.
    """
    norm = np.sqrt(sum(float(np.vdot(g, g)) for g in gradients))
    scale = rho / norm if norm > 0 else 0.0
    return [(scale * g).astype(g.dtype, copy=False) for g in gradients]


class SAM:
    r"""Sharpness-aware minimisation (Foret et al., 2021): the base's step, with the gradient at a worse point near by.

    .. math:: \hat\epsilon=\rho\,\frac{\nabla L(w)}{\lVert\nabla L(w)\rVert},\qquad g=\nabla L(w+\hat\epsilon)

    and the base optimizer moves w by g. Each step differentiates the loss twice.

    Parameters
    ----------
    base : the optimizer that makes the steps, such as ``SGD(params, lr=0.1, momentum=0.9)``.
    rho : :math:`\rho\ge0`, the radius; 0 is the base alone.

    Examples
    --------
    >>> sam = SAM(SGD(model.parameters(), lr=0.1), rho=0.05)       # doctest: +SKIP
    >>> sam.step(lambda: ops.cross_entropy(model(X), y))           # doctest: +SKIP
    """

    def __init__(self, base: Optimizer, rho: float = 0.05) -> None:
        require(isinstance(base, Optimizer), "SAM: base is a {}, expected an Optimizer", type(base).__name__)
        require(rho >= 0, "SAM: rho is {}, expected a number >= 0", rho)
        self.base, self.rho = base, rho

    def step(self, loss: Callable[[], Tensor]) -> float:
        """One update; ``loss()`` must give the loss of the same batch each time. Returns the loss before the step."""
        value = self._differentiate(loss)
        if self.rho == 0:
            self.base.step()
            return value
        moved = [p for p in self.base.params if p.grad is not None]
        here = [p.data for p in moved]
        for p, away in zip(moved, ascent([p.grad for p in moved], self.rho), strict=True):
            p.data = p.data + away
        try:
            self._differentiate(loss)
        finally:
            for p, array in zip(moved, here, strict=True):
                p.data = array
        self.base.step()
        return value

    def _differentiate(self, loss: Callable[[], Tensor]) -> float:
        self.base.zero_grad()
        value = loss()
        value.backward()
        return value.item()
