"""Checkers: ``ema``, ``nesterov_step``, ``adam_step``, ``sam_gradient``."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from derived.exercises.checker import Checker
from derived.topics.moving_averages import exponential_average

__all__ = ["adam_step", "ema", "nesterov_step", "sam_gradient"]


# --- the corrected average ------------------------------------------------------------------------------------------


def _sequences(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        shape = (1,) if k == 0 else (int(rng.integers(2, 12)), *([2] if k % 3 == 0 else []))
        yield rng.standard_normal(shape) + 1, float(rng.uniform(0.3, 0.99)) if k else 0.5


def _recursion(x: np.ndarray, step: Callable, start: float = 0.0) -> np.ndarray:
    v, out = start, []
    for t, each in enumerate(x, start=1):
        v, shown = step(v, each, t)
        out.append(shown)
    return np.array(out)


def _fed_back(v: float, x: float, t: int, *, beta: float) -> tuple:
    v = (beta * v + (1 - beta) * x) / (1 - beta**t)
    return v, v


def _printed(v: float, x: float, t: int, *, beta: float) -> tuple:
    v = beta * v + (1 - beta) * x
    return v, v / (1 - beta) ** t


def _late(v: float, x: float, t: int, *, beta: float) -> tuple:
    v = beta * v + (1 - beta) * x
    return v, v / (1 - beta ** (t + 1))


ema = Checker(
    "ema", lambda x, beta: exponential_average(x, beta), _sequences,
    slips={
        "Divide by 1 − βᵗ: the start is still too small.": lambda x, beta: exponential_average(x, beta, False),
        "Go on with the uncorrected average; the corrected one is only for output.":
            lambda x, beta: _recursion(x, partial(_fed_back, beta=beta)),
        "1 − βᵗ, not (1 − β)ᵗ.": lambda x, beta: _recursion(x, partial(_printed, beta=beta)),
        "The first number has t = 1, not 0 or 2.": lambda x, beta: _recursion(x, partial(_late, beta=beta)),
    },
    expects="all corrected averages of x (T, ...), of that shape",
)  # fmt: skip


# --- Nesterov's step ------------------------------------------------------------------------------------------------


def _points(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        n = 1 if k == 0 else int(rng.integers(2, 5))
        R = rng.standard_normal((n, n))
        H = R @ R.T + np.eye(n)
        gradient = lambda x, H=H: H @ x - np.sin(x)
        yield gradient, rng.standard_normal(n), rng.standard_normal(n), float(rng.uniform(0.01, 0.3)), float(
            rng.uniform(0.3, 0.95))  # fmt: skip


def _nesterov_step(gradient: Callable, x: np.ndarray, before: np.ndarray, lr: float, beta: float) -> np.ndarray:
    y = x + beta * (x - before)
    return y - lr * gradient(y)


nesterov_step = Checker(
    "nesterov_step", _nesterov_step, _points,
    slips={
        "The gradient belongs to the look-ahead point y, not to x: this is the heavy ball.":
            lambda gradient, x, before, lr, beta: x + beta * (x - before) - lr * gradient(x),
        "Step from y, not from x.": lambda gradient, x, before, lr, beta: x - lr * gradient(x + beta * (x - before)),
        "Look ahead along x − x₋₁, not back.":
            lambda gradient, x, before, lr, beta: _nesterov_step(gradient, x, 2 * x - before, lr, beta),
        "A gradient step goes down: minus.":
            lambda gradient, x, before, lr, beta: _nesterov_step(gradient, x, before, -lr, beta),
    },
    expects="the next point of Nesterov's method; gradient is a function, before the point before x",
)  # fmt: skip


# --- Adam's step ----------------------------------------------------------------------------------------------------


def _states(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        n = 1 if k == 1 else int(rng.integers(2, 5))
        w, g, m = (rng.standard_normal(n) for _ in range(3))
        v = rng.uniform(0.1, 2, n)
        t, betas = int(rng.integers(2, 30)), (float(rng.uniform(0.3, 0.95)), float(rng.uniform(0.5, 0.999)))
        if k == 0:
            m, v, t = np.zeros(n), np.zeros(n), 1
        yield w, g, m, v, t, float(rng.uniform(0.01, 0.5)), *betas, float(rng.uniform(0.01, 0.3))


def _adam(correct: Callable, root: Callable = lambda v, eps: np.sqrt(v) + eps, power: int = 2,
          top: Callable = lambda m, g: m) -> Callable:  # fmt: skip
    def step(w: np.ndarray, g: np.ndarray, m: np.ndarray, v: np.ndarray, t: int, lr: float, beta1: float,
             beta2: float, eps: float) -> tuple:  # fmt: skip
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * abs(g) ** power
        m_hat, v_hat = m / correct(beta1, t), v / correct(beta2, t)
        return w - lr * top(m_hat, g) / root(v_hat, eps), m, v

    return step


def _returns_hats(w: np.ndarray, g: np.ndarray, m: np.ndarray, v: np.ndarray, t: int, lr: float, beta1: float,
                  beta2: float, eps: float) -> tuple:  # fmt: skip
    w, m, v = _adam(lambda b, t: 1 - b**t)(w, g, m, v, t, lr, beta1, beta2, eps)
    return w, m / (1 - beta1**t), v / (1 - beta2**t)


adam_step = Checker(
    "adam_step", _adam(lambda b, t: 1 - b**t), _states,
    slips={
        "Correct both averages, by 1 − βᵗ.": _adam(lambda b, t: 1.0),
        "1 − βᵗ, not (1 − β)ᵗ.": _adam(lambda b, t: (1 - b) ** t),
        "ε stands outside the root.": _adam(lambda b, t: 1 - b**t, lambda v, eps: np.sqrt(v + eps)),
        "Divide by the root of v̂.": _adam(lambda b, t: 1 - b**t, lambda v, eps: v + eps),
        "v averages the squares of the gradient.": _adam(lambda b, t: 1 - b**t, power=1),
        "The step follows m̂, not g.": _adam(lambda b, t: 1 - b**t, top=lambda m, g: g),
        "Return the uncorrected m and v for the next step.": _returns_hats,
    },
    expects="w, m and v after step t = 1, 2, …; the m and v given are uncorrected, of the step before",
)  # fmt: skip


# --- SAM's gradient -------------------------------------------------------------------------------------------------


def _losses(rng: np.random.Generator) -> Iterator[tuple]:
    for k, (gradient, w, _, rho, _) in enumerate(_points(rng)):
        yield gradient, np.zeros_like(w) if k == 1 else w, 4 * rho


def _sam(gradient: Callable, w: np.ndarray, rho: float) -> np.ndarray:
    g = gradient(w)
    norm = np.linalg.norm(g)
    return gradient(w + rho * g / norm) if norm else g


sam_gradient = Checker(
    "sam_gradient", _sam, _losses,
    slips={
        "Go up to the worse point: plus.": lambda gradient, w, rho: _sam(gradient, w, -rho),
        "The step has the length ρ: divide by the norm of the gradient.":
            lambda gradient, w, rho: gradient(w + rho * gradient(w)),
        "The norm of the whole gradient, not of each entry.":
            lambda gradient, w, rho: gradient(w + rho * np.sign(gradient(w))),
        "Where the gradient is 0 this divides 0 by 0.":
            lambda gradient, w, rho: gradient(w + rho * (g := gradient(w)) / np.linalg.norm(g)),
    },
    expects="the gradient at w + ρ g/‖g‖ with g = gradient(w); g itself where it is 0",
)  # fmt: skip
