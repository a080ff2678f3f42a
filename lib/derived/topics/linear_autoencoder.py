"""The linear autoencoder: loss, gradients, training by descent, and the optimum from the singular vectors."""

from __future__ import annotations

import numpy as np

from derived.arguments import require, require_finite

__all__ = ["LinearAutoencoder"]


class LinearAutoencoder:
    r"""Code :math:`z=Cx` of m numbers, reconstruction :math:`y=Dz`; examples in rows.

    .. math:: Z=XC^\top,\qquad Y=ZD^\top,\qquad L=\frac1{2N}\lVert X-XC^\top D^\top\rVert_F^2

    Parameters
    ----------
    C : (m, d) encoder.
    D : (d, m) decoder.
    """

    def __init__(self, C: np.ndarray, D: np.ndarray) -> None:
        self.C, self.D = np.asarray(C, dtype=np.float64), np.asarray(D, dtype=np.float64)
        require(self.C.ndim == 2 and self.D.shape == self.C.shape[::-1],
                "LinearAutoencoder: C has shape {} and D {}, expected (m, d) and (d, m)",
                self.C.shape, self.D.shape)  # fmt: skip

    @classmethod
    def random(cls, d: int, m: int, *, rng: np.random.Generator, scale: float = 0.1) -> LinearAutoencoder:
        """Gaussian weights of standard deviation ``scale``."""
        return cls(scale * rng.standard_normal((m, d)), scale * rng.standard_normal((d, m)))

    @classmethod
    def optimal(cls, X: np.ndarray, m: int) -> LinearAutoencoder:
        r"""The optimum :math:`C=V_m^\top,\ D=V_m`, with :math:`V_m` (d, m) the first right singular vectors of X."""
        X = np.asarray(X, dtype=np.float64)
        require(X.ndim == 2 and 1 <= m <= min(X.shape), "LinearAutoencoder.optimal: X has shape {}, m is {}, "
                "expected (N, d) and 1 <= m <= min(N, d)", X.shape, m)  # fmt: skip
        require_finite("LinearAutoencoder.optimal", "X", X)
        rows = np.linalg.svd(X, full_matrices=False)[2][:m]
        return cls(rows, rows.T)

    def encode(self, X: np.ndarray) -> np.ndarray:
        """(N, d) to codes (N, m)."""
        return X @ self.C.T

    def decode(self, Z: np.ndarray) -> np.ndarray:
        """Codes (N, m) to reconstructions (N, d)."""
        return Z @ self.D.T

    def loss(self, X: np.ndarray) -> float:
        r""":math:`\frac1{2N}\lVert X-Y\rVert_F^2`."""
        return float(np.sum((X - self.decode(self.encode(X))) ** 2) / (2 * len(X)))

    def gradients(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        r"""Gradients of the loss by C (m, d) and D (d, m).

        .. math:: \partial_CL=\frac1ND^\top(Y-X)^\top X,\qquad\partial_DL=\frac1N(Y-X)^\top Z
        """
        Z = self.encode(X)
        E = (self.decode(Z) - X) / len(X)
        return self.D.T @ E.T @ X, E.T @ Z

    def fit(self, X: np.ndarray, *, lr: float, steps: int) -> list[float]:
        r"""Gradient descent on all examples at once; changes C and D, returns the loss before each step.

        Works with the d by d matrix :math:`S=\frac1NX^\top X`, which is all that the loss knows of the data: with
        :math:`E=DC-I`, :math:`\partial_CL=D^\top ES`, :math:`\partial_DL=ESC^\top`,
        :math:`L=\frac12\mathrm{tr}(ESE^\top)=\frac12(\langle\partial_CL,C\rangle-\mathrm{tr}\,ES)`.
        """
        S, history = X.T @ X / len(X), []
        for _ in range(steps):
            ES = self.D @ (self.C @ S) - S
            C_bar = self.D.T @ ES
            history.append(float(np.vdot(C_bar, self.C) - np.trace(ES)) / 2)
            require(np.isfinite(history[-1]), "LinearAutoencoder.fit: the loss is {}, expected a smaller lr than {}",
                    history[-1], lr)  # fmt: skip
            self.C, self.D = self.C - lr * C_bar, self.D - lr * ES @ self.C.T
        return history
