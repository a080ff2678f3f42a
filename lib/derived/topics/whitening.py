"""Whitening: coordinates in which the inputs have the second moments of independent unit noise."""

from __future__ import annotations

import numpy as np

from derived.arguments import require, require_finite

__all__ = ["Whitening"]


class Whitening:
    r"""Rows :math:`x\mapsto\Lambda^{-1/2}U^\top x`, where :math:`\frac1NX^\top X=U\Lambda U^\top`.

    Afterwards :math:`\frac1N\tilde X^\top\tilde X=I`. Nothing is subtracted: centre X before, if covariances are meant.

    Parameters
    ----------
    tol : directions with an eigenvalue below this share of the largest are dropped; they carry rounding errors.

    Attributes
    ----------
    vectors : (d, k) eigenvectors in columns, :math:`U`, after :meth:`fit`.
    values : (k,) eigenvalues, the largest first.
    """

    def __init__(self, tol: float = 1e-10) -> None:
        self.tol = tol

    def fit(self, X: np.ndarray) -> Whitening:
        """Learn from examples (N, d) in rows; returns itself."""
        X = np.asarray(X, dtype=np.float64)
        require(X.ndim == 2 and len(X) > 0, "Whitening.fit: X has shape {}, expected (N, d) with N >= 1", X.shape)
        require_finite("Whitening.fit", "X", X)
        values, vectors = np.linalg.eigh(X.T @ X / len(X))
        require(values[-1] > 0, "Whitening.fit: X is zero, expected at least one direction to scale")
        kept = np.flatnonzero(values > self.tol * values[-1])[::-1]
        self.values, self.vectors = values[kept], vectors[:, kept]
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        r""":math:`XU\Lambda^{-1/2}`, (N, d) to (N, k)."""
        return X @ self.vectors / np.sqrt(self.values)

    def fit_transform(self, X: np.ndarray) -> np.ndarray:
        """Both at once."""
        return self.fit(X).transform(X)
