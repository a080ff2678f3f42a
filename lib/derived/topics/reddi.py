"""The problem of Reddi, Kale and Kumar (2018) on which Adam goes to the worst point."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived.arguments import require
from derived.tensor import Tensor

__all__ = ["reddi_path"]


def reddi_path(kind: Callable, steps: int = 600, C: float = 3.0, eta: float = 0.1, **options: object) -> np.ndarray:
    r"""Adam with :math:`\beta_1=\epsilon=0`, :math:`\beta_2=\frac1{1+C^2}` on :math:`[-1,1]`, from 1.

    Every third step, the first included, has the loss Cx, the others have -x; each is projected to the interval. The
    best point of the mean is -1 for C > 2.

    Parameters
    ----------
    kind : called as ``kind([x], lr=eta, betas=(0, β₂), eps=0, **options)``.
    steps : how many.
    C : above 2.
    eta : the rate.

    Returns
    -------
    (steps + 1,) points, the start included.
    """
    require(C > 2, "reddi_path: C is {}, expected a number > 2", C)
    x = Tensor(np.ones(1), requires_grad=True)
    optimizer, path = kind([x], lr=eta, betas=(0.0, 1 / (1 + C * C)), eps=0.0, **options), [1.0]
    for k in range(steps):
        x.grad = np.array([C if k % 3 == 0 else -1.0])
        optimizer.step()
        np.clip(x.data, -1, 1, out=x.data)
        path.append(float(x.data[0]))
    return np.array(path)
