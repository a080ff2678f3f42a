"""Binary features of very different frequencies, and a label that depends on all of them: words in short texts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived.arguments import require
from derived.topics.descent import optimizer_path

__all__ = ["RareFeatures"]


class RareFeatures:
    r"""Logistic regression where feature j is 1 with probability :math:`p_j`, else 0.

    The label is 1 with probability :math:`\sigma(w^*\cdot x)`.

    Parameters
    ----------
    frequencies : (d,) :math:`p_j` in [0, 1].
    weights : (d,) the true :math:`w^*`.

    Raises
    ------
    ValueError
        if the shapes differ or a frequency is no probability.
    """

    def __init__(self, frequencies: np.ndarray, weights: np.ndarray) -> None:
        self.p, self.w = np.asarray(frequencies, dtype=np.float64), np.asarray(weights, dtype=np.float64)
        require(self.p.ndim == 1 and self.p.shape == self.w.shape and np.all((self.p >= 0) & (self.p <= 1)),
                "RareFeatures: frequencies is {} and weights has shape {}, expected d numbers in [0, 1] and d weights",
                self.p, self.w.shape)  # fmt: skip

    def draw(self, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """n examples: X (n, d) and labels y (n,), float64, entries 0 and 1."""
        X = (rng.random((n, len(self.p))) < self.p).astype(np.float64)
        return X, (rng.random(n) < 1 / (1 + np.exp(-X @ self.w))).astype(np.float64)

    def errors_after_a_pass(self, make: Callable, rng: np.random.Generator, n: int = 4000,
                            batch: int = 20) -> np.ndarray:  # fmt: skip
        """(d,) errors :math:`w-w^*` after one pass over n fresh examples in batches, from w = 0.

        Parameters
        ----------
        make : builds the optimizer from a list of parameters.
        """
        X, y = self.draw(n, rng)
        starts = iter(range(0, n, batch))

        def gradient(w: np.ndarray) -> np.ndarray:
            k = next(starts)
            a = X[k : k + batch]
            return a.T @ (1 / (1 + np.exp(-a @ w)) - y[k : k + batch]) / len(a)

        return optimizer_path(make, gradient, np.zeros_like(self.w), -(-n // batch))[-1] - self.w

    def excess_risk(self, w: np.ndarray, X: np.ndarray) -> float:
        r"""How much the expected loss of w exceeds that of :math:`w^*`, averaged over the inputs X (n, d)."""
        z, best = X @ w, X @ self.w
        return float(np.mean(np.logaddexp(0, z) - np.logaddexp(0, best) - (z - best) / (1 + np.exp(-best))))
