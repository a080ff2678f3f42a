"""Checkers: ``ridge``, ``ista_step``, ``stop``, ``shift``, ``smooth``."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from derived.data.augmentation import shift as shift_images
from derived.exercises.checker import Checker
from derived.topics.convex_optimization import soft_threshold
from derived.topics.early_stopping import stop_after
from derived.topics.ridge_regression import ridge as ridge_fit

__all__ = ["ista_step", "ridge", "shift", "smooth", "stop"]


# --- ridge regression -----------------------------------------------------------------------------------------------


def _regressions(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(20):
        N, d = (1, 1) if k == 0 else (int(rng.integers(2, 9)), int(rng.integers(1, 5)))
        X, y = rng.standard_normal((N, d)) + 2, rng.standard_normal(N) - 3
        yield X, y, float(rng.uniform(0.1, 2))


def _with_ones(X: np.ndarray, y: np.ndarray, lam: float) -> tuple:
    A = np.column_stack([X, np.ones(len(X))])
    w = np.linalg.solve(A.T @ A + len(X) * lam * np.eye(A.shape[1]), A.T @ y)
    return w[:-1], w[-1]


ridge = Checker(
    "ridge",
    lambda X, y, lam: ridge_fit(X, y, lam),
    _regressions,
    slips={
        "The loss is a mean over N examples: the penalty needs the factor N beside XᵀX.":
            lambda X, y, lam: ridge_fit(X, y, lam, "sum"),
        "The intercept is not penalised: centre X and y instead of appending a column of ones.": _with_ones,
        "There is an intercept: centre X and y first.":
            lambda X, y, lam: (np.linalg.solve(X.T @ X + len(X) * lam * np.eye(X.shape[1]), X.T @ y), 0.0),
        "The intercept is ȳ − x̄·w: X was centred, too.": lambda X, y, lam: (ridge_fit(X, y, lam)[0], y.mean()),
    },
    expects="w (d,) and the intercept b that minimise mean((Xw + b − y)²)/2 + λ‖w‖²/2",
)  # fmt: skip


# --- a step for the lasso -------------------------------------------------------------------------------------------


def _steps(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        d = 1 if k == 0 else int(rng.integers(2, 7))
        g = 3 * rng.standard_normal(d)  # steep enough that some steps cross 0 and stay beyond the threshold
        yield rng.standard_normal(d), g, float(rng.uniform(0.05, 0.5)), float(rng.uniform(0.3, 3))


def _ista(threshold: Callable) -> Callable:
    def step(w: np.ndarray, g: np.ndarray, lr: float, lam: float) -> np.ndarray:
        return soft_threshold(w - lr * g, threshold(lr, lam))

    return step


def _hard(w: np.ndarray, g: np.ndarray, lr: float, lam: float) -> np.ndarray:
    v = w - lr * g
    return np.where(np.abs(v) > lr * lam, v, 0.0)


ista_step = Checker(
    "ista_step", _ista(lambda lr, lam: lr * lam), _steps,
    slips={
        "The threshold is ηλ: the penalty acts for a step of length η.": _ista(lambda lr, lam: lam),
        "This is a subgradient step: it jumps over 0 and gives no exact zeros.":
            lambda w, g, lr, lam: w - lr * (g + lam * np.sign(w)),
        "Step first, then threshold.": lambda w, g, lr, lam: soft_threshold(w, lr * lam) - lr * g,
        "What survives is moved towards 0, too (soft, not hard, thresholding).": _hard,
        "The sign is that of v = w − ηg, not of w: a step may cross 0.":
            lambda w, g, lr, lam: np.sign(w) * np.maximum(np.abs(w - lr * g) - lr * lam, 0),
        "Weights that would change their sign become 0: max(|v| − ηλ, 0).":
            lambda w, g, lr, lam: (v := w - lr * g) - lr * lam * np.sign(v),
    },
    expects="the next point (d,) of ISTA; g is the gradient of the smooth part at w",
)  # fmt: skip


# --- patience -------------------------------------------------------------------------------------------------------


def _curves(rng: np.random.Generator) -> Iterator[tuple]:
    yield [1.0], 1
    yield [3.0, 2.0, 2.0, 2.0, 1.0], 2
    for _ in range(28):
        T = int(rng.integers(2, 30))
        noise = rng.integers(0, 12, T) / 10
        yield (noise + np.abs(np.arange(T) - T / 2) / 10).tolist(), int(rng.integers(1, 6))


def _rises(errors: Sequence[float], patience: int) -> tuple[int, int]:
    run = 0
    for t in range(1, len(errors)):
        run = run + 1 if errors[t] >= errors[t - 1] else 0
        if run >= patience:
            return t, int(np.argmin(errors[: t + 1]))
    return len(errors) - 1, int(np.argmin(errors))


stop = Checker(
    "stop",
    lambda errors, patience: stop_after(errors, patience),
    _curves,
    slips={
        "Compare with the best error so far, not with the one before.": _rises,
        "The best is looked for among the checks that were made.":
            lambda errors, patience: (stop_after(errors, patience)[0], int(np.argmin(errors))),
        "This stops one check too late.": lambda errors, patience: stop_after(errors, patience + 1),
        "Return the best check, too, not the last one twice.":
            lambda errors, patience: (stop_after(errors, patience)[0],) * 2,
        "An equal error is no improvement.": lambda errors, patience: _equal_counts(errors, patience),
    },
    expects="index of the last check made, and of the best one up to there (the first of equals)",
)  # fmt: skip


def _equal_counts(errors: Sequence[float], patience: int) -> tuple[int, int]:
    best = 0
    for t, error in enumerate(errors):
        best = t if error <= errors[best] else best
        if t - best >= patience:
            return t, best
    return len(errors) - 1, best


# --- shifted images -------------------------------------------------------------------------------------------------


def _images(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(24):
        H, W = (1, 1) if k == 0 else rng.integers(2, 6, 2)
        yield rng.random((H, W)), int(rng.integers(-2, 3)), int(rng.integers(-2, 3))


def _shift(image: np.ndarray, down: int, right: int) -> np.ndarray:
    return shift_images(image[None, None], down, right)[0, 0]


shift = Checker(
    "shift", _shift, _images,
    slips={
        "np.roll brings back on one side what leaves on the other: that must be 0.":
            lambda image, down, right: np.roll(image, (down, right), (0, 1)),
        "The first number is rows (down), the second columns.": lambda image, down, right: _shift(image, right, down),
        "Positive numbers move the picture down and to the right.":
            lambda image, down, right: _shift(image, -down, -right),
    },
    expects="the picture (H, W) moved, with 0 where nothing was",
)  # fmt: skip


# --- smoothed labels ------------------------------------------------------------------------------------------------


def _labels(rng: np.random.Generator) -> Iterator[tuple]:
    for k in range(20):
        K = int(rng.integers(2, 6))
        yield rng.integers(0, K, 1 if k == 0 else int(rng.integers(2, 7))), K, float(rng.uniform(0.05, 0.5))


smooth = Checker(
    "smooth",
    lambda labels, classes, eps: (1 - eps) * np.eye(classes)[labels] + eps / classes,
    _labels,
    slips={
        "PyTorch spreads ε over all K classes, the right one included: ε/K, not ε/(K − 1) for the others.":
            lambda labels, classes, eps: (1 - eps) * (one := np.eye(classes)[labels]) + eps * (1 - one) / (classes - 1),
        "Each row must sum to one: the right class loses ε.":
            lambda labels, classes, eps: np.eye(classes)[labels] + eps / classes,
    },
    expects="targets (N, K): (1 − ε) times one-hot plus ε/K",
)  # fmt: skip
