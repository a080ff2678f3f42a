"""Checkers: ``interval``, ``verdict``, ``leave_one_out``, ``sure``."""

from collections.abc import Iterator

import numpy as np
from scipy.stats import beta

from derived.exercises.checker import Checker
from derived.topics.convex_optimization import soft_threshold
from derived.topics.diagnosis import diagnose, error_interval

__all__ = ["interval", "leave_one_out", "sure", "verdict"]


# --- the exact interval for an error rate ---------------------------------------------------------------------------


def _counts(rng: np.random.Generator) -> Iterator[tuple]:
    yield from [(0, 1), (1, 1), (0, 30), (30, 30)]
    for _ in range(20):
        m = int(rng.integers(2, 500))
        yield int(rng.integers(0, m + 1)), m


def _wald(k: int, m: int) -> tuple[float, float]:
    r = k / m
    width = 1.959963984540054 * np.sqrt(r * (1 - r) / m)
    return r - width, r + width


def _beta_ends(k: int, m: int, shift: int, tail: float) -> tuple[float, float]:
    low = beta.ppf(tail, k + shift, m - k + 1) if k + shift > 0 else 0.0
    return float(low), float(beta.ppf(1 - tail, k + 1, m - k + shift) if m - k + shift > 0 else 1.0)


interval = Checker(
    "interval", lambda k, m: error_interval(k, m), _counts,
    slips={
        "That is the normal approximation: for k = 0 it has width 0.": _wald,
        "Leave δ/2 on either side, not δ.": lambda k, m: _beta_ends(k, m, 0, 0.05),
        "For k = 0 the lower end is 0, and for k = m the upper end is 1; the lower end is a quantile of "
        "Beta(k, m − k + 1).": lambda k, m: _beta_ends(k, m, 1, 0.025),
    },
    tol=1e-8,
    expects="the exact interval of confidence 0.95 for the error rate, after k mistakes on m examples: (low, high)",
)  # fmt: skip


# --- what two error rates say ---------------------------------------------------------------------------------------


def _rates(rng: np.random.Generator) -> Iterator[tuple]:
    yield from [(0.3, 0.32, 0.0, 0.05), (0.01, 0.25, 0.0, 0.05), (0.3, 0.5, 0.0, 0.05), (0.01, 0.03, 0.0, 0.05),
                (0.3, 0.32, 0.28, 0.05), (0.3, 0.33, 0.1, 0.05), (0.12, 0.2, 0.1, 0.05),
                (0.005, 0.01, 0.14, 0.05)]  # fmt: skip
    for _ in range(20):
        bayes, more, gap = rng.uniform(0, 0.3, 3)
        yield float(bayes + more), float(bayes + more + gap), float(bayes), float(rng.uniform(0.02, 0.2))


def _verdict(train: float, dev: float, bayes: float, t: float) -> str:
    return str(diagnose(train, dev, bayes, t))


verdict = Checker(
    "verdict", _verdict, _rates,
    slips={
        "Compare the training error with the Bayes error, not with 0.":
            lambda train, dev, bayes, t: _verdict(train, dev, 0.0, t),
        "Variance is the gap between development and training error.":
            lambda train, dev, bayes, t: str(diagnose(train, min(1.0, train + max(dev - bayes, 0.0)), bayes, t)),
        "A training error below the Bayes error is not bias: compare without absolute values.":
            lambda train, dev, bayes, t: " and ".join(
                ["high bias"] * (abs(train - bayes) > t) + ["high variance"] * (dev - train > t)) or "neither",
        "Both can be true at once.": lambda train, dev, bayes, t: (
            "high bias" if train - bayes > t else "high variance" if dev - train > t else "neither"),
    },
    expects='"high bias", "high variance", "high bias and high variance" or "neither", with tolerance t',
)  # fmt: skip


# --- leave-one-out without refitting --------------------------------------------------------------------------------


def _smoothers(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        N, d = (2, 1) if k == 0 else (int(rng.integers(4, 12)), int(rng.integers(1, 4)))
        X = rng.standard_normal((N, d))
        H = X @ np.linalg.solve(X.T @ X + rng.uniform(0.1, 2) * np.eye(d), X.T)
        yield H, rng.standard_normal(N)


leave_one_out = Checker(
    "leave_one_out",
    lambda H, y: float(np.mean(((y - H @ y) / (1 - np.diag(H))) ** 2)),
    _smoothers,
    slips={
        "That is the training error: divide each residual by 1 − H_ii.": lambda H, y: np.mean((y - H @ y) ** 2),
        "Square the whole fraction, 1 − H_ii too.": lambda H, y: np.mean((y - H @ y) ** 2 / (1 - np.diag(H))),
        "Each residual has its own H_ii; with the mean tr H/N it is generalised cross-validation.":
            lambda H, y: np.mean((y - H @ y) ** 2) / (1 - np.trace(H) / len(y)) ** 2,
    },
    expects="the mean of the N squared errors, each of a fit without that example; H (N, N) is the smoother of ridge",
)  # fmt: skip


# --- Stein's unbiased estimate of the risk --------------------------------------------------------------------------


def _sequences(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        N = 1 if k == 0 else int(rng.integers(2, 12))
        yield 2 * rng.standard_normal(N), float(rng.uniform(0.1, 2.5)), float(rng.uniform(0.3, 2))


def _sure(y: np.ndarray, tau: float, sigma: float, *, factor: float = 2.0, shift: bool = True) -> float:
    train = np.mean((soft_threshold(y, tau) - y) ** 2)
    return float(train - shift * sigma**2 + factor * sigma**2 * np.mean(np.abs(y) > tau))


sure = Checker(
    "sure", lambda y, tau, sigma: _sure(y, tau, sigma), _sequences,
    slips={
        "Subtract σ²: the risk is E(ŷ − f)², not the error on new targets.":
            lambda y, tau, sigma: _sure(y, tau, sigma, shift=False),
        "The cross term comes twice.": lambda y, tau, sigma: _sure(y, tau, sigma, factor=1.0),
        "The derivative is 1 where |y| > τ and 0 where |y| < τ.": lambda y, tau, sigma: float(
            np.mean((soft_threshold(y, tau) - y) ** 2) - sigma**2 + 2 * sigma**2 * np.mean(np.abs(y) < tau)),
    },
    expects="an unbiased estimate, from y alone, of the mean of E(ŷ_i − f_i)² for ŷ = soft threshold of y at tau",
)  # fmt: skip
