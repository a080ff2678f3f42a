"""Rates that only fall: in steps, exponentially, like 1/t, like 1/√t."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from derived.schedules.base import Schedule

__all__ = ["ExponentialLR", "InverseSqrtLR", "InverseTimeLR", "StepLR"]


@dataclass(frozen=True)
class StepLR(Schedule):
    r"""A factor after every so many steps: :math:`\eta_t=\eta_0\,\gamma^{\lfloor t/s\rfloor}`.

    Parameters
    ----------
    lr : :math:`\eta_0>0`.
    step_size : s >= 1.
    gamma : :math:`\gamma` in (0, 1]; 0.5 halves. (PyTorch: ``torch.optim.lr_scheduler.StepLR``.)
    """

    lr: float
    step_size: int
    gamma: float = 0.1

    def __post_init__(self) -> None:
        self._check(lr=self.lr > 0, step_size=self.step_size >= 1, gamma=0 < self.gamma <= 1)

    def rate(self, t: np.ndarray) -> np.ndarray:
        return self.lr * self.gamma ** np.floor(t / self.step_size)


@dataclass(frozen=True)
class ExponentialLR(Schedule):
    r"""A factor after every step: :math:`\eta_t=\eta_0\gamma^t=\eta_0e^{-kt}` with :math:`k=-\log\gamma`.

    Parameters
    ----------
    lr : :math:`\eta_0>0`.
    gamma : :math:`\gamma` in (0, 1]. (PyTorch: ``torch.optim.lr_scheduler.ExponentialLR``.)
    """

    lr: float
    gamma: float

    def __post_init__(self) -> None:
        self._check(lr=self.lr > 0, gamma=0 < self.gamma <= 1)

    def rate(self, t: np.ndarray) -> np.ndarray:
        return self.lr * self.gamma**t


@dataclass(frozen=True)
class InverseTimeLR(Schedule):
    r""":math:`\eta_t=\frac{\eta_0}{1+kt}`: half of the first rate after 1/k steps. (Not in PyTorch: ``LambdaLR``.)

    Parameters
    ----------
    lr : :math:`\eta_0>0`.
    decay : :math:`k\ge0`.
    """

    lr: float
    decay: float

    def __post_init__(self) -> None:
        self._check(lr=self.lr > 0, decay=self.decay >= 0)

    def rate(self, t: np.ndarray) -> np.ndarray:
        return self.lr / (1 + self.decay * t)


@dataclass(frozen=True)
class InverseSqrtLR(Schedule):
    r""":math:`\eta_t=\frac{\eta_0}{\sqrt{t+1}}`, finite at t = 0. (Not in PyTorch: ``LambdaLR``.)

    Parameters
    ----------
    lr : :math:`\eta_0>0`.
    """

    lr: float

    def __post_init__(self) -> None:
        self._check(lr=self.lr > 0)

    def rate(self, t: np.ndarray) -> np.ndarray:
        return self.lr / np.sqrt(t + 1)
