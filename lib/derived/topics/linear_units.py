"""Linear and affine maps: one unit, tests for linearity, the matrix of a map, the delta rule."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived.arguments import examples, require

__all__ = ["LinearUnit", "collapse", "is_affine", "is_linear", "lms", "matrix_of", "with_ones"]


class LinearUnit:
    r"""Affine unit :math:`u(x)=x\cdot\theta+b`; linear if :math:`b=0`.

    Parameters
    ----------
    theta : (n,) weights.
    b : bias.
    """

    def __init__(self, theta: np.ndarray, b: float = 0.0) -> None:
        self.theta, self.b = np.asarray(theta, dtype=np.float64), float(b)
        require(self.theta.ndim == 1 and self.theta.size > 0,
                "LinearUnit: theta has shape {}, expected (n,)", self.theta.shape)  # fmt: skip

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """(..., n) inputs in rows to (...,) values."""
        return np.asarray(x) @ self.theta + self.b

    @property
    def direction(self) -> np.ndarray:
        r"""Unit vector :math:`\theta/\lVert\theta\rVert` in which the unit rises fastest; zeros if theta is zero."""
        return self.theta / self.rate if self.rate > 0 else self.theta

    @property
    def rate(self) -> float:
        r"""Rise for a step of length 1 in that direction, :math:`\lVert\theta\rVert_2`."""
        return float(np.linalg.norm(self.theta))


def with_ones(X: np.ndarray) -> np.ndarray:
    """Append a column of ones to (N, n) inputs: the bias becomes the last weight."""
    X = np.asarray(X)
    return np.concatenate([X, np.ones_like(X[..., :1])], axis=-1)


def is_affine(f: Callable, n: int, *, rng: np.random.Generator, trials: int = 20, tol: float = 1e-9) -> bool:
    r"""Whether :math:`f(\alpha x+\beta y)=\alpha f(x)+\beta f(y)`, :math:`\alpha+\beta=1`, on random vectors of size n.

    A random test: False is certain (up to ``tol``), True means that no counter-example was met.
    """
    a = 2 * rng.standard_normal(trials)
    return _superposes(f, n, a, 1 - a, rng, tol)


def is_linear(f: Callable, n: int, *, rng: np.random.Generator, trials: int = 20, tol: float = 1e-9) -> bool:
    r"""Whether :math:`f(\alpha x+\beta y)=\alpha f(x)+\beta f(y)` for random :math:`\alpha,\beta`; a random test."""
    return _superposes(f, n, *2 * rng.standard_normal((2, trials)), rng, tol)


def _superposes(f: Callable, n: int, alphas: np.ndarray, betas: np.ndarray,
                rng: np.random.Generator, tol: float) -> bool:  # fmt: skip
    for a, b in zip(alphas, betas, strict=True):
        x, y = rng.standard_normal((2, n))
        parts = a * np.asarray(f(x)), b * np.asarray(f(y))
        scale = 1 + np.abs(parts[0]).max() + np.abs(parts[1]).max()
        if not np.abs(f(a * x + b * y) - parts[0] - parts[1]).max() <= tol * scale:
            return False
    return True


def matrix_of(f: Callable, n: int) -> np.ndarray:
    r"""The matrix :math:`A\in\mathbb R^{m\times n}` of a linear map from n to m numbers; column j is :math:`f(e_j)`."""
    return np.stack([np.asarray(f(e)) for e in np.eye(n)], axis=1)


def collapse(weights: list[np.ndarray], biases: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    r"""One affine layer that equals a stack of affine layers without activations.

    .. math:: W=W_L\cdots W_1,\qquad b=W_L(\cdots W_2b_1+b_2\cdots)+b_L

    Parameters
    ----------
    weights : matrices (out, in), first layer first.
    biases : vectors (out,).

    Returns
    -------
    W (out of the last, in of the first) and b (out of the last,).
    """
    require(len(weights) == len(biases) > 0,
            "collapse: {} weights and {} biases, expected as many, at least 1", len(weights), len(biases))  # fmt: skip
    W, b = weights[0], biases[0]
    for V, c in zip(weights[1:], biases[1:], strict=True):
        W, b = V @ W, V @ b + c
    return W, b


def lms(X: np.ndarray, y: np.ndarray, lr: float, epochs: int, *, rng: np.random.Generator | None = None) -> np.ndarray:
    r"""Delta rule of Widrow and Hoff (1960), from zero.

    .. math:: \theta\leftarrow\theta+\eta\,(y_n-x_n\cdot\theta)\,x_n

    Parameters
    ----------
    X : (N, n) examples in rows; for a bias append a column of ones.
    y : (N,) targets.
    lr : the rate :math:`\eta`.
    epochs : passes through the examples.
    rng : source of the order of each pass. Without it every pass is one step with the *mean* of the N corrections.

    Returns
    -------
    (n,) weights.
    """
    X, y = examples("lms", X, y)
    theta = np.zeros(X.shape[1])
    for _ in range(epochs):
        if rng is None:
            theta = theta + lr * (y - X @ theta) @ X / len(y)
            continue
        for n in rng.permutation(len(y)):
            theta = theta + lr * (y[n] - X[n] @ theta) * X[n]
    return theta
