"""Checkers: ``best_rate``, ``backtrack``, ``plan``, ``clip``, ``svrg_step``, ``batch_variance``."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from derived.exercises.checker import Checker
from derived.optim.svrg import variance_reduced
from derived.topics.descent import backtracking

__all__ = ["backtrack", "batch_variance", "best_rate", "clip", "plan", "svrg_step"]


# --- the best fixed rate on a quadratic -----------------------------------------------------------------------------


def _hessians(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        n = 1 if k == 0 else int(rng.integers(2, 6))
        R = rng.standard_normal((n, n))
        yield (R @ R.T / n + 0.1 * np.eye(n),)


def _best_rate(H: np.ndarray) -> tuple[float, float]:
    values = np.linalg.eigvalsh(H)
    return 2 / (values[0] + values[-1]), (values[-1] - values[0]) / (values[-1] + values[0])


def _one_over_L(H: np.ndarray) -> tuple[float, float]:
    values = np.linalg.eigvalsh(H)
    return 1 / values[-1], 1 - values[0] / values[-1]


best_rate = Checker(
    "best_rate", _best_rate, _hessians,
    slips={
        "1/L is safe, but 2/(μ + L) is faster.": _one_over_L,
        "The factor is (κ − 1)/(κ + 1): you returned 1 − 1/κ beside the right rate.":
            lambda H: (_best_rate(H)[0], _one_over_L(H)[1]),
        "At 2/L the steepest direction does not shrink at all.":
            lambda H: (2 / np.linalg.eigvalsh(H)[-1], _best_rate(H)[1]),
    },
    expects="the rate η with the smallest factor ρ for the positive definite Hessian H (n, n), and that ρ",
)  # fmt: skip


# --- backtracking ---------------------------------------------------------------------------------------------------


def _searches(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        n = 1 if k == 0 else int(rng.integers(2, 5))
        R = rng.standard_normal((n, n))
        H, x = R @ R.T + np.eye(n), rng.standard_normal(n)
        f = lambda x, H=H: float(x @ H @ x / 2 + np.sum(np.cos(x)))
        yield f, x, H @ x - np.sin(x), float(rng.uniform(0.5, 4)), [0.5, 0.8][k % 2], float(rng.uniform(0.2, 0.7))


def _search(f: Callable, x: np.ndarray, g: np.ndarray, eta: float, shrink: float, promise: Callable) -> float:
    while not f(x - eta * g) <= f(x) - promise(eta) and eta > 1e-12:
        eta *= shrink
    return eta


backtrack = Checker(
    "backtrack",
    lambda f, x, g, eta, shrink, c: backtracking(f, x, g, eta, shrink, c)[0],
    _searches,
    slips={
        "Any decrease is not enough: ask for c η ‖g‖².": lambda f, x, g, eta, shrink, c: _search(
            f, x, g, eta, shrink, lambda eta: 0.0),
        "The promise is c η ‖g‖², with the square.": lambda f, x, g, eta, shrink, c: _search(
            f, x, g, eta, shrink, lambda eta: c * eta * np.linalg.norm(g)),
        "The promise shrinks with η: c η ‖g‖².": lambda f, x, g, eta, shrink, c: _search(
            f, x, g, eta, shrink, lambda _: c * (g @ g)),
        "Test before shrinking: the first rate may be good.": lambda f, x, g, eta, shrink, c: _search(
            f, x, g, eta * shrink, shrink, lambda eta: c * eta * (g @ g)),
    },
    expects="the first of eta, eta·shrink, eta·shrink², … with f(x − ηg) ≤ f(x) − c η ‖g‖²",
)  # fmt: skip


# --- planning a run of SGD ------------------------------------------------------------------------------------------


def _plans(rng: np.random.Generator) -> Iterator[tuple]:
    for _ in range(24):
        L = float(rng.uniform(1, 20))
        yield float(rng.uniform(0.1, 1)), L, float(rng.uniform(0.1, 2)), float(rng.uniform(1, 9)), float(
            rng.uniform(0.001, 0.2))  # fmt: skip


def _plan(mu: float, L: float, sigma2: float, d0: float, eps: float, *, half: float = 2.0, squared: bool = False,
          bare: bool = False) -> tuple[float, int]:  # fmt: skip
    """B = eps/half solved for η, then A^k d0 <= eps/half for k; the keywords make the slips."""
    level = eps / half
    eta = level * mu / sigma2 if bare else mu * level / (sigma2 + mu * L * level)
    A = 1 - 2 * eta * mu * (1 - eta * L)
    if squared:
        A = A**2
    return eta, int(np.ceil(np.log(level / d0) / np.log(A))) if 0 < A < 1 else 0


plan = Checker(
    "plan", lambda mu, L, sigma2, d0, eps: _plan(mu, L, sigma2, d0, eps), _plans,
    slips={
        "Give eps/2 to each of the two terms, not eps.": partial(_plan, half=1.0),
        "Keep the factor 1 − ηL in B.": partial(_plan, bare=True),
        "A already belongs to the squared distance.": partial(_plan, squared=True),
    },
    expects="the largest η with B ≤ eps/2, and for it the least whole k with A^k d0 ≤ eps/2",
)  # fmt: skip


# --- clipping, variance reduction, variance of a batch --------------------------------------------------------------


def _gradients(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        g = 3.0 ** rng.uniform(-2, 2) * rng.standard_normal(1 if k == 1 else int(rng.integers(2, 6)))
        yield np.zeros(3) if k == 0 else g, float(rng.uniform(0.3, 3))


def _clip(g: np.ndarray, c: float) -> np.ndarray:
    norm = np.linalg.norm(g)
    return g * (c / norm) if norm > c else g.copy()


clip = Checker(
    "clip", _clip, _gradients,
    slips={
        "Cutting each entry changes the direction: scale the whole vector.": lambda g, c: np.clip(g, -c, c),
        "Short gradients stay as they are.": lambda g, c: g * (c / np.linalg.norm(g)) if g.any() else g.copy(),
        "For g = 0 this divides 0 by 0.": lambda g, c: g * min(1, c / np.linalg.norm(g)) if g.any() else g / 0.0,
        "The norm is the root of the sum of squares.":
            lambda g, c: g * (c / (g @ g)) if g @ g > c else g.copy(),
    },
    expects="g, shortened to length c if it is longer; g = 0 stays 0",
)  # fmt: skip


def _steps(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        shape = (1,) if k == 0 else (int(rng.integers(2, 5)),)
        yield *(rng.standard_normal(shape) for _ in range(4)), float(rng.uniform(0.05, 0.5))


svrg_step = Checker(
    "svrg_step",
    lambda x, g, g_snapshot, full, lr: x - lr * variance_reduced(g, g_snapshot, full),
    _steps,
    slips={
        "Subtract the example's gradient at the snapshot, add the full one.":
            lambda x, g, g_snapshot, full, lr: x - lr * (g + g_snapshot - full),
        "Without + full the estimate has mean ∇f(x) − ∇f(x̃).":
            lambda x, g, g_snapshot, full, lr: x - lr * (g - g_snapshot),
        "Go against the estimate.": lambda x, g, g_snapshot, full, lr: x + lr * (g - g_snapshot + full),
    },
    expects="the next point of SVRG",
)  # fmt: skip


def _batches(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        n, d = int(rng.integers(2, 7)), 1 if k == 0 else int(rng.integers(2, 4))
        yield rng.standard_normal((n, d)), n if k == 1 else int(rng.integers(1, n + 1))


def _batch_variance(G: np.ndarray, b: int) -> float:
    n, V = len(G), np.mean(np.sum((G - G.mean(axis=0)) ** 2, axis=1))
    return V / b * (n - b) / (n - 1)


batch_variance = Checker(
    "batch_variance", _batch_variance, _batches,
    slips={
        "That is the variance with replacement.": lambda G, b: np.sum(np.var(G, axis=0)) / b,
        "Divide by n − 1, not by n.": lambda G, b: _batch_variance(G, b) * (len(G) - 1) / len(G),
        "V is the mean over all n examples (ddof 0).": lambda G, b: _batch_variance(G, b) * len(G) / (len(G) - 1),
        "Square the distance: E‖g − ∇f‖².": lambda G, b: np.sqrt(_batch_variance(G, b)),
    },
    expects="E‖g_S − ∇f‖² for a set S of b different rows of G (n, d), drawn at random",
)  # fmt: skip
