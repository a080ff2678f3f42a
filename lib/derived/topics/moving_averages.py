"""Averages of a sequence that arrives number by number: over a window, and with exponentially falling weights."""

from __future__ import annotations

import numpy as np

from derived.arguments import require

__all__ = ["ExponentialAverage", "ema_weights", "exponential_average", "simple_average"]


class ExponentialAverage:
    r"""The average with weights that fall by :math:`\beta` a step, bias-corrected.

    .. math:: v_t=\beta v_{t-1}+(1-\beta)x_t,\quad v_0=0,\qquad \hat v_t=\frac{v_t}{1-\beta^t}

    The recursion keeps the uncorrected :math:`v_t`.

    Parameters
    ----------
    beta : :math:`\beta` in [0, 1).
    corrected : whether a call returns :math:`\hat v_t` or :math:`v_t`.
    """

    def __init__(self, beta: float, corrected: bool = True) -> None:
        require(0 <= beta < 1, "ExponentialAverage: beta is {}, expected a number in [0, 1)", beta)
        self.beta, self.corrected, self.value, self.steps = beta, corrected, 0.0, 0

    def __call__(self, x: np.ndarray | float) -> np.ndarray | float:
        """Take in :math:`x_t`; returns the average, of the shape of x."""
        self.steps += 1
        self.value = self.beta * self.value + (1 - self.beta) * x
        return self.value / (1 - self.beta**self.steps) if self.corrected else self.value


def exponential_average(x: np.ndarray, beta: float, corrected: bool = True) -> np.ndarray:
    """All averages of :class:`ExponentialAverage` along axis 0 of x (T, ...), of that shape."""
    average = ExponentialAverage(beta, corrected)
    return np.array([average(each) for each in np.asarray(x, dtype=np.float64)])


def ema_weights(T: int, beta: float) -> np.ndarray:
    r"""(T, T): row t holds the weights :math:`(1-\beta)\beta^{t-j}` of :math:`x_j` in the uncorrected :math:`v_t`."""
    age = np.arange(T)[:, None] - np.arange(T)
    return np.where(age >= 0, (1 - beta) * beta ** np.maximum(age, 0), 0.0)


def simple_average(x: np.ndarray, k: int) -> np.ndarray:
    r"""The means over windows of k successive numbers, :math:`\frac1k\sum_{j=t-k+1}^tx_j` for :math:`t=k,\dots,T`.

    Parameters
    ----------
    x : (T, ...) numbers, T >= k.
    k : length of the window, at least 1.

    Returns
    -------
    (T - k + 1, ...) float64. Each mean follows from the one before: a number enters, a number leaves.
    """
    x = np.asarray(x, dtype=np.float64)
    require(x.ndim > 0 and 1 <= k <= len(x), "simple_average: k is {} and x has shape {}, expected 1 <= k <= len(x)",
            k, x.shape)  # fmt: skip
    total = x[:k].sum(axis=0)
    means = [total / k]
    for entering, leaving in zip(x[k:], x[:-k], strict=True):
        total = total + entering - leaving
        means.append(total / k)
    return np.array(means)
