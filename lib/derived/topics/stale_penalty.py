"""Ridge regression of the digits with more and more images: where the best penalty lies."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from derived.arguments import require
from derived.data import load_digits_split, one_hot
from derived.topics.ridge_regression import ridge

__all__ = ["penalty_errors"]


def penalty_errors(N: int, lams: np.ndarray, seeds: Iterable[int], aside: int = 500) -> np.ndarray:
    """Mean squared errors of the ten indicator variables, regressed on the pixels of N random training images.

    Parameters
    ----------
    N : how many images to learn from.
    lams : (m,) penalties, in the convention "mean" of :func:`derived.topics.ridge_regression.ridge`.
    seeds : each draws its own images.
    aside : so many other training images are for choosing among the penalties.

    Returns
    -------
    (seeds, 2, m) float64: on the images set aside, and on the 450 test images.
    """
    X, X_test, y, y_test = load_digits_split(dtype=np.float64)
    require(1 <= N <= len(X) - aside, "penalty_errors: N is {}, expected 1 to {}", N, len(X) - aside)
    Y, Y_test = (one_hot(labels, 10, np.float64) for labels in (y, y_test))
    errors = []
    for seed in seeds:
        order = np.random.default_rng(seed).permutation(len(X))
        chosen, other = order[:N], order[len(X) - aside :]
        fits = [ridge(X[chosen], Y[chosen], lam) for lam in lams]
        sets = (X[other], Y[other]), (X_test, Y_test)
        errors.append([[np.mean((A @ w + b - B) ** 2) for w, b in fits] for A, B in sets])
    return np.array(errors)
