r"""Early stopping: when to stop, and why stopping descent resembles a penalty."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from derived.arguments import require

__all__ = ["matching_penalty", "remainder", "stop_after", "stopped"]


def stop_after(errors: Sequence[float], patience: int) -> tuple[int, int]:
    """When a training with these development errors stops, and at which check the kept weights were the best.

    Parameters
    ----------
    errors : the error at checks 0, 1, 2, …
    patience : checks without improvement after which it stops, >= 1.

    Returns
    -------
    last, best : the index of the last check that is made (the final one if patience does not run out), and that of the
        smallest error up to there, the first of equals.
    """
    require(patience >= 1, "stop_after: patience is {}, expected an integer >= 1", patience)
    require(len(errors) > 0, "stop_after: errors is empty")
    best = 0
    for t, error in enumerate(errors):
        if error < errors[best]:
            best = t
        if t - best >= patience:
            return t, best
    return len(errors) - 1, best


def remainder(h: np.ndarray, lr: float, steps: int | np.ndarray) -> np.ndarray:
    r"""What descent from 0 has not yet learnt along an eigenvector of curvature h, :math:`(1-\eta h)^k`."""
    return (1 - lr * np.asarray(h)) ** steps


def stopped(H: np.ndarray, w_star: np.ndarray, lr: float, steps: int) -> np.ndarray:
    r"""Where descent on :math:`\frac12(w-w^*)^\top H(w-w^*)` stands after k steps from 0, without making them.

    .. math:: w_k=Q\bigl(I-(I-\eta\Lambda)^k\bigr)Q^\top w^*,\qquad H=Q\Lambda Q^\top

    Parameters
    ----------
    H : (d, d) symmetric.
    w_star : (d,) minimiser.
    lr, steps : :math:`\eta` and k.
    """
    h, Q = np.linalg.eigh(H)
    return Q @ ((1 - remainder(h, lr, steps)) * (Q.T @ w_star))


def matching_penalty(lr: float, steps: int) -> float:
    r"""The strength :math:`\lambda=\frac1{\eta k}` of the L2 penalty that k steps of rate :math:`\eta` resemble."""
    require(lr > 0 and steps > 0, "matching_penalty: lr is {}, steps is {}, expected positive numbers", lr, steps)
    return 1 / (lr * steps)
