"""A plain training loop for models of sequences, with batches that are drawn anew at every step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derived.nn import Module
from derived.optim import Adam, clip_grad_norm_
from derived.tensor import Tensor


def train_steps(model: Module, loss: Callable[[], Tensor], steps: int, lr: float, *, clip: float = 1.0,
                watch: Callable[[], Any] | None = None, every: int = 0) -> list:  # fmt: skip
    """Adam with the gradient's norm clipped; the rate is ``lr`` for the first half, then goes down to 0 linearly.

    Parameters
    ----------
    model : its parameters are changed.
    loss : draws a batch and returns the loss on it, a tensor with one number.
    steps, lr : how many steps, and the rate of the first.
    clip : largest norm of the gradient of all parameters together.
    watch, every : ``watch()`` is called after each ``every`` steps.

    Returns
    -------
    What ``watch`` returned, in order.
    """
    parameters, seen = model.parameters(), []
    optimizer = Adam(parameters, lr=lr)
    for k in range(steps):
        optimizer.lr = lr * min(1.0, 2 * (1 - k / steps))
        optimizer.zero_grad()
        loss().backward()
        clip_grad_norm_(parameters, clip)
        optimizer.step()
        if watch is not None and every and (k + 1) % every == 0:
            seen.append(watch())
    return seen
