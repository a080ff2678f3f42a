"""Checkers: ``batch_norm_backward``, ``fold``, ``rms_norm_backward``."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from derived import ops
from derived.exercises.checker import Checker

__all__ = ["batch_norm_backward", "fold", "rms_norm_backward"]


# --- backward pass of batch normalisation ---------------------------------------------------------------------------


def _batches(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        N, n = (2, 1) if k == 0 else (int(rng.integers(3, 8)), int(rng.integers(1, 5)))
        U = rng.standard_normal((N, n)) * 3 + rng.standard_normal(n)
        yield rng.standard_normal((N, n)), U, rng.standard_normal(n), [1e-5, 0.1][k % 2]


def _batch_norm_backward(V: np.ndarray, U: np.ndarray, gamma: np.ndarray, eps: float) -> tuple:
    _, pull_u, _, _, pull_gamma, pull_beta = ops.batch_norm.rule(U, None, None, gamma, 0 * gamma, True, 0.1, eps)
    return pull_u(V), pull_gamma(V), pull_beta(V)


def _parts(V: np.ndarray, U: np.ndarray, eps: float) -> tuple:
    theta = 1 / np.sqrt(U.var(axis=0) + eps)
    Y = (U - U.mean(axis=0)) * theta
    return theta, Y, (Y * V).sum(axis=0), V.sum(axis=0)


def _slip(V: np.ndarray, U: np.ndarray, gamma: np.ndarray, eps: float, *, form: str) -> tuple:
    theta, Y, along, level = _parts(V, U, eps)
    N = len(U)
    mean, line = level / N, Y * along / N
    return {
        "plus": (gamma * theta * (V + mean + line), along, level),
        "gamma": (theta * (V - mean - line), along, level),
        "constant": (gamma * theta * V, along, level),
        "mean": (gamma * theta * (V - line), along, level),
        "variance": (gamma * theta * (V - mean), along, level),
        "average": (gamma * theta * (V - mean - line), along / N, mean),
    }[form]


batch_norm_backward = Checker(
    "batch_norm_backward", _batch_norm_backward, _batches,
    slips={
        "Both corrections are subtracted.": partial(_slip, form="plus"),
        "What arrives is multiplied by γ before it is pulled through the normalisation.": partial(_slip, form="gamma"),
        "Mean and variance depend on every row of U: they are no constants.": partial(_slip, form="constant"),
        "The mean of the batch moves, too: subtract the mean of V.": partial(_slip, form="mean"),
        "The variance of the batch moves, too: subtract Y times the mean of Y ⊙ V.": partial(_slip, form="variance"),
        "γ and β act on every row: their gradients are sums, not means.": partial(_slip, form="average"),
    },
    expects="the gradients with respect to U (N, n), γ and β, if V (N, n) is the one with respect to γ N(U) + β",
)  # fmt: skip


# --- folding at inference -------------------------------------------------------------------------------------------


def _layers(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        out, inputs = (1, 1) if k == 0 else rng.integers(1, 5, 2).tolist()
        yield (rng.standard_normal((out, inputs)), rng.standard_normal(out), rng.standard_normal(out),
               rng.standard_normal(out), rng.uniform(0.01, 3, out), [1e-5, 0.1][k % 2])  # fmt: skip


def _fold(W: np.ndarray, gamma: np.ndarray, beta: np.ndarray, mean: np.ndarray, var: np.ndarray, eps: float) -> tuple:
    scale = gamma / np.sqrt(var + eps)
    return scale[:, None] * W, beta - scale * mean


fold = Checker(
    "fold", _fold, _layers,
    slips={
        "Divide by the standard deviation, not by the variance.": lambda W, gamma, beta, mean, var, eps: (
            (gamma / (var + eps))[:, None] * W, beta - gamma / (var + eps) * mean),
        "ε belongs under the root at inference, too.": lambda W, gamma, beta, mean, var, eps: _fold(
            W, gamma, beta, mean, var, 0.0),
        "The mean is divided by the standard deviation and multiplied by γ, too.":
            lambda W, gamma, beta, mean, var, eps: (_fold(W, gamma, beta, mean, var, eps)[0], beta - mean),
        "The bias is β MINUS the scaled mean.": lambda W, gamma, beta, mean, var, eps: (
            _fold(W, gamma, beta, mean, var, eps)[0], beta + gamma / np.sqrt(var + eps) * mean),
        "The running mean is still subtracted: it goes into the bias.": lambda W, gamma, beta, mean, var, eps: (
            _fold(W, gamma, beta, mean, var, eps)[0], beta),
    },
    expects="W' (out, in) and b' (out,) such that X W'ᵀ + b' = γ (X Wᵀ − mean)/√(var + eps) + β",
)  # fmt: skip


# --- root mean square normalisation ---------------------------------------------------------------------------------


def _rows(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        N, n = (1, 1) if k == 0 else (int(rng.integers(1, 5)), int(rng.integers(2, 6)))
        yield rng.standard_normal((N, n)), rng.standard_normal((N, n)) * 2 + 0.5, [1e-5, 0.1][k % 2]


def _rms_norm_backward(V: np.ndarray, X: np.ndarray, eps: float, *, sign: float = -1.0, axis: int = 1,
                       centre: bool = False, total: bool = False) -> np.ndarray:  # fmt: skip
    theta = 1 / np.sqrt(np.mean(X**2, axis=1, keepdims=True) + eps)
    Y = X * theta
    level = V.mean(axis=axis, keepdims=True) if centre else 0
    along = (np.sum if total else np.mean)(Y * V, axis=axis, keepdims=True)
    return theta * (V - level + sign * Y * along)


rms_norm_backward = Checker(
    "rms_norm_backward", lambda V, X, eps: _rms_norm_backward(V, X, eps), _rows,
    slips={
        "Nothing was centred, so no mean of V is subtracted.": partial(_rms_norm_backward, centre=True),
        "The length moves with X: a term with the mean of Y ⊙ V is missing.": partial(_rms_norm_backward, sign=0.0),
        "The correction is subtracted.": partial(_rms_norm_backward, sign=1.0),
        "The means are over the features of one row, not over the rows.": partial(_rms_norm_backward, axis=0),
        "Divide by the number of features: the length comes from a mean of squares, not from a sum.":
            partial(_rms_norm_backward, total=True),
    },
    expects="the gradient with respect to X (N, n), if V is that with respect to X/√(mean square of the row + eps)",
)  # fmt: skip
