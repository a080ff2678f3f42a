"""Generalised additive models: splines of single features, fitted jointly or by backfitting."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.interpolate import BSpline
from scipy.special import expit

from derived.arguments import examples, one_of, require, require_finite
from derived.topics.convex_optimization import newton

__all__ = ["GAM", "SplineBasis", "backfit", "joint_fit", "mixed_difference"]


class SplineBasis:
    r"""Cubic splines on the range of a sample, centred: every column has mean 0 over the sample.

    B-splines :math:`B` with equidistant knots sum to 1, so they contain the constants. With :math:`c=B^\top\mathbf1/N`
    and an orthonormal basis :math:`Z` of the complement of :math:`c`, the columns of :math:`BZ` have mean 0 and span
    all splines that have (Wood, 2017). Beyond the range a spline continues with its end value.

    Parameters
    ----------
    x : (N,) sample of a feature, not constant.
    count : number of B-splines before centring, at least 4.

    Attributes
    ----------
    Z : (count, count - 1) the centring.
    D : (count - 2, count - 1) second differences of the coefficients; :math:`\lVert D\gamma\rVert^2` measures
        roughness and is 0 for straight lines (Eilers and Marx, 1996).
    """

    def __init__(self, x: np.ndarray, count: int = 10) -> None:
        x = np.asarray(x, dtype=np.float64)
        require(count >= 4, "SplineBasis: count is {}, expected at least 4", count)
        require(x.ndim == 1 and len(x) > 1, "SplineBasis: x has shape {}, expected (N,)", x.shape)
        require_finite("SplineBasis", "x", x)
        self.low, self.high = float(x.min()), float(x.max())
        require(self.high > self.low, "SplineBasis: x is constant, {}", self.low)
        step = (self.high - self.low) / (count - 3)
        self.knots = self.low + step * np.arange(-3, count + 1)
        self.knots[3], self.knots[-4] = self.low, self.high  # rounding must not push an end out of the range
        self.Z = np.eye(count)
        mean = self(x).mean(axis=0)
        self.Z = np.linalg.qr(np.column_stack([mean, np.eye(count)]))[0][:, 1:count]
        self.D = np.diff(np.eye(count), n=2, axis=0) @ self.Z

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """The columns at points x (M,), an array (M, count - 1)."""
        inside = np.clip(np.asarray(x, dtype=np.float64), self.low, self.high)
        return BSpline.design_matrix(inside, self.knots, 3).toarray() @ self.Z


def joint_fit(blocks: Sequence[np.ndarray], penalties: Sequence[np.ndarray], y: np.ndarray) -> list[np.ndarray]:
    r"""All coefficients at once: the minimum of a penalised sum of squares.

    .. math:: \lVert y-\sum_jB_j\gamma_j\rVert^2+\sum_j\gamma_j^\top P_j\gamma_j

    Parameters
    ----------
    blocks, penalties : arrays :math:`B_j` (N, q_j) and :math:`P_j` (q_j, q_j), symmetric positive semidefinite.
    y : (N,).

    Returns
    -------
    list of arrays (q_j,); where the minimum is not unique, those of least norm.
    """
    B = np.hstack(blocks)
    A, edges = B.T @ B, np.cumsum([0, *(b.shape[1] for b in blocks)])
    for P, i, j in zip(penalties, edges[:-1], edges[1:], strict=True):
        A[i:j, i:j] += P
    return np.split(np.linalg.lstsq(A, B.T @ y)[0], edges[1:-1])


def backfit(blocks: Sequence[np.ndarray], penalties: Sequence[np.ndarray], y: np.ndarray, sweeps: int,
            start: Sequence[np.ndarray] | None = None,
            callback: Callable[[list[np.ndarray]], None] | None = None) -> list[np.ndarray]:  # fmt: skip
    r"""Backfitting: fit each block in turn to what the others leave over.

    .. math:: \gamma_j\leftarrow(B_j^\top B_j+P_j)^+B_j^\top\Big(y-\sum_{k\ne j}B_k\gamma_k\Big)

    This is the block Gauss-Seidel method for the equations of :func:`joint_fit`.

    Parameters
    ----------
    blocks, penalties, y : as for :func:`joint_fit`.
    sweeps : how often all blocks are visited.
    start : coefficients to start from; 0 by default.
    callback : called with the list of coefficients after each sweep.
    """
    require(sweeps >= 0, "backfit: sweeps is {}, expected a number >= 0", sweeps)
    solvers = [np.linalg.pinv(B.T @ B + P, hermitian=True) @ B.T for B, P in zip(blocks, penalties, strict=True)]
    gammas = [np.zeros(B.shape[1]) if start is None else start[j].copy() for j, B in enumerate(blocks)]
    fitted = [B @ g for B, g in zip(blocks, gammas, strict=True)]
    for _ in range(sweeps):
        for j, (B, solve) in enumerate(zip(blocks, solvers, strict=True)):
            gammas[j] = solve @ (y - sum(fitted) + fitted[j])
            fitted[j] = B @ gammas[j]
        if callback is not None:
            callback(gammas)
    return gammas


class GAM:
    r"""Generalised additive model of splines, :math:`g(\mathbb E\,y)=\beta_0+\sum_jf_j(x_j)+\sum_{jk}f_{jk}(x_j,x_k)`.

    Minimises :math:`\sum_n\ell_n+\lambda\sum_j\lVert D_j\gamma_j\rVert^2+\epsilon\lVert\gamma\rVert^2` over
    :math:`f_j=B_j\gamma_j`, where :math:`\ell` is the squared error or twice the log-loss. A pair's basis consists of
    the products of its features' centred columns, centred again, with roughness measured along both features.

    Parameters
    ----------
    lam : :math:`\lambda>0`.
    count : B-splines a feature before centring.
    link : ``"identity"`` for numbers (least squares), ``"logit"`` for labels 0 and 1 (Newton's method).
    shrink : :math:`\epsilon\ge0`. Roughness does not see straight lines; where lines separate the labels, only this
        term keeps the minimum finite.
    pairs : pairs (j, k) of features that may interact.

    Attributes
    ----------
    intercept, gammas : after :meth:`fit`; one array of coefficients for each feature, then for each pair.
    """

    def __init__(self, lam: float = 1.0, count: int = 10, link: str = "identity", shrink: float = 0.0,
                 pairs: Sequence[tuple[int, int]] = ()) -> None:  # fmt: skip
        require(lam > 0 and shrink >= 0, "GAM: lam is {}, shrink {}, expected > 0 and >= 0", lam, shrink)
        self.link = one_of("GAM", "link", link, ("identity", "logit"))
        self.lam, self.count, self.shrink, self.pairs = lam, count, shrink, list(pairs)

    def fit(self, X: np.ndarray, y: np.ndarray) -> GAM:
        """Fit to inputs X (N, d), no column constant, and targets y (N,); returns itself."""
        X, y = examples("GAM.fit", X, y)
        self.bases = [SplineBasis(x, self.count) for x in X.T]
        self.means = [0.0] * len(self.pairs)
        self.means = [block.mean(axis=0) for block in self.blocks(X)[len(self.bases) :]]
        blocks, penalties = self.blocks(X), self.penalties()
        if self.link == "identity":
            self.intercept = float(y.mean())
            self.gammas = joint_fit(blocks, penalties, y - self.intercept)
        else:
            self._fit_logit(blocks, penalties, y)
        return self

    def blocks(self, X: np.ndarray) -> list[np.ndarray]:
        """The columns of each feature, then of each pair, at X (M, d)."""
        single = [basis(x) for basis, x in zip(self.bases, np.asarray(X).T, strict=True)]
        products = [np.einsum("na,nb->nab", single[j], single[k]).reshape(len(X), -1) for j, k in self.pairs]
        return single + [P - mean for P, mean in zip(products, self.means, strict=True)]

    def penalties(self) -> list[np.ndarray]:
        """The matrices of the penalty, in the order of :meth:`blocks`."""
        single = [basis.D.T @ basis.D for basis in self.bases]
        eye = np.eye(self.count - 1)
        both = [np.kron(single[j], eye) + np.kron(eye, single[k]) for j, k in self.pairs]
        return [self.lam * P + self.shrink * np.eye(len(P)) for P in single + both]

    def shapes(self, X: np.ndarray) -> np.ndarray:
        """The values of all shape functions, one column each, (M, d + number of pairs)."""
        return np.stack([B @ g for B, g in zip(self.blocks(X), self.gammas, strict=True)], axis=1)

    def score(self, X: np.ndarray) -> np.ndarray:
        """The sum of the shape functions and the intercept, (M,)."""
        return self.intercept + self.shapes(X).sum(axis=1)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The expected label, (M,): the score, or the probability of label 1 with the link ``"logit"``."""
        return self.score(X) if self.link == "identity" else expit(self.score(X))

    def _fit_logit(self, blocks: list[np.ndarray], penalties: list[np.ndarray], y: np.ndarray) -> None:
        B, edges = np.column_stack([np.ones(len(y)), *blocks]), np.cumsum([1, *(b.shape[1] for b in blocks)])
        P = np.zeros((B.shape[1],) * 2)
        for block, i, j in zip(penalties, edges[:-1], edges[1:], strict=True):
            P[i:j, i:j] = block

        def objective(theta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
            z, pull = B @ theta, P @ theta
            p = expit(z)
            value = np.sum(np.logaddexp(0, z) - y * z) + theta @ pull / 2
            return value, B.T @ (p - y) + pull, (B.T * (p * (1 - p))) @ B + P

        self.minimum = newton(objective, np.zeros(B.shape[1]))
        self.intercept, self.gammas = float(self.minimum.x[0]), np.split(self.minimum.x[1:], edges[1:-1] - 1)


def mixed_difference(f: Callable, x: np.ndarray, i: int, k: int, h: float, l: float) -> np.ndarray:
    r"""Mixed difference :math:`f(x+he_i+le_k)-f(x+he_i)-f(x+le_k)+f(x)` of a function from (N, d) to (N,).

    It is 0 for all x, h and l if and only if f has no part that needs both :math:`x_i` and :math:`x_k`.
    """
    require(i != k, "mixed_difference: i and k are both {}, expected two features", i)
    x = np.asarray(x, dtype=np.float64)
    first, second = np.zeros(x.shape[1]), np.zeros(x.shape[1])
    first[i], second[k] = h, l
    return f(x + first + second) - f(x + first) - f(x + second) + f(x)
