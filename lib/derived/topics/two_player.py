"""The smallest game of two players: one wants the product of two numbers small, the other wants it large."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from derived.arguments import one_of, require

__all__ = ["conserved", "play"]

RULES = ("simultaneous", "alternating", "extragradient")


def play(rule: str, start: ArrayLike, lr: float, steps: int) -> np.ndarray:
    r"""Gradient steps of both players on :math:`f(x,y)=xy`; x descends, y ascends, the saddle point is (0, 0).

    With rate :math:`\eta`:

    - simultaneous: :math:`x'=x-\eta y,\ y'=y+\eta x`;
    - alternating: :math:`x'=x-\eta y,\ y'=y+\eta x'`;
    - extragradient: both look ahead, :math:`\hat x=x-\eta y,\ \hat y=y+\eta x`, and step by the gradient there,
      :math:`x'=x-\eta\hat y,\ y'=y+\eta\hat x` (Korpelevich, 1976).

    Parameters
    ----------
    rule : one of the three names.
    start : (2,) the first x and y.
    lr : :math:`\eta`.
    steps : number of steps.

    Returns
    -------
    (steps + 1, 2) float64: the path, start included.
    """
    one_of("play", "rule", rule, RULES)
    x, y = np.asarray(start, dtype=np.float64)
    require(steps >= 0, "play: steps is {}, expected >= 0", steps)
    path = [(x, y)]
    for _ in range(steps):
        if rule == "alternating":
            x = x - lr * y
            y = y + lr * x
        else:
            ahead_x, ahead_y = (x - lr * y, y + lr * x) if rule == "extragradient" else (x, y)
            x, y = x - lr * ahead_y, y + lr * ahead_x
        path.append((x, y))
    return np.array(path)


def conserved(path: np.ndarray, lr: float) -> np.ndarray:
    r"""What alternating steps leave as it is, :math:`x^2+y^2-\eta xy` of each point of a path; (..., 2) to (...)."""
    x, y = path[..., 0], path[..., 1]
    return x**2 + y**2 - lr * x * y
