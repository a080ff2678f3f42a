"""Interleaved, repeated timing: a busy machine slows both sides alike, and medians forget the worst of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import process_time

import numpy as np

ROUNDS = 31
SECONDS_PER_TURN = 0.02


@dataclass
class Pair:
    """Two functions that do the same work.

    Attributes
    ----------
    name : what is done, in a few words.
    ours, theirs : one step each.
    goal : least speed relative to PyTorch, or None.
    values : returns the arrays to compare, ours and PyTorch's, as pairs by name.
    tolerance : largest scaled difference allowed between them.
    """

    name: str
    ours: Callable[[], object]
    theirs: Callable[[], object]
    goal: float | None
    values: Callable[[], dict[str, tuple[np.ndarray, np.ndarray]]]
    tolerance: float = 1e-4


@dataclass
class Measure:
    """One figure, and its goal.

    Attributes
    ----------
    name, unit : what is measured.
    figure : returns ours and, for comparison, theirs (or None).
    goal : largest figure allowed.
    """

    name: str
    unit: str
    figure: Callable[[], tuple[float, float | None]]
    goal: float


@dataclass
class Timing:
    """Seconds a call, one entry a round, for each of the functions timed together."""

    seconds: list[np.ndarray] = field(default_factory=list)

    def median(self, i: int) -> float:
        """Median seconds of one call of function ``i``."""
        return float(np.median(self.seconds[i]))

    def ratio(self, i: int, j: int) -> tuple[float, float, float]:
        """Lower quartile, median and upper quartile over the rounds of time ``i`` / time ``j``."""
        low, middle, high = np.quantile(self.seconds[i] / self.seconds[j], [0.25, 0.5, 0.75])
        return float(low), float(middle), float(high)


def interleave(functions: Sequence[Callable], rounds: int = ROUNDS, turn: float = SECONDS_PER_TURN) -> Timing:
    """Time the functions in turns of about ``turn`` seconds, ``rounds`` times; the order alternates."""
    calls = [_calls_in(f, turn) for f in functions]
    seconds = np.empty((len(functions), rounds))
    for r in range(rounds):
        order = range(len(functions)) if r % 2 == 0 else reversed(range(len(functions)))
        for i in order:
            f, n = functions[i], calls[i]
            start = process_time()
            for _ in range(n):
                f()
            seconds[i, r] = (process_time() - start) / n
    return Timing(list(seconds))


def _calls_in(f: Callable, turn: float) -> int:
    """How often ``f`` can be called in ``turn`` seconds; the calls made to find out warm it up."""
    n = 1
    while True:
        start = process_time()
        for _ in range(n):
            f()
        elapsed = process_time() - start
        if elapsed > turn / 4:
            return max(1, round(n * turn / elapsed))
        n *= 2


def largest_difference(values: dict[str, tuple[np.ndarray, np.ndarray]]) -> float:
    """Largest difference between the two sides, relative to the largest entry of each array."""
    worst = 0.0
    for name, (ours, theirs) in values.items():
        if np.shape(ours) != np.shape(theirs):
            raise ValueError(f"{name}: shape {np.shape(ours)} against {np.shape(theirs)}")
        scale = max(float(np.max(np.abs(theirs))), 1e-30)
        worst = float(np.fmax(worst, np.nan_to_num(np.max(np.abs(ours - theirs)) / scale, nan=np.inf)))
    return worst
