"""Checkers for the chapter on logistic regression: ``log_loss``, ``gradient``, ``shrink``, ``softmax_gradient``."""

from collections.abc import Callable, Iterator

import numpy as np
from scipy.special import expit, softmax

from derived import ops
from derived.exercises.checker import Checker
from derived.tensor import Tensor
from derived.topics.convex_optimization import soft_threshold
from derived.topics.logistic_regression import logistic_objective

__all__ = ["gradient", "log_loss", "shrink", "softmax_gradient"]


def _logits(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        N = 1 if k < 3 else int(rng.integers(2, 9))
        yield rng.normal(size=N) * (1, 30, 1000)[k % 3], rng.integers(0, 2, N)


def _clipped(z: np.ndarray, y: np.ndarray) -> float:
    a = np.clip(expit(z), 1e-8, 1 - 1e-8)
    return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))


def _naive(z: np.ndarray, y: np.ndarray) -> float:
    a = 1 / (1 + np.exp(-z))
    return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))


def _problems(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(20):
        N, d = (1, 1) if k == 0 else rng.integers(2, 7, size=2)
        yield rng.normal(size=d + 1), rng.normal(size=(N, d)), rng.integers(0, 2, N), float(rng.uniform(0.1, 2))


def _gradient(data: Callable, penalty: Callable) -> Callable:
    """A gradient from ``data(e, N)``, the error with its weight, and ``penalty(theta, N)``, what lam multiplies."""

    def by_hand(theta: np.ndarray, X: np.ndarray, y: np.ndarray, lam: float) -> np.ndarray:
        Xb, N = np.column_stack([X, np.ones(len(X))]), len(y)
        return Xb.T @ data(expit(Xb @ theta) - y, N) + lam * penalty(theta, N)

    return by_hand


def _mean(e: np.ndarray, N: int) -> np.ndarray:
    return e / N


def _weights(theta: np.ndarray, N: int) -> np.ndarray:
    return np.append(theta[:-1], 0)


def _classes(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(20):
        N, d, K = (1, 1, 2) if k == 0 else rng.integers(2, 7, size=3)
        yield rng.normal(size=(K, d)), rng.normal(size=K), rng.normal(size=(N, d)), rng.integers(0, K, N)


def softmax_gradient_reference(W: np.ndarray, b: np.ndarray, X: np.ndarray,
                               y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Gradients of the mean cross-entropy in ``W`` and ``b``, by the tape."""
    W, b = Tensor(W, requires_grad=True), Tensor(b, requires_grad=True)
    ops.cross_entropy(ops.linear(X, W, b), y).backward()
    return W.grad, b.grad


def _with_error(error: Callable) -> Callable:
    def by_hand(W: np.ndarray, b: np.ndarray, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        E = error(softmax(X @ W.T + b, axis=1), np.eye(len(b))[y])
        return E.T @ X, E.sum(axis=0)

    return by_hand


def _twice(A: np.ndarray, Y: np.ndarray) -> np.ndarray:
    E = (A - Y) / len(A)
    return A * (E - np.sum(A * E, axis=1, keepdims=True))


def _of_first(A: np.ndarray, Y: np.ndarray) -> np.ndarray:
    jacobian = np.diag(A[0]) - np.outer(A[0], A[0])
    return np.tile(jacobian @ np.mean(-Y / A, axis=0), (len(A), 1))


log_loss = Checker(
    "log_loss",
    lambda z, y: ops.binary_cross_entropy_with_logits.rule(z, y)[0],
    _logits,
    slips={
        "Large logits: the probability rounds to 0 or 1 and its logarithm is infinite. Use log(1 + e^z) - yz.": _naive,
        "The right formula, but e^z overflows for large z: take the larger of 1 and e^z out of the logarithm.":
            lambda z, y: np.mean(np.log(1 + np.exp(z)) - y * z),
        "Clipping the probability caps the loss at 18.4 and makes its slope 0. Use log(1 + e^z) - yz.": _clipped,
        "Take the mean over the examples, not the sum.":
            lambda z, y: ops.binary_cross_entropy_with_logits.rule(z, y, "sum")[0],
        "The labels are exchanged: y = 1 should cost little where z is large.":
            lambda z, y: ops.binary_cross_entropy_with_logits.rule(z, 1 - y)[0],
    },
    expects="the mean log-loss, a number; z are logits (N,) of any size, y labels 0 and 1",
)  # fmt: skip

gradient = Checker(
    "gradient",
    lambda theta, X, y, lam: logistic_objective(theta, X, y, lam)[1],
    _problems,
    slips={
        "The penalty is in the cost only: add lam * w to the gradient.": _gradient(_mean, lambda t, N: 0 * t),
        "The bias is not penalised.": _gradient(_mean, lambda t, N: t),
        "The data term is a mean: divide it by N.": _gradient(lambda e, N: e, _weights),
        "The error is a - y: with the opposite sign the steps climb.": _gradient(lambda e, N: -e / N, _weights),
        "This is the gradient for the penalty lam/(2N): here it is lam/2.":
            _gradient(_mean, lambda t, N: _weights(t, N) / N),
    },
    expects="the gradient (d + 1,) of the mean log-loss + lam/2 |w|^2 at theta = (w, b)",
)  # fmt: skip

shrink = Checker(
    "shrink",
    soft_threshold,
    lambda rng: ((rng.normal(size=rng.integers(1, 8)) * 2, float(rng.uniform(0.2, 1.5))) for _ in range(20)),
    slips={
        "This keeps large entries as they are; the minimum of the penalised problem moves every entry by t.":
            lambda x, t: np.where(np.abs(x) > t, x, 0),
        "Entries smaller than t stop at 0: they do not come out on the other side.":
            lambda x, t: np.sign(x) * (np.abs(x) - t),
        "Negative entries move up by t, not down.": lambda x, t: np.maximum(x - t, 0),
        "This is the shrinkage of an L2 penalty: it sets nothing to 0.": lambda x, t: x / (1 + t),
    },
    expects="the minimiser u of (u - x)^2/2 + t|u| for each entry of x, t > 0",
)  # fmt: skip

softmax_gradient = Checker(
    "softmax_gradient",
    softmax_gradient_reference,
    _classes,
    slips={
        "A - Y contains the Jacobian of the softmax already: do not multiply by it again.": _with_error(_twice),
        "Take the mean: divide by the number of examples.": _with_error(lambda A, Y: A - Y),
        "The error is A - Y, not Y - A.": _with_error(lambda A, Y: (Y - A) / len(A)),
        "Every example has its own Jacobian; this uses that of the first for all.": _with_error(_of_first),
    },
    expects="dW (K, d) and db (K,), the gradients of the mean cross-entropy of softmax(X W^T + b)",
)  # fmt: skip
