"""Early stopping: no longer than it helps, and back to the best weights."""

from collections.abc import Mapping

import numpy as np

from derived.arguments import one_of, require
from derived.nn import Module

__all__ = ["EarlyStopping"]


class EarlyStopping:
    """Stop when a quantity has not improved for `patience` epochs; then the best epoch's weights are restored.

    With ``mode="min"`` an epoch improves if its value lies below the best so far by more than `min_delta`. The
    weights are restored at the end of every training that was not interrupted, stopped early or not.

    Parameters
    ----------
    patience : int
        Epochs without improvement after which the training stops, >= 1.
    min_delta : float
        The least improvement that counts, >= 0.
    monitor : str
        The quantity, a name in the history: ``"validation_loss"``, ``"validation_accuracy"`` ...
    mode : {"min", "max"}
        Whether small or large values are good.

    Attributes
    ----------
    best : float
        The best value so far.
    best_epoch : int
        Its epoch, counted from 1; 0 before the first.
    """

    def __init__(
        self, patience: int = 10, min_delta: float = 0.0, monitor: str = "validation_loss", mode: str = "min"
    ) -> None:
        require(
            isinstance(patience, int | np.integer) and patience >= 1,
            f"EarlyStopping: patience is {patience!r}, expected an integer >= 1",
        )
        require(min_delta >= 0, f"EarlyStopping: min_delta is {min_delta}, expected a number >= 0")
        one_of("EarlyStopping", "mode", mode, ["min", "max"])
        self.patience, self.min_delta, self.monitor, self.mode = patience, min_delta, monitor, mode
        self.start()

    def start(self) -> None:
        """Forget what was seen, so that one object serves several trainings."""
        self.best = np.inf if self.mode == "min" else -np.inf
        self.best_epoch = 0
        self._best_state: dict[str, np.ndarray] | None = None

    def update(self, epoch: int, record: Mapping[str, float], model: Module) -> bool:
        """Look at the record of an epoch and keep the weights if they are the best; whether to stop."""
        value = record[self.monitor]
        gain = self.best - value if self.mode == "min" else value - self.best
        if gain > self.min_delta:
            self.best, self.best_epoch = value, epoch
            self._best_state = {name: array.copy() for name, array in model.state_dict().items()}
        return epoch - self.best_epoch >= self.patience

    def restore(self, model: Module) -> None:
        """Give the model the weights of the best epoch (after an interrupted training, for instance)."""
        message = "EarlyStopping.restore: no epoch seen yet, expected a call of fit"
        require(self._best_state is not None, message)
        model.load_state_dict(self._best_state)
