"""Hebb's rule: a connection grows where both its ends are active together. Both memories of the book store with it."""

from __future__ import annotations

import numpy as np

from derived.arguments import require

__all__ = ["crosstalk", "hebbian_update"]


def hebbian_update(theta: np.ndarray, y: np.ndarray, x: np.ndarray, lr: float = 1.0) -> np.ndarray:
    r"""Weights after the pairs have been shown once, :math:`\Theta+\eta\sum_ty^tx^{t\top}`.

    Parameters
    ----------
    theta : (m, n) weights.
    y : (m,) activity of the receiving units, or (s, m), one pair a row.
    x : (n,) or (s, n) activity of the sending units.
    lr : learning rate :math:`\eta`.

    Returns
    -------
    (m, n) array; ``theta`` is left as it is.

    Notes
    -----
    Hebb (1949), chapter 4, states the principle in words; the product is its simplest reading.
    """
    theta, y, x = np.asarray(theta), np.atleast_2d(y), np.atleast_2d(x)
    require(len(y) == len(x) and theta.shape == (y.shape[1], x.shape[1]),
            "hebbian_update: theta has shape {}, y {}, x {}, expected (m, n), (s, m), (s, n)",
            theta.shape, y.shape, x.shape)  # fmt: skip
    return theta + lr * (y.T @ x)


def crosstalk(Y: np.ndarray, X: np.ndarray, u: int) -> np.ndarray:
    r"""What the other pairs add when key u is shown, :math:`\sum_{t\ne u}(x^t\cdot x^u)\,y^t`.

    Parameters
    ----------
    Y : (s, m) stored answers.
    X : (s, n) their keys.
    u : index of the key that is shown.

    Returns
    -------
    (m,) array; 0 if the keys are orthogonal.
    """
    Y, X = np.asarray(Y), np.asarray(X)
    require(X.ndim == Y.ndim == 2 and len(X) == len(Y) and 0 <= u < len(X),
            "crosstalk: Y has shape {}, X {}, u is {}, expected (s, m), (s, n) and 0 <= u < s",
            Y.shape, X.shape, u)  # fmt: skip
    match = X @ X[u]
    match[u] = 0
    return match @ Y
