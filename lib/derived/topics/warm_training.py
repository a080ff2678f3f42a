"""The training of the small transformers: AdamW, the rate up a ramp and down half a cosine."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived import nn, optim
from derived.arguments import require
from derived.schedules import CosineAnnealingWarmRestarts, LinearWarmup
from derived.tensor import Tensor

__all__ = ["train"]


def train(model: nn.Module, loss: Callable[[], Tensor], steps: int, lr: float, *, warmup: int = 50,
          weight_decay: float = 0.0) -> np.ndarray:  # fmt: skip
    """AdamW on what ``loss`` returns, each time for a fresh batch.

    Parameters
    ----------
    model : its parameters are changed; in training mode here, in evaluation mode afterwards.
    loss : called once a step, without arguments.
    steps : number of steps, more than ``warmup``.
    lr : the largest rate, reached after ``warmup`` steps; from there it falls to 0 along half a cosine.
    weight_decay : of AdamW.

    Returns
    -------
    The losses, one for each step.
    """
    require(steps > warmup > 0, "train: steps is {}, warmup {}, expected steps > warmup > 0", steps, warmup)
    optimizer, losses = optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay), np.empty(steps)
    cosine = CosineAnnealingWarmRestarts(lr, steps - warmup)
    rates = LinearWarmup(cosine, warmup, 1 / warmup)(np.arange(steps))  # all at once: one by one they cost time
    model.train()
    for step in range(steps):
        optimizer.lr = float(rates[step])
        optimizer.zero_grad()
        value = loss()
        value.backward()
        optimizer.step()
        losses[step] = value.item()
    model.eval()
    return losses
