"""Averages of the parameters along the path of an optimizer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import numpy as np

from derived.arguments import require
from derived.tensor import Tensor

__all__ = ["EMA", "PolyakAverage", "running_mean"]


def running_mean(mean: np.ndarray, x: np.ndarray, k: int) -> np.ndarray:
    r"""The mean of k + 1 points from that of the first k: :math:`\frac k{k+1}\bar x_k+\frac1{k+1}x_{k+1}`.

    Parameters
    ----------
    mean, x : arrays of one shape; `mean` is not used for k = 0.
    k : how many points `mean` is the mean of.
    """
    return x.copy() if k == 0 else mean + (x - mean) / (k + 1)


class PolyakAverage:
    r"""Polyak–Ruppert average: the mean of the parameters over all calls of :meth:`update`.

    Parameters
    ----------
    params : tensors, for example ``model.parameters()``.

    Attributes
    ----------
    averages : list of arrays, in the order of the parameters.
    count : how many points are averaged. (PyTorch: ``torch.optim.swa_utils.AveragedModel``, ``n_averaged``.)

    Examples
    --------
    >>> average = PolyakAverage(model.parameters())   # doctest: +SKIP
    >>> optimizer.step(); average.update()            # doctest: +SKIP
    >>> with average.applied():                       # doctest: +SKIP
    ...     accuracy(model, X_test, y_test)
    """

    def __init__(self, params: Iterable[Tensor]) -> None:
        self.params = list(params)
        require(bool(self.params), "PolyakAverage: params is empty")
        self.averages, self.count = [p.data.copy() for p in self.params], 0

    def update(self) -> None:
        """Take the present parameters into the average."""
        self.averages = [running_mean(a, p.data, self.count) for a, p in zip(self.averages, self.params, strict=True)]
        self.count += 1

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Within this context the parameters are their averages; afterwards they are themselves again.

        Raises
        ------
        ValueError
            if nothing was averaged yet.
        """
        require(self.count > 0, "PolyakAverage.applied: nothing was averaged, expected a call of update() first")
        own = [p.data for p in self.params]
        for p, average in zip(self.params, self.averages, strict=True):
            p.data = average
        try:
            yield
        finally:
            for p, array in zip(self.params, own, strict=True):
                p.data = array


class EMA(PolyakAverage):
    r"""Exponential average of the parameters, :math:`\bar w\leftarrow\beta\bar w+(1-\beta)w`.

    The first call of :meth:`update` copies the parameters. (PyTorch: ``AveragedModel`` with
    ``get_ema_multi_avg_fn(decay)``.)

    Parameters
    ----------
    params : tensors, for example ``model.parameters()``.
    decay : :math:`\beta` in [0, 1).

    Attributes
    ----------
    averages, count : see :class:`PolyakAverage`.
    """

    def __init__(self, params: Iterable[Tensor], decay: float = 0.999) -> None:
        require(0 <= decay < 1, "EMA: decay is {}, expected a number in [0, 1)", decay)
        super().__init__(params)
        self.decay = decay

    def update(self) -> None:
        """Move the averages towards the present parameters, in place."""
        decay = self.decay if self.count else 0.0
        for average, p in zip(self.averages, self.params, strict=True):
            average *= decay
            average += (1 - decay) * p.data
        self.count += 1
