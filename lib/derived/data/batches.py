"""Mini-batches: every example once in each epoch, in a new order each time."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from derived.arguments import require

__all__ = ["Batches"]


class Batches:
    r"""The batches of one epoch after the other; each ``for`` loop over it is one epoch.

    An epoch is a fresh uniform permutation of the N examples, cut into :math:`\lceil N/b\rceil` pieces of
    b = `batch_size` (the last may be smaller): examples are drawn without replacement.

    Parameters
    ----------
    X : array_like, shape (N, ...)
        Inputs.
    y : array_like, shape (N, ...), or None
        Targets. None: the batches are arrays of inputs, not pairs.
    batch_size : int
        b >= 1; b >= N makes each epoch one batch.
    rng : numpy.random.Generator
        Its child (``rng.spawn(1)``) orders the batches, so nobody else who draws from `rng`, such as dropout,
        changes their order. May be left out if `shuffle` is False.
    shuffle : bool
        False keeps the order of the rows in every epoch.
    drop_last : bool
        True leaves out a last batch with fewer than b examples (a few rows ruin batch statistics).

    Yields
    ------
    X_batch, y_batch : ndarray
        Views of the epoch's permuted copy: changing them does not change `X` and `y` unless `shuffle` is
        False. The dtypes are those given.

    Raises
    ------
    ValueError
        If lengths differ, if there would be no batch, or if the batch size is no integer >= 1.

    Examples
    --------
    >>> batches = Batches(np.arange(5.0)[:, None], np.arange(5), batch_size=2, rng=np.random.default_rng(0))
    >>> len(batches), [len(y) for X, y in batches]
    (3, [2, 2, 1])
    """

    def __init__(
        self,
        X: ArrayLike,
        y: ArrayLike | None,
        batch_size: int,
        rng: np.random.Generator | None = None,
        shuffle: bool = True,
        drop_last: bool = False,
    ) -> None:
        self.X = np.asarray(X)
        self.y = None if y is None else np.asarray(y)
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.drop_last = drop_last
        self._check(rng)
        self._rng = rng.spawn(1)[0] if shuffle else None

    def _check(self, rng: np.random.Generator | None) -> None:
        X, y, b = self.X, self.y, self.batch_size
        require(X.ndim >= 1 and len(X) > 0, f"Batches: X has shape {X.shape}, expected at least one example")
        require(
            y is None or (y.ndim >= 1 and len(y) == len(X)),
            f"Batches: y has shape {np.shape(y)}, expected {len(X)} rows as in X {X.shape}",
        )
        require(
            isinstance(b, int | np.integer) and b >= 1,
            f"Batches: batch_size is {b!r}, expected an integer >= 1",
        )
        require(
            not self.drop_last or len(X) >= b,
            f"Batches: batch_size is {b} with drop_last=True, expected at most {len(X)} (all examples)",
        )
        require(
            not self.shuffle or isinstance(rng, np.random.Generator),
            f"Batches: rng is {rng!r}, expected a numpy.random.Generator (or shuffle=False)",
        )

    def __len__(self) -> int:
        """The number of batches in an epoch."""
        N, b = len(self.X), self.batch_size
        return N // b if self.drop_last else -(-N // b)

    def __iter__(self) -> Iterator:
        X, y, b = self.X, self.y, self.batch_size
        if self.shuffle:
            order = self._rng.permutation(len(X))
            # One gather for the whole epoch: the batches are then slices, without a copy each.
            X = X.take(order, axis=0)
            y = None if y is None else y.take(order, axis=0)
        starts = range(0, len(self) * b, b)
        if y is None:
            return (X[i : i + b] for i in starts)
        return ((X[i : i + b], y[i : i + b]) for i in starts)

    def __repr__(self) -> str:
        order = "shuffled" if self.shuffle else "in order"
        return f"Batches({len(self.X)} examples, {len(self)} batches of {self.batch_size}, {order})"
