"""A schedule is a function of the step; a scheduler counts the steps and sets the rate of an optimizer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from derived.arguments import require

__all__ = ["Schedule", "Scheduler"]


class Schedule:
    """The learning rate as a function of the step; a subclass defines :meth:`rate`.

    Examples
    --------
    >>> from derived.schedules import StepLR
    >>> halve = StepLR(0.8, step_size=10, gamma=0.5)
    >>> halve(0), halve(25)
    (0.8, 0.2)
    """

    def __call__(self, t: ArrayLike) -> float | np.ndarray:
        """The rate at step t = 0, 1, 2, …: a float for a number, an array of its shape for an array.

        Raises
        ------
        ValueError
            if t is negative or not whole.
        """
        steps = np.asarray(t, dtype=np.float64)
        require(bool(np.all((steps >= 0) & (steps == np.floor(steps)))),
                "{}: t is {}, expected whole numbers >= 0", type(self).__name__, t)  # fmt: skip
        rates = np.asarray(self.rate(steps), dtype=np.float64)
        return rates if rates.ndim else float(rates)

    def rate(self, t: np.ndarray) -> np.ndarray:
        """The formula, for float64 t of any shape."""
        raise NotImplementedError(f"{type(self).__name__} does not define rate")

    def _check(self, **conditions: bool) -> None:
        """Raise for the first argument whose condition does not hold."""
        for name, holds in conditions.items():
            require(bool(holds), "{}: {} is {}", type(self).__name__, name, getattr(self, name))


class Scheduler:
    """Gives an optimizer the rate of its schedule: at once the first one, the next after each :meth:`step`.

    The order is PyTorch's: ``optimizer.step()``, then ``scheduler.step()``. It is called after every batch or after
    every epoch; t counts what it is called after.

    Parameters
    ----------
    optimizer : anything with an attribute ``lr``.
    schedule : a function of t = 0, 1, 2, …
    last_epoch : the t before the first, as in PyTorch; 0 for a schedule whose t starts at 1.

    Attributes
    ----------
    last_epoch : the t of the present rate.

    Examples
    --------
    >>> scheduler = Scheduler(optimizer, StepLR(0.1, 30))     # doctest: +SKIP
    >>> optimizer.step(); scheduler.step()                    # doctest: +SKIP
    """

    def __init__(self, optimizer: Any, schedule: Any, last_epoch: int = -1) -> None:
        require(last_epoch >= -1, "Scheduler: last_epoch is {}, expected an integer >= -1", last_epoch)
        self.optimizer, self.schedule, self.last_epoch = optimizer, schedule, last_epoch
        self.step()

    def step(self) -> None:
        """Go on to the next rate."""
        self.last_epoch += 1
        self.optimizer.lr = self.schedule(self.last_epoch)

    def state_dict(self) -> dict[str, int]:
        """Where it stands; the schedule itself is not included."""
        return {"last_epoch": self.last_epoch}

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Go to where :meth:`state_dict` was taken, and set that rate."""
        self.last_epoch = state["last_epoch"]
        self.optimizer.lr = self.schedule(self.last_epoch)
