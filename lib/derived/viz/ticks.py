"""Ticks of logarithmic axes: only as many as are read."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axis import Axis
from matplotlib.scale import LogScale
from matplotlib.ticker import LogLocator

__all__ = ["BetweenPowers", "sparse_log_ticks"]

_usual = LogScale.set_default_locators_and_formatters


class BetweenPowers(LogLocator):
    """Matplotlib's small ticks between the powers of the base, where an axis spans at most two of them; else none.

    On longer axes they have no labels, and eight for each power take most of the time of a picture.
    """

    def tick_values(self, vmin: float, vmax: float) -> Sequence[float]:
        """Places of the small ticks between `vmin` and `vmax`."""
        low, high = sorted((vmin, vmax))
        return super().tick_values(vmin, vmax) if high <= low * self._base**2 else []


def _sparse(scale: LogScale, axis: Axis) -> None:
    _usual(scale, axis)
    axis.set_minor_locator(BetweenPowers(scale.base, scale.subs))


def sparse_log_ticks() -> None:
    """Give every logarithmic axis made from now on a :class:`BetweenPowers`."""
    LogScale.set_default_locators_and_formatters = _sparse
