"""How long the epochs of a training take."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

__all__ = ["EpochTimer"]


class EpochTimer:
    """A callback of :func:`derived.training.fit` that takes the time of every epoch.

    The first epoch counts from the creation of the timer, or from the last call of :meth:`start`; it contains what
    happens in between.

    Parameters
    ----------
    clock : callable
        Returns seconds; only differences are used. A fake clock makes the timer testable.
    report : callable, optional
        Called with one line of text after each epoch, such as `print`.

    Attributes
    ----------
    durations : list of float
        Seconds of each epoch.

    Examples
    --------
    >>> ticks = iter([10.0, 75.5, 76.0])
    >>> timer = EpochTimer(clock=lambda: next(ticks), report=print)
    >>> timer(1), timer(2)
    epoch 1: 1 min 5.500 s
    epoch 2: 0 min 0.500 s
    (None, None)
    >>> timer
    EpochTimer(2 epochs, 1 min 6.000 s)
    """

    def __init__(self, clock: Callable[[], float] = perf_counter, report: Callable[[str], Any] | None = None) -> None:
        self.clock, self.report = clock, report
        self.start()

    def start(self) -> None:
        """Forget what was measured and begin anew."""
        self.durations: list[float] = []
        self._last = self.clock()

    def __call__(self, epoch: int, *_: Any) -> None:
        """Note that epoch number `epoch` has ended; further arguments (model, history) are not used."""
        now = self.clock()
        self.durations.append(now - self._last)
        self._last = now
        if self.report is not None:
            self.report(f"epoch {epoch}: {_text(self.durations[-1])}")

    @property
    def total(self) -> float:
        """Seconds of all epochs together."""
        return sum(self.durations)

    def __repr__(self) -> str:
        count = len(self.durations)
        return f"EpochTimer({count} epoch{'' if count == 1 else 's'}, {_text(self.total)})"


def _text(seconds: float) -> str:
    minutes, rest = divmod(round(seconds * 1000), 60_000)  # rounded first, or 59.9996 becomes 60.000 s
    return f"{minutes} min {rest / 1000:.3f} s"
