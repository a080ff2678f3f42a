"""What happens when the examples that shall judge a model have helped to make it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.spatial.distance import cdist

from derived.arguments import examples, require
from derived.data import folds, split

__all__ = ["most_correlated", "nearest_centroid", "noise_cross_validation", "noise_errors"]


def most_correlated(X: np.ndarray, y: np.ndarray, k: int) -> np.ndarray:
    r"""The `k` features with the largest absolute correlation with `y`, strongest first.

    .. math:: r_j=\frac{\sum_i(x_{ij}-\bar x_j)(y_i-\bar y)}
        {\sqrt{\sum_i(x_{ij}-\bar x_j)^2\,\sum_i(y_i-\bar y)^2}}

    Parameters
    ----------
    X : (N, d) features; a constant one has correlation 0.
    y : (N,) numbers, not all equal.
    k : from 1 to d.

    Returns
    -------
    (k,) indices of columns.
    """
    X, y = examples("most_correlated", X, y)
    require(1 <= k <= X.shape[1], "most_correlated: k is {}, expected 1 to {}", k, X.shape[1])
    require(np.ptp(y) > 0, "most_correlated: y is constant, expected at least two values")
    Xc, yc = X - X.mean(axis=0), y - y.mean()
    length = np.linalg.norm(Xc, axis=0)
    r = np.abs(yc @ Xc) / np.where(length > 0, length, np.inf) / np.linalg.norm(yc)
    return np.argsort(-r, kind="stable")[:k]


def nearest_centroid(X: np.ndarray, y: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Classify by the nearest class mean, in Euclidean distance; ties go to the smaller label.

    Parameters
    ----------
    X : (N, d) examples.
    y : (N,) class indices.

    Returns
    -------
    Function from (M, d) to (M,) labels.
    """
    require(len(X) == len(y) > 0, "nearest_centroid: X has {} rows, y has {}, expected as many", len(X), len(y))
    labels = np.unique(y)
    centroids = np.array([X[y == label].mean(axis=0) for label in labels])
    return lambda Z: labels[cdist(Z, centroids).argmin(axis=1)]


def noise_errors(rng: np.random.Generator, select: str = "inside", scale: str = "inside", *, N: int = 80,
                 d: int = 2000, k: int = 20) -> tuple[float, float]:  # fmt: skip
    """Train on features that know nothing: labels are coin tosses, features are independent standard normal.

    Of d features the k most correlated with the label are kept and standardised, and the nearest class mean
    decides. A quarter of the examples is held out. The true error rate of whatever comes out is one half.

    Parameters
    ----------
    select, scale : "inside": features are chosen, or statistics taken, from the training part alone;
        "before": from all N examples, before the split. ``select="none"`` keeps all features.

    Returns
    -------
    Error rates on the training part and on the held-out part.
    """
    require(select in ("inside", "before", "none") and scale in ("inside", "before"),
            "noise_errors: select is {!r}, scale is {!r}, expected 'inside' or 'before'", select, scale)  # fmt: skip
    X, y = rng.standard_normal((N, d)), np.arange(N) % 2
    train, held_out, *_ = split(np.arange(N), y, rng=rng)
    everyone = np.arange(N)
    if select != "none":
        X = X[:, most_correlated(*((X, y) if select == "before" else (X[train], y[train])), k)]
    seen = everyone if scale == "before" else train
    X = (X - X[seen].mean(axis=0)) / X[seen].std(axis=0)
    predict = nearest_centroid(X[train], y[train])
    return float(np.mean(predict(X[train]) != y[train])), float(np.mean(predict(X[held_out]) != y[held_out]))


def noise_cross_validation(rng: np.random.Generator, select: str = "inside", *, N: int = 40, d: int = 200, k: int = 10,
                           parts: int = 4) -> float:  # fmt: skip
    """Cross-validated error rate of the nearest class mean on noise; labels are independent fair coin tosses.

    Parameters
    ----------
    select : "inside": the k most correlated features are chosen in each of the `parts` trainings anew;
        "before": once, from all N examples. The expected error rate of any rule is one half.
    """
    require(select in ("inside", "before"), "noise_cross_validation: select is {!r}, expected 'inside' or 'before'",
            select)  # fmt: skip
    X, y = rng.standard_normal((N, d)), rng.integers(0, 2, N)
    chosen, errors = most_correlated(X, y, k), []
    for train, held_out in folds(N, parts, rng):
        if select == "inside":
            chosen = most_correlated(X[train], y[train], k)
        predict = nearest_centroid(X[train][:, chosen], y[train])
        errors.append(np.mean(predict(X[held_out][:, chosen]) != y[held_out]))
    return float(np.mean(errors))
