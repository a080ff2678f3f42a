"""The smallest recurrent network, one logistic unit, whose loss has a cliff."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

__all__ = ["cliff", "cliff_descent"]


def cliff(w: np.ndarray, b: np.ndarray, steps: int = 50, start: float = 0.5,
          target: float = 0.7) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    r"""Loss :math:`(h_T-y)^2` of :math:`h_t=\sigma(wh_{t-1}+b)`, and its gradient in (w, b).

    The derivatives of the state go forwards in time with it: :math:`\dot h_t=\sigma'(a_t)(\dot a+w\dot h_{t-1})` with
    :math:`\dot a=h_{t-1}` for w and 1 for b.

    Parameters
    ----------
    w, b : numbers or arrays that broadcast; steps, start, target : T, :math:`h_0`, y.

    Returns
    -------
    loss : array of the common shape.
    gradient : the same with a leading axis of length 2.
    """
    w, b = np.broadcast_arrays(np.asarray(w, dtype=np.float64), b)
    h, by_w, by_b = np.full(w.shape, start), np.zeros(w.shape), np.zeros(w.shape)
    for _ in range(steps):
        new = expit(w * h + b)
        slope = new * (1 - new)
        by_w, by_b, h = slope * (h + w * by_w), slope * (1 + w * by_b), new
    return (h - target) ** 2, 2 * (h - target) * np.stack([by_w, by_b])


def cliff_descent(starts: np.ndarray, lr: float, steps: int, limit: float = np.inf) -> np.ndarray:
    """Gradient descent on :func:`cliff` from several starts, each gradient shortened to a norm of at most `limit`.

    Parameters
    ----------
    starts : (2, m) array, w in the first row and b in the second.

    Returns
    -------
    (steps + 1, 2, m) array of paths.
    """
    path = [np.array(starts, dtype=np.float64)]
    for _ in range(steps):
        g = cliff(*path[-1])[1]
        norm = np.maximum(np.linalg.norm(g, axis=0), 1e-300)
        path.append(path[-1] - lr * g * np.minimum(1, limit / norm))
    return np.array(path)
