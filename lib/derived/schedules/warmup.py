"""Rates that start small: a linear ramp before any schedule, and the schedule of the Transformer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from derived.schedules.base import Schedule

__all__ = ["LinearWarmup", "NoamLR"]


@dataclass(frozen=True)
class LinearWarmup(Schedule):
    r"""A ramp of w steps from :math:`a\,\eta_0` to :math:`\eta_0`, then another schedule from its beginning.

    .. math:: \eta_t=\eta_0\Bigl(a+(1-a)\frac tw\Bigr)\ (t<w),\qquad\eta_t=\text{after}(t-w)\ (t\ge w)

    Parameters
    ----------
    after : the schedule that follows; :math:`\eta_0=\text{after}(0)`.
    total_iters : w >= 1.
    start_factor : a in (0, 1]. (PyTorch: ``SequentialLR`` of ``LinearLR`` and the other; names and defaults are
        those of ``LinearLR``.)
    """

    after: Schedule
    total_iters: int = 5
    start_factor: float = 1 / 3

    def __post_init__(self) -> None:
        self._check(total_iters=self.total_iters >= 1, start_factor=0 < self.start_factor <= 1)

    def rate(self, t: np.ndarray) -> np.ndarray:
        w, a = self.total_iters, self.start_factor
        ramp = self.after(0) * (a + (1 - a) * np.minimum(t / w, 1))
        return np.where(t < w, ramp, self.after(np.maximum(t - w, 0)))


@dataclass(frozen=True)
class NoamLR(Schedule):
    r"""The schedule of the Transformer (Vaswani et al., 2017): up linearly for w steps, then down like 1/√t.

    .. math:: \eta_t=c\,d^{-1/2}\min(t^{-1/2},\ t\,w^{-3/2})

    Its steps count from 1 (at t = 0 the rate is 0): ``Scheduler(optimizer, NoamLR(512), last_epoch=0)``.

    Parameters
    ----------
    d_model : d >= 1, the width of the model.
    warmup_steps : w >= 1; at t = w the rate is largest, :math:`c/\sqrt{dw}`.
    factor : c > 0.
    """

    d_model: int
    warmup_steps: int = 4000
    factor: float = 1.0

    def __post_init__(self) -> None:
        self._check(d_model=self.d_model >= 1, warmup_steps=self.warmup_steps >= 1, factor=self.factor > 0)

    def rate(self, t: np.ndarray) -> np.ndarray:
        falling = np.maximum(t, 1) ** -0.5
        return self.factor * self.d_model**-0.5 * np.minimum(falling, t * self.warmup_steps**-1.5)
