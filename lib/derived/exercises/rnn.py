"""Checkers: ``bptt``, ``clip``, ``perplexity``."""

from collections.abc import Iterator

import numpy as np

from derived import ops
from derived.exercises.checker import Checker

__all__ = ["bptt", "clip", "perplexity"]


# --- backpropagation through time -----------------------------------------------------------------------------------


def _sequences(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        T, d, n = (1, 1, 1) if k == 0 else (int(rng.integers(2, 6)), *rng.integers(1, 5, 2).tolist())
        shapes = [(T, d), (n,), (n, n), (n, d), (n,), (T, n)]
        yield tuple(rng.standard_normal(shape) for shape in shapes)


def _bptt_by_library(X: np.ndarray, h0: np.ndarray, W: np.ndarray, U: np.ndarray, b: np.ndarray,
                     E: np.ndarray) -> tuple:  # fmt: skip
    _, _, _, pull_u, pull_w, pull_b, _ = ops.rnn.rule(X[:, None], h0[None], U, W, b)
    V = np.ascontiguousarray(E[:, None])
    return pull_w(V), pull_u(V), pull_b(V)


def _bptt(X: np.ndarray, h0: np.ndarray, W: np.ndarray, U: np.ndarray, b: np.ndarray, E: np.ndarray, *,
          transposed: bool = True, slope: bool = True, bracket: bool = True, carry: bool = True, direct: bool = True,
          previous: bool = True) -> tuple:  # fmt: skip
    states = [h0]
    for x in X:
        states.append(np.tanh(W @ states[-1] + U @ x + b))
    deltas, carried = np.zeros_like(E), np.zeros_like(h0)
    for t in reversed(range(len(X))):
        own = E[t] if direct or t == len(X) - 1 else 0
        factor = 1 - states[t + 1] ** 2 if slope else 1
        deltas[t] = (own + carried) * factor if bracket else own * factor + carried
        carried = (W.T if transposed else W) @ deltas[t] if carry else 0 * carried
    before = np.array(states[:-1] if previous else states[1:])
    return deltas.T @ before, deltas.T @ X, deltas.sum(axis=0)


bptt = Checker(
    "bptt", _bptt_by_library, _sequences,
    slips={
        "What goes back in time is multiplied by W transposed.": lambda *a: _bptt(*a, transposed=False),
        "Each state passes the slope of tanh: multiply by 1 − h².": lambda *a: _bptt(*a, slope=False),
        "The slope multiplies the whole bracket, what comes from later, too.": lambda *a: _bptt(*a, bracket=False),
        "Add what comes back from the next time: Wᵀδ of t + 1.": lambda *a: _bptt(*a, carry=False),
        "Every time has a loss of its own: add E[t], not only the last row.": lambda *a: _bptt(*a, direct=False),
        "At time t, W is multiplied by the state before, h of t − 1.": lambda *a: _bptt(*a, previous=False),
    },
    expects="the gradients with respect to W (n, n), U (n, d), b (n,), if E (T, n) is the direct gradient of the loss "
    "with respect to the states h₁ … h_T of h_t = tanh(W h_{t−1} + U x_t + b)",
)  # fmt: skip


# --- clipping -------------------------------------------------------------------------------------------------------


def _gradients(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        shapes = [(1,)] if k == 0 else [(2, 3), (3,), (1, 4)]
        scale = 10.0 ** rng.uniform(-1, 1)
        yield [scale * rng.standard_normal(shape) for shape in shapes], float(rng.uniform(0.5, 5))
    yield [np.zeros((2, 2)), np.zeros(2)], 1.0


def _norm(gradients: list) -> float:
    return float(np.sqrt(sum(np.sum(g * g) for g in gradients)))


def _clip(gradients: list, limit: float) -> list:
    norm = _norm(gradients)
    return [g * (limit / norm) if norm > limit else g.copy() for g in gradients]


clip = Checker(
    "clip", _clip, _gradients,
    slips={
        "The norm is that of all gradients together, not of each array.": lambda gradients, limit: [
            _clip([g], limit)[0] for g in gradients],
        "The joint norm is the root of the sum of all squares, not a sum of norms.": lambda gradients, limit: [
            g * min(1, limit / max(sum(_norm([h]) for h in gradients), 1e-300)) for g in gradients],
        "Shorten the whole vector; cutting off entries changes the direction.": lambda gradients, limit: [
            np.clip(g, -limit, limit) for g in gradients],
        "A gradient that is short enough stays as it is.": lambda gradients, limit: [
            g * (limit / max(_norm(gradients), 1e-300)) for g in gradients],
        "Divide by the norm, not by its square.": lambda gradients, limit: [
            g * min(1, limit / max(_norm(gradients) ** 2, 1e-300)) for g in gradients],
        "A gradient that is too long is shortened, not dropped.": lambda gradients, limit: [
            g * (_norm(gradients) <= limit) for g in gradients],
    },
    tol=1e-5,
    expects="a list of arrays: all gradients, scaled by one factor so that their joint norm is at most the limit",
)  # fmt: skip


# --- perplexity -----------------------------------------------------------------------------------------------------


def _texts(rng: np.random.Generator) -> Iterator[tuple]:
    yield np.array([1.0]), np.array([0])
    for _ in range(24):
        T, K = int(rng.integers(1, 8)), int(rng.integers(2, 6))
        yield 3 * rng.standard_normal((T, K)), rng.integers(K, size=T)
    yield np.array([[1000.0, 998.0, 0.0], [-1000.0, -1000.0, -1001.0]]), np.array([1, 2])


def _log_probabilities(scores: np.ndarray, targets: np.ndarray) -> np.ndarray:
    scores = np.atleast_2d(scores)
    top = scores.max(axis=1, keepdims=True)
    normalizer = top[:, 0] + np.log(np.exp(scores - top).sum(axis=1))
    return scores[np.arange(len(scores)), targets] - normalizer


def _unsafe(scores: np.ndarray, targets: np.ndarray) -> float:
    with np.errstate(all="ignore"):
        p = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
        return float(np.exp(-np.log(p[np.arange(len(p)), targets]).mean()))


def _one_softmax(scores: np.ndarray, targets: np.ndarray) -> float:
    everything = scores.reshape(1, -1)
    places = np.arange(len(targets)) * scores.shape[1] + targets
    return float(np.exp(-np.mean([_log_probabilities(everything, place)[0] for place in places])))


perplexity = Checker(
    "perplexity",
    lambda scores, targets: float(np.exp(-_log_probabilities(scores, targets).mean())),
    lambda rng: ((np.atleast_2d(s), t) for s, t in _texts(rng)),
    slips={
        "With natural logarithms the base of the power is e, not 2.": lambda scores, targets: float(
            2 ** -_log_probabilities(scores, targets).mean()),
        "Average the logarithms, not the reciprocals of the probabilities.": lambda scores, targets: float(
            np.mean(np.exp(-_log_probabilities(scores, targets)))),
        "Take the mean of the logarithms, not their sum: a root of the product.": lambda scores, targets: float(
            np.exp(-_log_probabilities(scores, targets).sum())),
        "Scores are no log-probabilities: apply log-softmax first.": lambda scores, targets: float(
            np.exp(-np.atleast_2d(scores)[np.arange(len(targets)), targets].mean())),
        "Softmax belongs to one time: sum the exponentials of each row by itself.": _one_softmax,
        "The perplexity is the exponential of the mean of −log p; you stopped before the exponential.":
            lambda scores, targets: float(-_log_probabilities(scores, targets).mean()),
        "The exponential of a score of 1000 overflows: subtract the largest score of each row first.": _unsafe,
    },
    expects="one number, the perplexity of the targets (T,) under softmax of the scores (T, K)",
)  # fmt: skip
