"""Interleaved, repeated timing: a busy machine slows both sides alike, and medians forget the worst of it."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter, process_time, sleep

import numpy as np

from benchmarks.products import Product

Values = dict[str, tuple[np.ndarray, np.ndarray]]

FEWEST_ROUNDS = 3
SECONDS_ALTOGETHER = 2.0
ONE_THREAD = os.environ.get("OMP_NUM_THREADS", "1") == "1"
# Time of the processor leaves out what other programs took, but counts two threads twice.
clock = process_time if ONE_THREAD else perf_counter
# After its turn the threads of one library wait for more work on the core that the other needs: let them fall asleep.
ROUNDS, SECONDS_PER_TURN, PAUSE = (15, 0.02, 0.0) if ONE_THREAD else (7, 0.1, 0.25)


@dataclass
class Pair:
    """Two functions that do the same work.

    Attributes
    ----------
    name : what is done, in a few words.
    ours, theirs : one step each; theirs may be several ways by name, of which the fastest counts.
    goal : least speed relative to PyTorch, or None.
    values : returns the arrays to compare, ours and PyTorch's, as pairs by name.
    tolerance : largest scaled difference allowed between them.
    products : the matrix products in our step.
    task : what other libraries need to do the same; see :mod:`benchmarks.peers`.
    tokens : how many tokens a step handles, where they are what one counts.
    """

    name: str
    ours: Callable[[], object]
    theirs: Callable[[], object] | dict[str, Callable[[], object]]
    goal: float | None
    values: Callable[[], Values]
    tolerance: float = 1e-4
    products: Sequence[Product] = ()
    task: object = None
    tokens: int | None = None


@dataclass
class Measure:
    """One figure, and its goal: the largest allowed (``most``), or how many times less it is than PyTorch's (``goal``).

    Attributes
    ----------
    name, unit : what is measured.
    figure : returns ours and PyTorch's.
    """

    name: str
    unit: str
    figure: Callable[[], tuple[float, float]]
    most: float | None = None
    goal: float | None = None


@dataclass
class Timing:
    """Seconds a call, one entry a round, for each of the functions timed together."""

    seconds: list[np.ndarray] = field(default_factory=list)

    def quartiles(self, i: int) -> list[float]:
        """Lower quartile, median and upper quartile of the seconds of one call of function ``i``."""
        return np.quantile(self.seconds[i], [0.25, 0.5, 0.75]).tolist()

    def ratio(self, i: int, j: int) -> list[float]:
        """Lower quartile, median and upper quartile over the rounds of time ``i`` / time ``j``."""
        return np.quantile(self.seconds[i] / self.seconds[j], [0.25, 0.5, 0.75]).tolist()


def interleave(functions: Sequence[Callable], rounds: int = ROUNDS, turn: float = SECONDS_PER_TURN) -> Timing:
    """Time the functions in turns of about ``turn`` seconds, up to ``rounds`` times; the order alternates.

    Garbage is collected between turns, so that none pays for another's; what was there before is left out of that.
    """
    calls, costs = zip(*(_calls_in(f, turn) for f in functions), strict=True)
    rounds = max(FEWEST_ROUNDS, min(rounds, int(SECONDS_ALTOGETHER / sum(costs))))
    seconds = np.empty((len(functions), rounds))
    gc.collect()
    gc.freeze()
    for r in range(rounds):
        order = range(len(functions)) if r % 2 == 0 else reversed(range(len(functions)))
        for i in order:
            f, n = functions[i], calls[i]
            gc.collect()
            sleep(PAUSE)
            start = clock()
            for _ in range(n):
                f()
            seconds[i, r] = (clock() - start) / n
    gc.unfreeze()
    return Timing(list(seconds))


def _calls_in(f: Callable, turn: float) -> tuple[int, float]:
    """How often ``f`` can be called in ``turn`` seconds, and how long that takes; the calls to find out warm it up."""
    f()
    n = 1
    while True:
        start = clock()
        for _ in range(n):
            f()
        elapsed = clock() - start
        if elapsed > turn / 4:
            calls = max(1, round(n * turn / elapsed))
            return calls, calls * elapsed / n
        n *= 2


def fastest(forms: dict[str, Callable]) -> tuple[str, Callable]:
    """The form whose median is least."""
    timing = interleave(list(forms.values()), rounds=7)
    best = int(np.argmin([np.median(s) for s in timing.seconds]))
    return list(forms.items())[best]


def largest_difference(values: Values) -> float:
    """Largest difference between the two sides, relative to the largest entry of each array."""
    worst = 0.0
    for name, (ours, theirs) in values.items():
        if np.shape(ours) != np.shape(theirs):
            raise ValueError(f"{name}: shape {np.shape(ours)} against {np.shape(theirs)}")
        scale = max(float(np.max(np.abs(theirs))), 1e-30)
        worst = float(np.fmax(worst, np.nan_to_num(np.max(np.abs(ours - theirs)) / scale, nan=np.inf)))
    return worst


def agreement(pair: Pair) -> float:
    """:func:`largest_difference` of a pair; raises AssertionError where it is above the tolerance."""
    difference = largest_difference(pair.values())
    if not difference <= pair.tolerance:
        raise AssertionError(f"{pair.name}: the two sides differ by {difference:.2g}; nothing was timed")
    return difference
