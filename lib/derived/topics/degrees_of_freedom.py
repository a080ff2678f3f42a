"""Degrees of freedom of a fit, and the training error corrected by them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from derived.arguments import examples, one_of, require
from derived.topics.convex_optimization import soft_threshold

__all__ = ["RidgePath", "corrected_error", "optimism", "ridge_smoother", "soft_threshold_sides"]


def ridge_smoother(X: np.ndarray, lam: float) -> np.ndarray:
    r"""The matrix of ridge regression, :math:`\hat y=Hy`, :math:`H=X(X^\top X+N\lambda I)^{-1}X^\top`.

    It minimises :math:`\frac1{2N}\lVert Xw-y\rVert^2+\frac\lambda2\lVert w\rVert^2`.

    Parameters
    ----------
    X : (N, d) inputs.
    lam : :math:`\lambda>0`.
    """
    require(lam > 0, "ridge_smoother: lam is {}, expected a number > 0", lam)
    return X @ np.linalg.solve(X.T @ X + len(X) * lam * np.eye(X.shape[1]), X.T)


def optimism(noise: np.ndarray, fitted: np.ndarray) -> np.ndarray:
    r"""The cross term :math:`\frac1N\sum_i\epsilon_i\hat y_i` of each of R repetitions.

    Its expectation is :math:`\frac1N\sum_i\mathrm{Cov}(y_i,\hat y_i)=\frac{\sigma^2}N\mathrm{df}`.

    Parameters
    ----------
    noise, fitted : (R, N) what was added to the expected targets, and the fitted values.
    """
    require(noise.shape == fitted.shape and noise.ndim == 2,
            "optimism: noise has shape {}, fitted {}, expected (R, N) twice", noise.shape, fitted.shape)  # fmt: skip
    return np.mean(noise * fitted, axis=1)


def corrected_error(train_error: np.ndarray, df: np.ndarray, N: int, noise_variance: float) -> np.ndarray:
    r"""Mallows' :math:`C_p`: training error + :math:`\frac{2\sigma^2}N\mathrm{df}`.

    It estimates the mean squared error on new targets at the same inputs.

    Parameters
    ----------
    train_error : mean of the squared residuals.
    df : degrees of freedom, a constant term included.
    N : number of training examples.
    noise_variance : :math:`\sigma^2`, or an estimate.
    """
    require(N >= 1 and noise_variance >= 0, "corrected_error: N is {}, noise_variance {}, expected >= 1 and >= 0", N,
            noise_variance)  # fmt: skip
    return np.asarray(train_error) + 2 * noise_variance / N * np.asarray(df)


def soft_threshold_sides(law: str, f: float, tau: float = 1.0) -> tuple[float, float]:
    r"""Both sides of Stein's identity for :math:`\hat y=\mathrm{sign}(y)\max(|y|-\tau,0)`, :math:`y=f+\epsilon`.

    Parameters
    ----------
    law : of the noise, with mean 0 and variance 1: "normal", "Laplace", or "random sign".
    f, tau : the truth and the threshold.

    Returns
    -------
    :math:`E[\epsilon\hat y]` and :math:`E\,\partial\hat y/\partial y=P(|y|>\tau)`, by sums over a fine grid of noises.
    """
    if law == "random sign":
        noise, weights = np.array([-1.0, 1.0]), np.full(2, 0.5)
    else:
        noise = np.linspace(-20, 20, 200_001)
        weights = np.exp({"normal": -(noise**2) / 2, "Laplace": -np.sqrt(2) * np.abs(noise)}[
            one_of("soft_threshold_sides", "law", law, ["normal", "Laplace", "random sign"])])  # fmt: skip
        weights /= weights.sum()
    y = f + noise
    return float(weights @ (noise * soft_threshold(y, tau))), float(weights @ (np.abs(y) > tau + 1e-9))


class RidgePath:
    r"""Ridge regression with a constant term for many :math:`\lambda`, from one singular value decomposition.

    .. math:: \min_{w,b}\ \tfrac1{2N}\lVert Xw+b-y\rVert^2+\tfrac\lambda2\lVert w\rVert^2,\qquad
        \mathrm{df}(\lambda)=1+\sum_i\frac{s_i^2}{s_i^2+N\lambda}

    with the singular values :math:`s_i` of the centred X. The constant is not penalised.

    Parameters
    ----------
    X, y : (N, d) inputs and (N,) targets.

    Attributes
    ----------
    rank : number of singular values that are not zero up to rounding.
    """

    def __init__(self, X: np.ndarray, y: np.ndarray) -> None:
        X, y = examples("RidgePath", X, y)
        self.N, self.centre, self.mean, self.y = len(y), X.mean(axis=0), y.mean(), y
        U, s, Vt = np.linalg.svd(X - self.centre, full_matrices=False)
        self.rank = int(np.sum(s > s.max(initial=0) * max(X.shape) * np.finfo(float).eps))
        self._U, self._s, self._V = U[:, : self.rank], s[: self.rank], Vt[: self.rank].T

    def _shares(self, lam: float) -> np.ndarray:
        require(lam >= 0, "RidgePath: lam is {}, expected a number >= 0", lam)
        return self._s**2 / (self._s**2 + self.N * lam)

    def df(self, lam: float) -> float:
        """Degrees of freedom: the trace of the smoother matrix."""
        return 1.0 + float(self._shares(lam).sum())

    def predict(self, Z: np.ndarray, lam: float) -> np.ndarray:
        """Predictions (M,) at the rows of Z (M, d)."""
        w = self._V @ (self._shares(lam) / self._s * (self._U.T @ (self.y - self.mean)))
        return (Z - self.centre) @ w + self.mean

    def fitted(self, lam: float) -> np.ndarray:
        """Predictions (N,) at the training inputs."""
        return self._U @ (self._shares(lam) * (self._U.T @ (self.y - self.mean))) + self.mean

    def train_error(self, lam: float) -> float:
        """Mean of the squared residuals."""
        return float(np.mean((self.y - self.fitted(lam)) ** 2))

    def cross_validated(self, X: np.ndarray, lams: Sequence[float], pairs: Sequence[tuple]) -> np.ndarray:
        """Cross-validated mean squared error for each of the `lams`.

        Parameters
        ----------
        X : (N, d) the inputs given at the beginning.
        pairs : (train, held_out) indices, such as those of :func:`derived.data.folds`.
        """
        total = np.zeros(len(lams))
        for train, held_out in pairs:
            part = RidgePath(X[train], self.y[train])
            total += [np.sum((self.y[held_out] - part.predict(X[held_out], lam)) ** 2) for lam in lams]
        return total / sum(len(held_out) for _, held_out in pairs)

    def noise_variance(self) -> float:
        r"""Residual sum of squares of least squares, divided by N - df(0); unbiased if the model holds."""
        left = self.N - 1 - self.rank
        require(left > 0, "RidgePath.noise_variance: {} examples, rank {}, expected more examples", self.N, self.rank)
        return self.N * self.train_error(0.0) / left
