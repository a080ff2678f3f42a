"""Rates that rise again: triangles, and cosines with warm restarts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from derived.arguments import one_of
from derived.schedules.base import Schedule

__all__ = ["CosineAnnealingWarmRestarts", "CyclicLR"]


@dataclass(frozen=True)
class CyclicLR(Schedule):
    r"""A triangle from the least rate to the largest and back, over and over (Smith, 2017).

    With the position :math:`p=t\bmod(s_\uparrow+s_\downarrow)` in the cycle the height is :math:`p/s_\uparrow` on the
    way up, then :math:`1-(p-s_\uparrow)/s_\downarrow`. For :math:`s_\uparrow=s_\downarrow=s` that is

    .. math:: \eta_t=\eta_{\min}+(\eta_{\max}-\eta_{\min})\max\bigl(0,1-\lvert\tfrac ts-(2L+1)\rvert\bigr),\qquad
              L=\lfloor\tfrac t{2s}\rfloor

    Parameters
    ----------
    base_lr, max_lr : :math:`0\le\eta_{\min}\le\eta_{\max}`.
    step_size_up, step_size_down : :math:`s_\uparrow` and :math:`s_\downarrow`, which is the same if it is None.
    mode : "triangular"; "triangular2" halves the height with every cycle; "exp_range" multiplies it by gamma**t.
    gamma : for "exp_range". (PyTorch: ``torch.optim.lr_scheduler.CyclicLR`` with ``cycle_momentum=False``.)
    """

    base_lr: float
    max_lr: float
    step_size_up: int = 2000
    step_size_down: int | None = None
    mode: str = "triangular"
    gamma: float = 1.0

    def __post_init__(self) -> None:
        self._check(base_lr=self.base_lr >= 0, max_lr=self.max_lr >= self.base_lr, step_size_up=self.step_size_up >= 1,
                    step_size_down=self.step_size_down is None or self.step_size_down >= 1)  # fmt: skip
        one_of("CyclicLR", "mode", self.mode, ("triangular", "triangular2", "exp_range"))

    def rate(self, t: np.ndarray) -> np.ndarray:
        up = self.step_size_up
        down = up if self.step_size_down is None else self.step_size_down
        cycle, p = np.divmod(t, up + down)
        height = np.where(p <= up, p / up, 1 - (p - up) / down)
        scale = {"triangular": 1.0, "triangular2": 0.5**cycle, "exp_range": self.gamma**t}[self.mode]
        return self.base_lr + (self.max_lr - self.base_lr) * height * scale


@dataclass(frozen=True)
class CosineAnnealingWarmRestarts(Schedule):
    r"""Half a cosine from the largest rate to the least, then back at once (Loshchilov and Hutter, 2017).

    .. math:: \eta_t=\eta_{\min}+\tfrac12(\eta_0-\eta_{\min})\Bigl(1+\cos\frac{\pi T}{T_i}\Bigr)

    where cycle i = 0, 1, … has :math:`T_i=T_0m^i` steps and T counts those since its start.

    Parameters
    ----------
    lr : :math:`\eta_0`, the rate at the start of each cycle.
    T_0 : length of the first cycle, >= 1. As many steps as the training has: one cosine, without restart.
    T_mult : m >= 1, whole.
    eta_min : :math:`0\le\eta_{\min}\le\eta_0`.
    """

    lr: float
    T_0: int
    T_mult: int = 1
    eta_min: float = 0.0

    def __post_init__(self) -> None:
        self._check(lr=self.lr > 0, T_0=self.T_0 >= 1 and self.T_0 == int(self.T_0),
                    T_mult=self.T_mult >= 1 and self.T_mult == int(self.T_mult),
                    eta_min=0 <= self.eta_min <= self.lr)  # fmt: skip

    def rate(self, t: np.ndarray) -> np.ndarray:
        if self.T_mult == 1:  # a search among the starts would take most of the time of a step's one rate
            T, length = t % self.T_0, self.T_0
        else:
            starts = self.starts(int(np.max(t, initial=0)))
            i = np.searchsorted(starts, t, side="right") - 1
            T, length = t - starts[i], self.T_0 * float(self.T_mult) ** i
        return self.eta_min + (self.lr - self.eta_min) / 2 * (1 + np.cos(np.pi * T / length))

    def starts(self, last: int) -> np.ndarray:
        """The steps 0, T_0, T_0 + T_0 m, … up to `last` at which a cycle begins."""
        found, length = [0], self.T_0
        while found[-1] + length <= last:
            found.append(found[-1] + length)
            length *= self.T_mult
        return np.array(found)
