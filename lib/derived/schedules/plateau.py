"""Let the validation loss decide: halve the rate when it gets worse, and take back what made it worse."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from derived.arguments import one_of, require
from derived.nn import Module

__all__ = ["HalveOnPlateau"]


class HalveOnPlateau:
    """Lower the rate after epochs without improvement, and go back to the best epoch.

    Going back restores the parameters *and* the state of the optimizer (velocities, averages, counts) bit by bit;
    only the rate is the lower one. The rates are those of ``torch.optim.lr_scheduler.ReduceLROnPlateau`` with
    ``threshold=0``, which goes on from where it is instead.

    Parameters
    ----------
    model : its state is kept when the metric improves.
    optimizer : with ``lr``, ``state_dict()`` and ``load_state_dict()``.
    mode : "min" or "max": whether small or large metrics are good.
    factor : what the rate is multiplied by, in (0, 1).
    patience : so many epochs without improvement are borne; the next one lowers the rate.
    min_lr : the rate does not fall below.

    Attributes
    ----------
    best : the best metric so far.
    reductions : how often the rate was lowered.

    Examples
    --------
    >>> plateau = HalveOnPlateau(model, optimizer)                                         # doctest: +SKIP
    >>> fit(model, loss, optimizer, batches, 30, validation=(X, y),                        # doctest: +SKIP
    ...     callbacks=[lambda epoch, model, history: plateau.step(history["validation_loss"][-1])])
    """

    def __init__(self, model: Module, optimizer: Any, mode: str = "min", factor: float = 0.5, patience: int = 0,
                 min_lr: float = 0.0) -> None:  # fmt: skip
        one_of("HalveOnPlateau", "mode", mode, ("min", "max"))
        require(0 < factor < 1, "HalveOnPlateau: factor is {}, expected a number in (0, 1)", factor)
        require(patience >= 0, "HalveOnPlateau: patience is {}, expected an integer >= 0", patience)
        require(min_lr >= 0, "HalveOnPlateau: min_lr is {}, expected a number >= 0", min_lr)
        self.model, self.optimizer = model, optimizer
        self.mode, self.factor, self.patience, self.min_lr = mode, factor, patience, min_lr
        self.best = np.inf if mode == "min" else -np.inf
        self.num_bad_epochs, self.reductions = 0, 0
        self._keep()

    def _keep(self) -> None:
        self._state = copy.deepcopy((self.model.state_dict(), self.optimizer.state_dict()))

    def restore(self) -> None:
        """Go back to the best epoch (to the start, if there was none); the rate stays."""
        lr, (weights, state) = self.optimizer.lr, self._state
        self.model.load_state_dict(weights)
        self.optimizer.load_state_dict(copy.deepcopy(state))
        self.optimizer.lr = lr

    def step(self, metric: float) -> bool:
        """Take the metric of an epoch (NaN counts as bad); whether the rate was lowered and the epoch undone."""
        if metric < self.best if self.mode == "min" else metric > self.best:
            self.best, self.num_bad_epochs = metric, 0
            self._keep()
            return False
        self.num_bad_epochs += 1
        if self.num_bad_epochs <= self.patience:
            return False
        self.num_bad_epochs = 0
        self.reductions += 1
        self.optimizer.lr = max(self.optimizer.lr * self.factor, self.min_lr)
        self.restore()
        return True
