r"""A network with one hidden layer in plain NumPy: no tape, its gradient written out by hand.

Everywhere else in the book gradients come from :mod:`derived.tensor`; this one network shows that there is no magic.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import expit

from derived.arguments import one_of, require
from derived.initialization import he_normal

__all__ = ["TwoLayerNetwork", "descend_together"]

# value of the activation, and its derivative as a function of pre-activation z and value h
_HIDDEN = {
    "relu": (lambda z: np.maximum(z, 0), lambda z, h: z > 0),
    "sigmoid": (expit, lambda z, h: h * (1 - h)),
}


def _softmax_of_columns(F: np.ndarray) -> np.ndarray:
    E = np.exp(F - F.max(axis=-2, keepdims=True))  # the largest score becomes 0: nothing overflows
    E /= E.sum(axis=-2, keepdims=True)
    return E


def _softmax(F: np.ndarray) -> np.ndarray:
    # NumPy goes through ten long rows faster than through many short ones
    return _softmax_of_columns(np.ascontiguousarray(F.T)).T


class TwoLayerNetwork:
    r"""One hidden layer, and an output with the loss that belongs to it; examples in rows.

    .. math:: Z = XW_1^\top + b_1, \quad H = \phi(Z), \quad F = HW_2^\top + b_2, \quad A = g(F)

    With ``output="identity"`` :math:`A=F` and the loss is :math:`\frac1{2N}\|A-Y\|_F^2`; with ``"softmax"`` the rows of
    A are probabilities and the loss is the mean cross-entropy :math:`-\frac1N\sum_{i,k} Y_{ik}\log A_{ik}`.

    Parameters
    ----------
    n, m, k : numbers of inputs, hidden units and outputs.
    hidden : ``"relu"`` or ``"sigmoid"``.
    output : ``"softmax"`` or ``"identity"``.
    rng : source of the initial weights.
    init : initialiser of the weights (:mod:`derived.initialization`).
    init_bias : initialiser of the biases, called with the shape (size, 1); None sets them to 0.
    dtype : of all parameters.

    Attributes
    ----------
    W1, b1, W2, b2 : arrays of shapes (m, n), (m,), (k, m), (k,).
    """

    def __init__(self, n: int, m: int, k: int, *, hidden: str = "relu", output: str = "softmax",
                 rng: np.random.Generator, init: Callable = he_normal, init_bias: Callable | None = None,
                 dtype: type = np.float64) -> None:  # fmt: skip
        self.phi, self.slope = _HIDDEN[one_of("TwoLayerNetwork", "hidden", hidden, _HIDDEN)]
        self.output = one_of("TwoLayerNetwork", "output", output, ("softmax", "identity"))

        def bias(size: int) -> np.ndarray:
            return np.zeros(size, dtype) if init_bias is None else init_bias((size, 1), rng, dtype)[:, 0]

        self.W1, self.b1 = init((m, n), rng, dtype), bias(m)
        self.W2, self.b2 = init((k, m), rng, dtype), bias(k)

    def forward(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Pre-activations Z (N, m), hidden values H (N, m) and outputs A (N, k) for X (N, n)."""
        require(
            X.ndim == 2 and X.shape[1] == self.W1.shape[1],
            "TwoLayerNetwork: X has shape {}, expected (N, {})", X.shape, self.W1.shape[1],
        )  # fmt: skip
        Z = X @ self.W1.T + self.b1
        H = self.phi(Z)
        F = H @ self.W2.T + self.b2
        return Z, H, _softmax(F) if self.output == "softmax" else F

    def loss(self, X: np.ndarray, Y: np.ndarray) -> float:
        """The mean loss; Y is (N, k), one-hot rows for the softmax."""
        A = self.forward(X)[2]
        self._check_targets(A, Y)
        if self.output == "identity":
            return float(np.sum((A - Y) ** 2) / (2 * len(X)))
        return float(-np.sum(Y * np.log(np.maximum(A, np.finfo(A.dtype).tiny))) / len(X))

    def gradient(self, X: np.ndarray, Y: np.ndarray) -> dict[str, np.ndarray]:
        """The gradient of :meth:`loss` by the chain rule, under the parameters' names."""
        Z, H, A = self.forward(X)
        self._check_targets(A, Y)
        R = (A - Y) / len(X)
        dZ = (R @ self.W2) * self.slope(Z, H)
        return {"W1": dZ.T @ X, "b1": dZ.sum(axis=0), "W2": R.T @ H, "b2": R.sum(axis=0)}

    def step(self, X: np.ndarray, Y: np.ndarray, lr: float) -> None:
        """One step of gradient descent on the whole of X, Y."""
        for name, g in self.gradient(X, Y).items():
            setattr(self, name, getattr(self, name) - lr * g)

    def replaced(self, **parameters: np.ndarray) -> TwoLayerNetwork:
        """The same network with other arrays for the parameters named; this one stays as it is."""
        twin = copy.copy(self)
        for name, array in parameters.items():
            one_of("TwoLayerNetwork.replaced", "name", name, ("W1", "b1", "W2", "b2"))
            setattr(twin, name, array)
        return twin

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The outputs A (N, k)."""
        return self.forward(X)[2]

    def _check_targets(self, A: np.ndarray, Y: np.ndarray) -> None:
        require(A.shape == np.shape(Y), "TwoLayerNetwork: Y has shape {}, expected {}", np.shape(Y), A.shape)


def descend_together(networks: Sequence[TwoLayerNetwork], X: np.ndarray, Y: np.ndarray, lr: float, steps: int) -> None:
    """What `steps` calls of :meth:`TwoLayerNetwork.step` do to each network, in less than half the time.

    Examples stand in columns, so that NumPy goes along long rows, and the first maps are one product for all networks.

    Parameters
    ----------
    networks : one shape, dtype and kind for all; changed.
    X, Y, lr : as for :meth:`TwoLayerNetwork.step`.
    """
    one, K, N = networks[0], len(networks), len(X)
    one._check_targets(one.predict(X), Y)
    W1, b1, W2, b2 = (np.stack([getattr(net, name) for net in networks]) for name in ("W1", "b1", "W2", "b2"))
    W1, b1, b2, targets = W1.reshape(-1, W1.shape[2]), b1[..., None], b2[..., None], np.ascontiguousarray(Y.T)
    for _ in range(steps):
        Z = (W1 @ X.T).reshape(K, -1, N) + b1
        H = one.phi(Z)
        R = W2 @ H + b2
        R = _softmax_of_columns(R) if one.output == "softmax" else R
        R -= targets
        R *= lr / N
        dZ = W2.transpose(0, 2, 1) @ R
        dZ *= one.slope(Z, H)
        W1 -= dZ.reshape(-1, N) @ X
        b1 -= dZ.sum(axis=2, keepdims=True)
        W2 -= R @ H.transpose(0, 2, 1)
        b2 -= R.sum(axis=2, keepdims=True)
    for net, *arrays in zip(networks, W1.reshape(K, -1, X.shape[1]), b1[..., 0], W2, b2[..., 0], strict=True):
        net.W1, net.b1, net.W2, net.b2 = arrays
