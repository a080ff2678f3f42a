"""Willshaw's associative memory: pairs of sparse binary patterns in a matrix of bits, and how many it can hold."""

from __future__ import annotations

from math import comb, exp, log1p, log2

import numpy as np

from derived.arguments import require

__all__ = ["WillshawMemory", "expected_fill", "expected_spurious", "pattern_bits", "sparse_patterns"]


def sparse_patterns(s: int, n: int, r: int, rng: np.random.Generator) -> np.ndarray:
    r"""Independent, uniformly drawn patterns from :math:`\mathbb B^n_r=\{x\in\{0,1\}^n:\sum_ix_i=r\}`.

    Parameters
    ----------
    s, n, r : number of patterns, of bits, of ones in each.
    rng : source of randomness.

    Returns
    -------
    (s, n) float32 of 0 and 1, each row with exactly r ones.

    Notes
    -----
    Floyd's way to draw a set without replacement: for k = n - r, …, n - 1 draw an element of {0, …, k}; if it is
    taken already, take k.
    """
    _check_sparse("sparse_patterns", n, r)
    X, rows = np.zeros((s, n), np.float32), np.arange(s)
    for k in range(n - r, n):
        drawn = rng.integers(0, k + 1, s)
        X[rows, np.where(X[rows, drawn] == 1, k, drawn)] = 1
    return X


class WillshawMemory:
    r"""Pairs of patterns in a matrix of bits.

    .. math:: \Theta=\min\bigl(1,\sum_ty^tx^{t\top}\bigr),\qquad\hat y_j=\mathbb 1[(\Theta x)_j\ge r]

    Parameters
    ----------
    n : number of bits of keys and answers.
    r : how many of them are 1 in each pattern.

    Attributes
    ----------
    theta : (n, n) array of bool, row j the inputs that unit j listens to.

    Notes
    -----
    Willshaw, Buneman and Longuet-Higgins (1969).
    """

    def __init__(self, n: int, r: int) -> None:
        _check_sparse("WillshawMemory", n, r)
        self.n, self.r, self.theta = n, r, np.zeros((n, n), dtype=bool)

    def store(self, X: np.ndarray, Y: np.ndarray) -> WillshawMemory:
        """Add the pairs of keys ``X`` (s, n) and answers ``Y`` (s, n), every row with exactly r ones.

        Each pair sets the r² entries where a one of its answer meets a one of its key.
        """
        inputs, outputs = self._ones("X", X), self._ones("Y", Y)
        require(len(inputs) == len(outputs), "store: {} keys and {} answers, expected as many", len(X), len(Y))
        self.theta[outputs[:, :, None], inputs[:, None, :]] = True
        return self

    def recall(self, x: np.ndarray, threshold: int | None = None) -> np.ndarray:
        """Answers to the keys ``x`` (..., n): bool of the same shape, 1 where at least ``threshold`` (r) lines meet."""
        x = np.asarray(x, dtype=np.float32)
        require(x.shape[-1:] == (self.n,), "recall: x has shape {}, expected (..., {})", x.shape, self.n)
        return x @ self.theta.T.astype(np.float32) >= (self.r if threshold is None else threshold)

    def _ones(self, name: str, X: np.ndarray) -> np.ndarray:
        """Where the ones of the patterns stand: (s, n) to (s, r)."""
        X = np.asarray(X)
        require(X.ndim == 2 and X.shape[1] == self.n, "store: {} has shape {}, expected (s, {})", name, X.shape, self.n)
        marked = X == 1
        require(bool((marked | (X == 0)).all()), "store: {} has other values than 0 and 1", name)
        ones = marked.sum(axis=1)
        require(bool((ones == self.r).all()), "store: {} has a pattern with {:.0f} ones, expected exactly {}",
                name, ones[np.argmax(ones != self.r)] if len(ones) else 0, self.r)  # fmt: skip
        return np.flatnonzero(marked).reshape(len(X), self.r) % self.n


def pattern_bits(n: int, r: int) -> float:
    r"""Information in one of :math:`\binom nr` equally likely patterns, :math:`\log_2\binom nr` bits."""
    _check_sparse("pattern_bits", n, r)
    return log2(comb(n, r))


def expected_fill(n: int, r: int, s: int) -> float:
    r"""Expected share of ones in the matrix, :math:`p=1-(1-r^2/n^2)^s`, for s independent uniform pairs."""
    _check_sparse("expected_fill", n, r)
    return 1 - (1 - (r / n) ** 2) ** s


def expected_spurious(n: int, r: int, s: int) -> float:
    r"""Expected number of wrong ones in the answer to a stored key, for s independent uniform pairs.

    .. math:: (n-r)\sum_{m=0}^r(-1)^m\binom rm\Bigl[1-\frac rn\Bigl(1-\binom{n-m}r\Big/\binom nr\Bigr)\Bigr]^{s-1}

    Parameters
    ----------
    n, r, s : bits, ones in each pattern, stored pairs (at least one).

    Notes
    -----
    Exact up to rounding; the terms of the alternating sum grow to about 2ʳ, so r is best kept below 25.
    """
    _check_sparse("expected_spurious", n, r)
    require(s >= 1, "expected_spurious: s is {}, expected at least one pair", s)
    hit = [r / n * ((comb(n, r) - comb(n - m, r)) / comb(n, r)) for m in range(r + 1)]
    spared = [exp((s - 1) * log1p(-h)) if h < 1 else 0.0 ** (s - 1) for h in hit]  # large powers of almost 1
    return (n - r) * sum((-1) ** m * comb(r, m) * spared[m] for m in range(r + 1))


def _check_sparse(where: str, n: int, r: int) -> None:
    require(1 <= r <= n, "{}: n is {}, r is {}, expected 1 <= r <= n", where, n, r)
