"""Radial basis function networks: Gaussian units, interpolation, and training."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial.distance import cdist

from derived import ops
from derived.arguments import examples, one_of, require, require_finite
from derived.nn import Module, Parameter
from derived.optim import Adam
from derived.tensor import Tensor, primitive
from derived.training import fit

__all__ = [
    "RBFNet",
    "descend",
    "gaussian_units",
    "interpolate",
    "kernel_weights",
    "kmeans",
    "multiquadric",
    "ridge_weights",
]


@primitive
def gaussian_units(x, C, s):
    r"""Values of Gaussian bumps, :math:`H_{nj}=\exp(-\lVert x_n-c_j\rVert^2/2s_j^2)`.

    .. math::
        \bar x_n=\sum_jG_{nj}\frac{c_j-x_n}{s_j^2},\qquad
        \bar c_j=\sum_nG_{nj}\frac{x_n-c_j}{s_j^2},\qquad
        \bar s_j=\sum_nG_{nj}\frac{\lVert x_n-c_j\rVert^2}{s_j^3},\qquad G=\bar H\odot H

    Parameters
    ----------
    x : (N, d) array, examples in rows.
    C : (m, d) array of centres.
    s : (m,) array of positive widths, or () for one common width.

    Returns
    -------
    (N, m) array.
    """
    if x.ndim != 2 or C.ndim != 2 or x.shape[1] != C.shape[1] or np.shape(s) not in ((), (len(C),)):
        raise ValueError(f"gaussian_units: x has shape {x.shape}, C {C.shape}, s {np.shape(s)}, "
                         "expected (N, d), (m, d) and (m,) or ()")  # fmt: skip
    square = cdist(x, C, "sqeuclidean").astype(x.dtype, copy=False)
    H = np.exp(-square / (2 * s**2))

    def pull_x(g):
        G = g * H / s**2
        return G @ C - G.sum(axis=1, keepdims=True) * x

    def pull_C(g):
        G = g * H / s**2
        return G.T @ x - G.sum(axis=0)[:, None] * C

    def pull_s(g):
        each = g * H * square / s**3
        return each.sum(axis=0) if np.ndim(s) else each.sum()

    return H, pull_x, pull_C, pull_s


def multiquadric(X: np.ndarray, s: float) -> np.ndarray:
    r"""The matrix :math:`A_{ij}=\sqrt{s^2+\lVert x_i-x_j\rVert^2}` of points X (N, d); symmetric, not definite."""
    X = np.asarray(X, dtype=np.float64)
    return np.sqrt(s**2 + cdist(X, X, "sqeuclidean"))


def interpolate(X: np.ndarray, y: np.ndarray, s: float) -> RBFNet:
    r"""The network with a bump at every example that passes through all of them, :math:`Kw=y`, without bias.

    Parameters
    ----------
    X, y : (N, d) distinct points and (N,) values.
    s : width, the same for all.

    Returns
    -------
    float64 network with N units and one output.
    """
    X, y = examples("interpolate", X, y)
    require(len(np.unique(X, axis=0)) == len(X), "interpolate: X has equal rows, expected distinct points")
    net = RBFNet(X, s, 1)
    net.weight.data[0] = np.linalg.solve(gaussian_units.rule(X, X, np.float64(s))[0], y)
    return net


def ridge_weights(H: np.ndarray, Y: np.ndarray, lam: float) -> np.ndarray:
    r"""The output weights that minimise :math:`\lVert HW^\top-Y\rVert_F^2+\lambda\lVert W\rVert_F^2`.

    Computed as a least-squares problem with the rows :math:`\sqrt\lambda I` below H, because :math:`H^\top H` squares
    the condition number. With :math:`\lambda=0` and dependent columns it is the solution of least norm.

    Parameters
    ----------
    H, Y : (N, m) hidden values and (N, K) targets.
    lam : :math:`\lambda\ge0`.

    Returns
    -------
    (K, m) array.
    """
    require(H.ndim == Y.ndim == 2 and len(H) == len(Y) > 0,
            "ridge_weights: H has shape {}, Y {}, expected (N, m) and (N, K)", H.shape, Y.shape)  # fmt: skip
    require(lam >= 0, "ridge_weights: lam is {}, expected a number >= 0", lam)
    m, K = H.shape[1], Y.shape[1]
    if lam:
        H, Y = np.vstack([H, np.sqrt(lam) * np.eye(m)]), np.vstack([Y, np.zeros((m, K))])
    return np.linalg.lstsq(H, Y)[0].T


def kernel_weights(K: np.ndarray, y: np.ndarray, lam: float, penalty: str = "function") -> np.ndarray:
    r"""Weights of a network with a bump at every example, under one of two penalties.

    .. math::
        \lVert Kw-y\rVert^2+\lambda\,w^\top Kw\ \Rightarrow\ w=(K+\lambda I)^{-1}y,\qquad
        \lVert Kw-y\rVert^2+\lambda\,\lVert w\rVert^2\ \Rightarrow\ w=(K^2+\lambda I)^{-1}Ky

    Parameters
    ----------
    K, y : (N, N) symmetric positive definite matrix and (N,) targets.
    lam : :math:`\lambda>0`.
    penalty : ``"function"`` for :math:`w^\top Kw` (kernel ridge regression), ``"weights"`` for
        :math:`\lVert w\rVert^2`.
    """
    require(K.ndim == 2 and K.shape == (len(y), len(y)),
            "kernel_weights: K has shape {}, y {}, expected (N, N) and (N,)", K.shape, np.shape(y))  # fmt: skip
    require(lam > 0, "kernel_weights: lam is {}, expected a number > 0", lam)
    if one_of("kernel_weights", "penalty", penalty, ("function", "weights")) == "function":
        return np.linalg.solve(K + lam * np.eye(len(y)), y)
    return ridge_weights(K, np.asarray(y)[:, None], lam)[0]


def kmeans(X: np.ndarray, m: int, *, rng: np.random.Generator) -> np.ndarray:
    """m centres (m, d) by scikit-learn's k-means (one start by k-means++); a seed is drawn from `rng`."""
    from sklearn.cluster import KMeans

    require(1 <= m <= len(X), "kmeans: m is {}, expected 1 to {}", m, len(X))
    return KMeans(m, n_init=1, random_state=int(rng.integers(2**31))).fit(X).cluster_centers_


class RBFNet(Module):
    r"""A network with one layer of Gaussian bumps, :math:`f(x)=b+\sum_jw_j\exp(-\lVert x-c_j\rVert^2/2s_j^2)`.

    Parameters
    ----------
    centres : (m, d) array.
    width : positive number for all bumps, or (m,) array.
    outputs : K.

    Attributes
    ----------
    centres, log_width, weight, bias : parameters (m, d), (m,), (K, m), (K,); weight and bias start at 0.
        The logarithm of the width may take any value, so no step of descent makes a width negative.
    """

    def __init__(self, centres: ArrayLike, width: ArrayLike, outputs: int = 1) -> None:
        C = np.array(centres, dtype=np.float64)
        require(C.ndim == 2 and C.size > 0, "RBFNet: centres has shape {}, expected (m, d)", C.shape)
        require_finite("RBFNet", "centres", C)
        require(np.all(np.asarray(width) > 0) and np.shape(width) in ((), (len(C),)),
                "RBFNet: width is {}, expected a positive number or {} of them", width, len(C))  # fmt: skip
        self.centres = Parameter(C)
        self.log_width = Parameter(np.log(np.broadcast_to(np.asarray(width, dtype=np.float64), len(C))))
        self.weight, self.bias = Parameter(np.zeros((outputs, len(C)))), Parameter(np.zeros(outputs))

    def hidden(self, x: Tensor | np.ndarray) -> Tensor:
        """Values of the bumps, (N, d) to (N, m)."""
        return gaussian_units(x, self.centres, ops.exp(self.log_width))

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        """(N, d) to (N, K)."""
        return ops.linear(self.hidden(x), self.weight, self.bias)

    def fit_head(self, X: np.ndarray, Y: np.ndarray, lam: float = 0.0) -> RBFNet:
        r"""The linear part of the training: centres and widths stay, b becomes the mean of Y, w solves least squares.

        The bias is what the network says far from all centres, so it is not left to the fit.

        Parameters
        ----------
        X, Y : (N, d) inputs and (N, K) targets.
        lam : penalty of :func:`ridge_weights`.
        """
        X, Y = np.asarray(X, dtype=np.float64), np.asarray(Y, dtype=np.float64)
        require(Y.ndim == 2 and Y.shape == (len(X), len(self.bias)),
                "RBFNet.fit_head: Y has shape {}, expected ({}, {})", Y.shape, len(X), len(self.bias))  # fmt: skip
        H = gaussian_units.rule(X, self.centres.data, np.exp(self.log_width.data))[0]
        self.bias.data[...] = Y.mean(axis=0)
        self.weight.data[...] = ridge_weights(H, Y - self.bias.data, lam)
        return self


def descend(net: RBFNet, X: np.ndarray, Y: np.ndarray, steps: int, *, lr: float = 0.02,
            callback: Callable[[int, RBFNet], None] | None = None) -> RBFNet:  # fmt: skip
    """Move centres, widths and weights by Adam on the mean squared error of all examples; the bias stays.

    Parameters
    ----------
    net : changed in place, and returned.
    X, Y : (N, d) inputs and (N, K) targets.
    callback : called as ``callback(step, net)`` before each step and after the last one.
    """
    if callback is not None:
        callback(0, net)
    watch = [] if callback is None else [lambda step, *_: callback(step, net)]
    optimizer = Adam([net.centres, net.log_width, net.weight], lr=lr)
    fit(net, ops.mse_loss, optimizer, [(X, Y)], steps, progress=False, callbacks=watch)
    return net
