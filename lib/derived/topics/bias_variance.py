"""Bias, variance and noise: from repeated fits, and exactly for fits that are linear in the targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.polynomial.legendre import legvander

from derived.arguments import require

__all__ = [
    "Decomposition",
    "average_errors",
    "exact_decomposition",
    "noisy_fits",
    "polynomials",
    "quadratic_features",
    "smoother",
]


class Decomposition(NamedTuple):
    """Squared bias, variance and noise variance at each point; their sum is the expected squared error."""

    bias2: np.ndarray
    variance: np.ndarray
    noise: float

    @property
    def error(self) -> np.ndarray:
        """Expected squared error of the prediction of a new observation."""
        return self.bias2 + self.variance + self.noise


def polynomials(x: np.ndarray, degree: int) -> np.ndarray:
    """Features (N, degree + 1) of the numbers x in [-1, 1]: Legendre polynomials.

    They span the same functions as 1, x, ..., x^degree, without their near collinearity.
    """
    require(degree >= 0, "polynomials: degree is {}, expected an integer >= 0", degree)
    return legvander(np.asarray(x, dtype=np.float64), degree)


def quadratic_features(X: np.ndarray) -> np.ndarray:
    """The columns of X (N, d), then their products, squares included: (N, d + d(d + 1)/2)."""
    require(X.ndim == 2, "quadratic_features: X has shape {}, expected (N, d)", X.shape)
    i, j = np.triu_indices(X.shape[1])
    return np.column_stack([X, X[:, i] * X[:, j]])


def smoother(Phi: np.ndarray, Phi_new: np.ndarray) -> np.ndarray:
    r"""The matrix H of least squares: the predictions at the new rows are :math:`Hy`, :math:`H=\Phi_{new}\Phi^+`.

    Parameters
    ----------
    Phi, Phi_new : (N, p) and (M, p) features.

    Returns
    -------
    (M, N) matrix. Where the columns of Phi are dependent, the solution of least norm is meant.
    """
    require(Phi.ndim == Phi_new.ndim == 2 and Phi.shape[1] == Phi_new.shape[1],
            "smoother: Phi has shape {}, Phi_new {}, expected as many columns", Phi.shape, Phi_new.shape)  # fmt: skip
    return Phi_new @ np.linalg.pinv(Phi)


def exact_decomposition(H: np.ndarray, f: np.ndarray, f_new: np.ndarray, sigma: float) -> Decomposition:
    r"""Bias and variance of the predictions Hy, when :math:`y=f+\epsilon` with uncorrelated noise of variance sigma^2.

    .. math:: \text{bias}=Hf-f_{new},\qquad \mathrm{Var}=\sigma^2\,\mathrm{diag}(HH^\top)

    Parameters
    ----------
    H : (M, N).
    f, f_new : (N,) and (M,) values of the true function at the training inputs and at the new ones.
    sigma : standard deviation of the noise.
    """
    require(H.shape == (*np.shape(f_new), *np.shape(f)), "exact_decomposition: H has shape {}, expected {}", H.shape,
            (*np.shape(f_new), *np.shape(f)))  # fmt: skip
    return Decomposition((H @ f - f_new) ** 2, sigma**2 * np.sum(H**2, axis=1), sigma**2)


def average_errors(H: np.ndarray, f: np.ndarray, sigma: float) -> tuple[float, float]:
    r"""Expected mean squared error of Hy on the training targets y, and on new targets at the same inputs.

    .. math:: \tfrac1N\lVert(I-H)f\rVert^2+\tfrac{\sigma^2}N\mathrm{tr}\,(I-H)^\top(I-H),\qquad
        \tfrac1N\lVert(I-H)f\rVert^2+\tfrac{\sigma^2}N\mathrm{tr}\,H^\top H+\sigma^2

    Parameters
    ----------
    H : (N, N).
    f : (N,) the expected targets.
    sigma : standard deviation of the noise, uncorrelated from example to example.
    """
    rest = np.eye(len(f)) - H
    bias2, noise = np.mean((rest @ f) ** 2), sigma**2 / len(f)
    return float(bias2 + noise * np.sum(rest**2)), float(bias2 + noise * np.sum(H**2) + sigma**2)


def noisy_fits(truth: Callable, x: np.ndarray, x_new: np.ndarray, degree: int, sigma: float, count: int, *,
               rng: np.random.Generator) -> np.ndarray:  # fmt: skip
    """Polynomials fitted by least squares to `count` training sets with the same inputs and new normal noise.

    Parameters
    ----------
    truth : f, vectorised.
    x, x_new : (N,) training inputs and (M,) points of prediction, in [-1, 1].

    Returns
    -------
    (count, M) predictions.
    """
    H = smoother(polynomials(x, degree), polynomials(x_new, degree))
    return (truth(x) + sigma * rng.standard_normal((count, len(x)))) @ H.T
