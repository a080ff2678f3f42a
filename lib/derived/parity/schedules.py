"""The rates that PyTorch's schedulers set, step by step."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["torch_rates", "torch_warmup_rates"]


def _followed(lr: float, steps: int, make: Callable) -> np.ndarray:
    """The rate at steps 0 … steps - 1 under the scheduler that `make` builds for an optimizer, float64."""
    import torch

    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SequentialLR calls its parts in a way of which it warns itself
        scheduler, rates = make(optimizer), []
        for _ in range(steps):
            rates.append(float(optimizer.param_groups[0]["lr"]))
            optimizer.step()
            scheduler.step()
    return np.array(rates)


def torch_rates(name: str, lr: float, steps: int, **options: Any) -> np.ndarray:
    """Those of ``torch.optim.lr_scheduler.NAME`` with `options`, (steps,) float64.

    Parameters
    ----------
    name : ``"StepLR"``, ``"CyclicLR"``, …
    lr : the optimizer's rate, from which the scheduler starts (CyclicLR brings its own).
    """
    import torch

    return _followed(lr, steps, lambda o: getattr(torch.optim.lr_scheduler, name)(o, **options))


def torch_warmup_rates(lr: float, steps: int, total_iters: int, start_factor: float, name: str,
                       **options: Any) -> np.ndarray:  # fmt: skip
    """Those of ``SequentialLR``: a ``LinearLR`` of `total_iters` steps, then the scheduler NAME from its beginning."""
    import torch

    room = torch.optim.lr_scheduler

    def make(optimizer: Any) -> Any:
        ramp = room.LinearLR(optimizer, start_factor=start_factor, total_iters=total_iters)
        return room.SequentialLR(optimizer, [ramp, getattr(room, name)(optimizer, **options)], [total_iters])

    return _followed(lr, steps, make)
