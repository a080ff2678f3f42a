"""Standardising features by statistics of the training part only."""

import numpy as np
from numpy.typing import ArrayLike

from derived.arguments import require, require_finite

__all__ = ["Standardizer"]


class Standardizer:
    r"""Centre each feature and divide it by its standard deviation, both from the data given to :meth:`fit`.

    .. math:: \tilde x_{ij} = \frac{x_{ij}-\mu_j}{\sigma_j},\qquad
        \mu_j=\frac1N\sum_i x_{ij},\quad \sigma_j^2=\frac1N\sum_i(x_{ij}-\mu_j)^2 .

    Call ``fit`` on the training part and ``transform`` on every part: statistics that include test examples
    let information about them leak into the training. A feature that is constant in the training part has
    :math:`\sigma_j=0`; it is divided by 1, as in scikit-learn.

    Attributes
    ----------
    mean_, scale_ : ndarray of float64, shape X.shape[1:]
        What ``fit`` has found, named as in ``sklearn.preprocessing.StandardScaler``.

    Examples
    --------
    >>> scaler = Standardizer().fit([[1.0, 5.0], [3.0, 5.0]])
    >>> scaler.transform([[5.0, 6.0]])
    array([[3., 1.]])
    """

    def __init__(self) -> None:
        self.mean_: np.ndarray | None = None
        self.scale_: np.ndarray | None = None

    def fit(self, X: ArrayLike) -> "Standardizer":
        """Take mean and standard deviation of each feature from `X`, shape (N, ...); returns itself."""
        X = np.asarray(X)
        require(
            X.ndim >= 2 and len(X) > 0,
            f"Standardizer.fit: X has shape {X.shape}, expected (N, features) with N >= 1",
        )
        require_finite("Standardizer.fit", "X", X)
        self.mean_ = X.mean(axis=0, dtype=np.float64)
        spread = np.sqrt(np.mean((X - self.mean_) ** 2, axis=0))
        # Rounding in the mean gives a constant feature a tiny spread, so it is recognised by its values.
        self.scale_ = np.where(X.max(axis=0) == X.min(axis=0), 1.0, spread)
        return self

    def transform(self, X: ArrayLike) -> np.ndarray:
        """``(X - mean_) / scale_`` with the dtype of `X` (float64 for integers)."""
        X = self._checked("transform", X)
        return ((X - self.mean_) / self.scale_).astype(X.dtype, copy=False)

    def fit_transform(self, X: ArrayLike) -> np.ndarray:
        """``fit(X).transform(X)``, for the training part."""
        return self.fit(X).transform(X)

    def inverse_transform(self, X: ArrayLike) -> np.ndarray:
        """``X * scale_ + mean_`` with the dtype of `X`: back to the original units."""
        X = self._checked("inverse_transform", X)
        return (X * self.scale_ + self.mean_).astype(X.dtype, copy=False)

    def _checked(self, method: str, X: ArrayLike) -> np.ndarray:
        require(
            self.mean_ is not None,
            f"Standardizer.{method}: no statistics yet, expected a call of fit (on the training part) before",
        )
        X = np.asarray(X)
        require(
            X.shape[1:] == self.mean_.shape and X.ndim > self.mean_.ndim,
            f"Standardizer.{method}: X has shape {X.shape}, expected (N, "
            f"{', '.join(map(str, self.mean_.shape))}) as in fit",
        )
        require_finite(f"Standardizer.{method}", "X", X)
        return X if X.dtype.kind == "f" else X.astype(np.float64)

    def __repr__(self) -> str:
        fitted = "not fitted" if self.mean_ is None else f"fitted on {self.mean_.size} features"
        return f"Standardizer({fitted})"
