"""Search for hyper-parameters: grids, random points, scales, a budget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice, product
from typing import Any, NamedTuple

import numpy as np

from derived.arguments import require

__all__ = ["Trial", "best_trial", "grid", "log_uniform", "one_minus_log_uniform", "random_points", "run_trials"]


def log_uniform(low: float, high: float, rng: np.random.Generator,
                size: int | tuple[int, ...] | None = None) -> float | np.ndarray:  # fmt: skip
    r"""Numbers whose logarithm is uniform: :math:`b\,(a/b)^p` with p uniform on [0, 1), a = `low`, b = `high`.

    Every factor is as likely as any other: for a = 0.0001, b = 1, each of the four decades gets a quarter.
    """
    require(0 < low < high, "log_uniform: low is {} and high {}, expected 0 < low < high", low, high)
    return high * (low / high) ** rng.random(size)


def one_minus_log_uniform(low: float, high: float, rng: np.random.Generator,
                          size: int | tuple[int, ...] | None = None) -> float | np.ndarray:  # fmt: skip
    r"""Numbers near 1, such as :math:`\beta` of an average: :math:`1-\beta` is log-uniform.

    Parameters
    ----------
    low, high : 0 <= low < high < 1, the range of the result.
    """
    require(0 <= low < high < 1, "one_minus_log_uniform: low is {} and high {}, expected 0 <= low < high < 1",
            low, high)  # fmt: skip
    return 1 - log_uniform(1 - high, 1 - low, rng, size)


def grid(**axes: Sequence) -> list[dict[str, Any]]:
    """Every combination of the values on each axis, the last axis fastest.

    Examples
    --------
    >>> grid(lr=[0.1, 1.0], momentum=[0.0, 0.9])[1]
    {'lr': 0.1, 'momentum': 0.9}
    """
    require(bool(axes) and all(len(values) for values in axes.values()), "grid: an axis is missing or has no values")
    return [dict(zip(axes, values, strict=True)) for values in product(*axes.values())]


def random_points(trials: int, rng: np.random.Generator,
                  **axes: Callable[[np.random.Generator], Any]) -> list[dict[str, Any]]:  # fmt: skip
    """Independent random points; every axis is a function that draws a value.

    Examples
    --------
    >>> points = random_points(9, np.random.default_rng(0), lr=lambda rng: log_uniform(1e-4, 1, rng))
    >>> len({point["lr"] for point in points})
    9
    """
    require(trials >= 1, "random_points: trials is {}, expected an integer >= 1", trials)
    require(bool(axes), "random_points: an axis is missing, expected lr=lambda rng: … or the like")
    return [{name: draw(rng) for name, draw in axes.items()} for _ in range(trials)]


class Trial(NamedTuple):
    """A point and what the objective said of it."""

    point: Mapping[str, Any]
    value: float


def run_trials(objective: Callable[..., float], points: Iterable[Mapping[str, Any]],
               budget: int | None = None) -> list[Trial]:  # fmt: skip
    """Call ``objective(**point)`` for at most `budget` points; all trials in order, so that none is hidden."""
    require(budget is None or budget >= 1, "run_trials: budget is {}, expected an integer >= 1", budget)
    return [Trial(point, float(objective(**point))) for point in islice(points, budget)]


def best_trial(trials: Iterable[Trial]) -> Trial:
    """The trial with the smallest value, the first of equals; values that are not finite lose.

    Raises
    ------
    ValueError
        if no value is finite.
    """
    finite = [trial for trial in trials if np.isfinite(trial.value)]
    require(bool(finite), "best_trial: no trial has a finite value")
    return min(finite, key=lambda trial: trial.value)
