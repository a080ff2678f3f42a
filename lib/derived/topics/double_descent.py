"""Least squares with more and more features, through the point where the training error becomes zero, and beyond."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from derived.arguments import require, require_finite
from derived.data import load_digits_split, wrong_labels

__all__ = [
    "Sweep",
    "digits_sweep",
    "expected_error",
    "gaussian_runs",
    "minimum_norm",
    "relu_features",
    "sweep",
]


def relu_features(X: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    r"""The hidden layer of a network that is drawn and not trained, :math:`\Phi=\max(XW^\top+b,0)`.

    Parameters
    ----------
    X : (N, d) inputs.
    W, b : (p, d) and (p,) weights and biases.

    Returns
    -------
    (N, p) features.
    """
    require(X.shape[1:] == W.shape[1:] and b.shape == W.shape[:1],
            "relu_features: X, W, b have shapes {}, {}, {}, expected (N, d), (p, d), (p,)",
            X.shape, W.shape, b.shape)  # fmt: skip
    return np.maximum(X @ W.T + b, 0)


def minimum_norm(Phi: np.ndarray, Y: np.ndarray, lam: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    r"""Weights of least squares, of least norm where there are many: :math:`B=\Phi^+Y=\sum_i\frac1{s_i}v_iu_i^\top Y`.

    With `lam` > 0, of ridge regression: :math:`\frac{s_i}{s_i^2+N\lambda}` in place of :math:`\frac1{s_i}`.

    Parameters
    ----------
    Phi : (N, p) features.
    Y : (N,) or (N, K) targets.

    Returns
    -------
    B (p,) or (p, K) weights, and the singular values that are not zero up to rounding, largest first. Only these
    take part.
    """
    require(Phi.ndim == 2 and len(Phi) == len(Y) > 0, "minimum_norm: Phi has shape {}, Y {}, expected as many rows",
            Phi.shape, np.shape(Y))  # fmt: skip
    require(lam >= 0, "minimum_norm: lam is {}, expected a number >= 0", lam)
    require_finite("minimum_norm", "Phi", Phi)
    U, s, Vt = _decomposed(Phi)
    return (Vt.T * (s / (s**2 + len(Phi) * lam))) @ (U.T @ Y), s


def _decomposed(Phi: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Singular values that are not zero up to rounding, and their vectors."""
    U, s, Vt = np.linalg.svd(Phi, full_matrices=False)
    rank = int(np.sum(s > s[0] * max(Phi.shape) * np.finfo(Phi.dtype).eps))
    return U[:, :rank], s[:rank], Vt[:rank]


def expected_error(N: int, p: int, w: np.ndarray, sigma: float) -> float:
    r"""Expected squared error of minimum-norm least squares on the first `p` of D Gaussian features.

    :math:`y=\sum_{j\le D}w_jx_j+\epsilon` with independent standard normal features. With
    :math:`\sigma_p^2=\sigma^2+\sum_{j>p}w_j^2`, the noise as seen from p features:

    .. math:: \sigma_p^2\Bigl(1+\frac p{N-p-1}\Bigr)\ (p\le N-2),\qquad
        \Bigl(1-\frac Np\Bigr)\sum_{j\le p}w_j^2+\sigma_p^2\Bigl(1+\frac N{p-N-1}\Bigr)\ (p\ge N+2),

    and infinite in between, if :math:`p\ge1` and :math:`\sigma_p>0`. Source: M. Belkin, D. Hsu and J. Xu,
    SIAM J. Math. Data Sci. 2 (2020), Theorem 1.

    Parameters
    ----------
    N, p : numbers of examples and of features, 0 <= p <= D.
    w : (D,) weights.
    sigma : standard deviation of the noise.
    """
    w = np.asarray(w, dtype=np.float64)
    require(N >= 1 and 0 <= p <= len(w), "expected_error: N is {}, p is {}, expected N >= 1 and 0 <= p <= {}", N, p,
            len(w))  # fmt: skip
    noise, signal = sigma**2 + np.sum(w[p:] ** 2), np.sum(w[:p] ** 2)
    if p == 0:
        return float(noise)  # nothing is fitted: finite even for N = 1
    if p <= N - 2:
        return float(noise * (1 + p / (N - p - 1)))
    if p >= N + 2:
        return float((1 - N / p) * signal + noise * (1 + N / (p - N - 1)))
    return float(np.inf if noise > 0 else max(0, 1 - N / p) * signal)


def gaussian_runs(N: int, p: int, w: np.ndarray, sigma: float, runs: int, *,
                  rng: np.random.Generator) -> np.ndarray:  # fmt: skip
    r"""Simulate the model of :func:`expected_error`.

    Returns
    -------
    (3, runs) : expected squared error on a new example given the fitted weights; square of the smallest singular
    value; smallest squared distance of a row of the features from the span of the others (of a column, if p < N).
    """
    w = np.asarray(w, dtype=np.float64)
    require(1 <= p <= len(w), "gaussian_runs: p is {}, expected 1 to {}", p, len(w))
    drawn = [(rng.standard_normal((N, len(w))), rng.standard_normal(N)) for _ in range(runs)]
    X, noise = map(np.array, zip(*drawn, strict=True))
    y = (X @ w + sigma * noise)[..., None]
    A = X[:, :, :p]
    At = A.swapaxes(1, 2)
    gram = A @ At if p >= N else At @ A  # of the rows or of the columns, whichever are fewer
    inverse = np.linalg.inv(gram)
    fitted = (At @ (inverse @ y) if p >= N else inverse @ (At @ y))[..., 0]
    error = sigma**2 + np.sum((fitted - w[:p]) ** 2, axis=1) + np.sum(w[p:] ** 2)
    return np.array([error, np.linalg.eigvalsh(gram)[:, 0], 1 / np.diagonal(inverse, axis1=1, axis2=2).max(axis=1)])


class Sweep(NamedTuple):
    """For each number of features: wrong classes (rates), test loss, norm of the weights, least singular value > 0."""

    train_error: np.ndarray
    test_error: np.ndarray
    test_loss: np.ndarray
    norm: np.ndarray
    smallest: np.ndarray


def sweep(train: tuple[np.ndarray, np.ndarray], test: tuple[np.ndarray, np.ndarray], sizes: Sequence[int], *,
          rng: np.random.Generator, lam: float | Sequence[float] = 0.0,
          noise: float | Sequence[float] = 0.0) -> Sweep:  # fmt: skip
    """Classify by minimum-norm least squares on the first p of one sequence of random ReLU features.

    Inputs are centred by the training mean and scaled to mean squared length 1; weights are standard normal in every
    direction of input space, biases too; features are divided by the root of p. Targets are one-hot rows minus 1/K.

    Parameters
    ----------
    train, test : pairs of inputs (N, d) and class indices (N,).
    sizes : the numbers of features.
    lam : of ridge regression; 0 for the solution of least norm.
    noise : share of the training labels that are replaced by another class. The test labels stay right.

    Returns
    -------
    Arrays (noises, lams, sizes), without the axes of a `noise` or `lam` that is one number. The training error is that
    on the labels as given. One decomposition of the features serves all noises and lams.
    """
    (X, y), (Z, z) = train, test
    K, N, lams = int(max(y.max(), z.max())) + 1, len(X), np.atleast_1d(lam)
    require(bool(np.all(lams >= 0)), "sweep: lam is {}, expected numbers >= 0", lam)
    features, unseen = _features(X, Z, max(sizes), rng)
    given = np.stack([wrong_labels(y, share, K, rng) for share in np.atleast_1d(noise)])
    targets, wanted = (np.eye(K)[given] - 1 / K).transpose(1, 0, 2), np.eye(K)[z] - 1 / K
    found = np.empty((5, len(given), len(lams), len(sizes)))
    for k, p in enumerate(sizes):
        U, s, Vt = _decomposed(features[:, :p] / np.sqrt(p))
        inside, across = np.tensordot(U.T, targets, axes=1), unseen[:, :p] @ Vt.T / np.sqrt(p)
        for j, each in enumerate(lams):
            B = (s / (s**2 + N * each))[:, None, None] * inside  # in the directions of V: of the same norm
            fit, out = (np.tensordot(A, B, axes=1) for A in (U * s, across))
            found[:, :, j, k] = (np.mean(fit.argmax(axis=2).T != given, axis=1),
                                 np.mean(out.argmax(axis=2).T != z, axis=1),
                                 np.mean(np.sum((out - wanted[:, None]) ** 2, axis=2), axis=0),
                                 np.sqrt(np.sum(B * B, axis=(0, 2))), np.full(len(given), s[-1]))  # fmt: skip
    return Sweep(*found.reshape(5, *np.shape(noise), *np.shape(lam), len(sizes)))


def _features(X: np.ndarray, Z: np.ndarray, p: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Random ReLU features of both sets, after scaling by the first; see :func:`sweep`."""
    centre = X.mean(axis=0)
    scale = np.sqrt(np.mean(np.sum((X - centre) ** 2, axis=1)))
    W, b = rng.standard_normal((p, X.shape[1])), rng.standard_normal(p)
    return [relu_features((A - centre) / scale, W, b) for A in (X, Z)]


@cache
def _digits() -> list[np.ndarray]:
    return load_digits_split(dtype=np.float64)  # unpacking the file costs as much as a small sweep


def digits_sweep(seed: int, N: int, sizes: Sequence[int], lam: float | Sequence[float] = 0.0, *,
                 noise: float | Sequence[float] = 0.0, tuning: bool = False) -> Sweep:  # fmt: skip
    """:func:`sweep` on N training digits drawn by the seed, which also draws the features.

    Parameters
    ----------
    tuning : measure on the training digits that were not drawn, for choosing `lam`; otherwise on the test digits.
    """
    X, Z, y, z = _digits()
    require(1 <= N < len(X), "digits_sweep: N is {}, expected 1 to {}", N, len(X) - 1)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(X))
    test = (X[order[N:]], y[order[N:]]) if tuning else (Z, z)
    return sweep((X[order[:N]], y[order[:N]]), test, sizes, rng=rng, lam=lam, noise=noise)
