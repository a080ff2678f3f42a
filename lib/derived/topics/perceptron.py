"""The perceptron: Rosenblatt's learning rule, the same rule as stochastic gradient descent, and with kernels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived import ops, optim
from derived.arguments import require
from derived.data import signed_rows
from derived.tensor import Tensor

__all__ = ["Perceptron", "kernel_perceptron", "perceptron_by_sgd"]


class Perceptron:
    r"""Linear classifier :math:`x\mapsto\mathrm{sign}(x\cdot\theta)`, trained by Rosenblatt's rule.

    .. math:: \theta\leftarrow\theta+yx\quad\text{whenever}\quad y\,x\cdot\theta\le0,\qquad\theta^0=0

    There is no bias: append a column of ones to ``X`` for one (:func:`derived.topics.separability.augment`).

    Attributes
    ----------
    theta : (n,) weights after :meth:`fit`.
    path : (S + 1, n) weights before the first and after each of the S updates.
    mistakes : (S,) indices of the examples that caused the updates.
    epochs : number of passes made, the last one without mistake included.
    converged : whether the last pass made no mistake.
    """

    def fit(self, X: np.ndarray, y: np.ndarray, epochs: int = 1000, rng: np.random.Generator | None = None,
            lr: float = 1.0) -> Perceptron:  # fmt: skip
        """Go through the examples until a whole pass makes no mistake.

        Parameters
        ----------
        X : (N, n) examples in rows.
        y : (N,) labels -1 and +1.
        epochs : most passes to make.
        rng : source of a new order for each pass; without it the examples come as they stand.
        lr : size of an update, ``lr * y * x``.
        """
        Z = signed_rows(X, y, "Perceptron.fit")
        require(lr > 0, "Perceptron.fit: lr is {}, expected a number > 0", lr)
        theta = np.zeros(Z.shape[1])
        path, mistakes, self.epochs, self.converged = [theta], [], 0, False
        while self.epochs < epochs and not self.converged:
            before = len(mistakes)
            for i in range(len(Z)) if rng is None else rng.permutation(len(Z)):
                if Z[i] @ theta <= 0:
                    theta = theta + lr * Z[i]
                    path.append(theta)
                    mistakes.append(i)
            self.epochs += 1
            self.converged = len(mistakes) == before
        self.theta, self.path, self.mistakes = theta, np.array(path), np.array(mistakes, dtype=int)
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Labels -1 and +1 for the rows of ``X`` (..., n)."""
        return np.where(np.asarray(X) @ self.theta >= 0, 1, -1)

    @property
    def updates(self) -> int:
        """How many updates :meth:`fit` made."""
        return len(self.mistakes)


def perceptron_by_sgd(X: np.ndarray, y: np.ndarray, epochs: int,
                      loss: Callable = ops.perceptron_loss) -> np.ndarray:  # fmt: skip
    r"""SGD with learning rate 1 and batches of one on :math:`\ell=\max(0,-y\,x\cdot\theta)`.

    Parameters
    ----------
    X, y : as for :meth:`Perceptron.fit`.
    epochs : passes to make, in the order of the rows.
    loss : function of score and label, both of shape (1,). Its derivative at 0 decides whether the run ever starts.

    Returns
    -------
    (K + 1, n) weights, one row for each change, the zero start included.
    """
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    theta = Tensor(np.zeros(X.shape[1]), requires_grad=True)
    sgd = optim.SGD([theta], lr=1.0)
    path = [theta.data.copy()]
    for i in list(range(len(X))) * epochs:
        sgd.zero_grad()
        ops.sum(loss(ops.matmul(X[i : i + 1], theta), y[i : i + 1])).backward()
        sgd.step()
        if not np.array_equal(theta.data, path[-1]):
            path.append(theta.data.copy())
    return np.array(path)


def kernel_perceptron(K: np.ndarray, y: np.ndarray, epochs: int = 1000) -> np.ndarray:
    r"""Rosenblatt's rule in a feature space that is known only by its inner products.

    .. math:: \theta=\sum_j\alpha_jy_j\varphi(x_j),\qquad
        \alpha_i\leftarrow\alpha_i+1\quad\text{whenever}\quad y_i\sum_j\alpha_jy_jK_{ij}\le0

    Parameters
    ----------
    K : (N, N) array :math:`K_{ij}=\varphi(x_i)\cdot\varphi(x_j)`.
    y : (N,) labels -1 and +1.
    epochs : most passes to make.

    Returns
    -------
    (N,) integers :math:`\alpha`: how often each example caused an update.
    """
    rows = signed_rows(K, y, "kernel_perceptron")
    require(rows.shape[0] == rows.shape[1], "kernel_perceptron: K has shape {}, expected (N, N)", rows.shape)
    M = rows * np.asarray(y)
    alpha = np.zeros(len(M), dtype=int)
    for _ in range(epochs):
        before = alpha.sum()
        for i in range(len(M)):
            alpha[i] += M[i] @ alpha <= 0
        if alpha.sum() == before:
            break
    return alpha
