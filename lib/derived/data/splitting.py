"""Splitting a data set into parts: train and test, or train, development and test, or folds."""

from collections.abc import Sequence
from math import ceil, isclose

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from derived.arguments import require

from .datasets import load_digits

__all__ = ["folds", "load_digits_split", "split"]


def split(
    X: ArrayLike,
    y: ArrayLike,
    sizes: Sequence[float] = (0.75, 0.25),
    *,
    rng: np.random.Generator | None = None,
    random_state: int | None = None,
    stratify: bool = True,
) -> list[np.ndarray]:
    """Split examples at random into parts that have no example in common.

    With ``sizes=(0.75, 0.25)`` and a `random_state` the parts are those of
    ``sklearn.model_selection.train_test_split(X, y, test_size=0.25, stratify=y, random_state=random_state)``;
    with more sizes the last part is split off first, then the one before it.

    Parameters
    ----------
    X : array_like, shape (N, ...)
    y : array_like, shape (N,)
    sizes : sequence of two or more float or int
        Fractions that sum to 1, or numbers of examples that sum to N. Fractions of N are rounded up, except
        for the first part, which gets the rest.
    rng, random_state : numpy.random.Generator, int
        Exactly one of them; the same integer gives the same parts each time.
    stratify : bool
        True: each class has in every part the share that it has in the whole, as far as integers allow.

    Returns
    -------
    list of ndarray
        The parts of X, then the parts of y: ``X_train, X_test, y_train, y_test`` for two sizes,
        ``X_train, X_dev, X_test, y_train, y_dev, y_test`` for three.

    Raises
    ------
    ValueError
        If lengths differ, sizes do not sum up, a part would be empty, or a class has too few examples.
    """
    from sklearn.model_selection import train_test_split
    from sklearn.utils import check_random_state

    X, y = np.asarray(X), np.asarray(y)
    _check_examples(X, y, stratify)
    require(
        (rng is None) != (random_state is None),
        f"split: rng is {rng!r} and random_state is {random_state!r}, expected exactly one of them",
    )
    counts = _counts(sizes, len(X))
    state = check_random_state(int(rng.integers(2**31)) if random_state is None else random_state)
    rest, parts = np.arange(len(X)), []
    for count in counts[:0:-1]:
        rest, part = train_test_split(rest, test_size=count, stratify=y[rest] if stratify else None, random_state=state)
        parts.append(part)
    parts = [rest, *reversed(parts)]
    return [X[part] for part in parts] + [y[part] for part in parts]


def _check_examples(X: np.ndarray, y: np.ndarray, stratify: bool) -> None:
    require(
        X.ndim >= 1 and y.ndim >= 1 and len(X) == len(y),
        f"split: y has shape {y.shape}, expected as many rows as X {X.shape}",
    )
    if not stratify:
        return
    require(
        y.ndim == 1 and y.dtype.kind in "iub",
        f"split: y has shape {y.shape} and dtype {y.dtype}, expected class indices (or stratify=False)",
    )
    classes, members = np.unique(y, return_counts=True)
    require(
        members.size == 0 or members.min() >= 2,
        f"split: y has one example of class {classes[members.argmin()] if members.size else None}, "
        "expected at least two of each (or stratify=False)",
    )


def _counts(sizes: Sequence[float], N: int) -> list[int]:
    """The number of examples in each part; fractions are rounded as scikit-learn rounds ``test_size``."""
    sizes = list(sizes)
    require(len(sizes) >= 2, f"split: sizes is {tuple(sizes)}, expected two or more parts")
    if all(isinstance(size, int | np.integer) for size in sizes):
        require(sum(sizes) == N, f"split: sizes is {tuple(sizes)}, expected numbers that sum to {N}")
        counts = [int(size) for size in sizes]
    else:
        require(
            isclose(sum(sizes), 1, abs_tol=1e-9) and min(sizes) > 0,
            f"split: sizes is {tuple(sizes)}, expected positive fractions that sum to 1 (or counts)",
        )
        counts = [ceil(size * N) for size in sizes]
        counts[0] = N - sum(counts[1:])
    require(min(counts) >= 1, f"split: sizes is {tuple(sizes)}, which leaves a part of {N} examples empty")
    return counts


def folds(N: int, k: int, rng: np.random.Generator | None = None) -> list[tuple[np.ndarray, np.ndarray]]:
    """Divide N examples into `k` folds for cross-validation; each is held out once.

    Parameters
    ----------
    N, k : int
        2 <= k <= N. The first N mod k folds have one example more than the others.
    rng : numpy.random.Generator, optional
        None: consecutive blocks, for data whose neighbours belong together. Otherwise a random order.

    Returns
    -------
    list of k pairs (train, held_out)
        Sorted indices; the held-out parts are disjoint and contain every index once.
    """
    require(isinstance(k, int | np.integer) and 2 <= k <= N, f"folds: k is {k!r}, expected an integer from 2 to {N}")
    order = np.arange(N) if rng is None else rng.permutation(N)
    parts = [np.sort(part) for part in np.array_split(order, k)]
    return [(np.delete(np.arange(N), part), part) for part in parts]


def load_digits_split(*, images: bool = False, dtype: DTypeLike = np.float32) -> list[np.ndarray]:
    """The split of the digits that every result of the book uses: 1,347 training and 450 test images.

    75/25, stratified, ``random_state=0``: the parts of scikit-learn's ``train_test_split``.

    Parameters
    ----------
    images : bool
        False: rows of 64 pixels. True: (N, 1, 8, 8).
    dtype : dtype
        Of the inputs.

    Returns
    -------
    X_train, X_test, y_train, y_test : ndarray
        Inputs in [0, 1]; int64 labels.
    """
    digits = load_digits(images=images, dtype=dtype)
    return split(digits.X, digits.y, (0.75, 0.25), random_state=0)
