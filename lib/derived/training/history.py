"""What happened during a training, epoch by epoch."""

from collections.abc import Iterator

import numpy as np

from derived.arguments import one_of

__all__ = ["History"]


class History:
    """The record of a training; ``history["loss"]`` is an array with one entry for each finished epoch.

    Attributes
    ----------
    records : list of dict
        One for each finished epoch: ``"loss"``, the mean over the epoch's examples while the weights changed, and
        for each validation set ``"<set>_loss"`` and ``"<set>_<metric>"``, after the epoch.
    step_losses : list of float
        The loss of every batch, before its update.
    interrupted : bool
        Whether the training was ended by Ctrl-C.
    stopped_early : bool
        Whether it was ended by early stopping.
    best_epoch : int or None
        The epoch (from 1) whose weights early stopping has restored.

    Examples
    --------
    >>> history = History()
    >>> history.records += [{"loss": 2.0}, {"loss": 0.5}]
    >>> history
    History(2 epochs, loss 0.5)
    >>> history["loss"]
    array([2. , 0.5])
    """

    def __init__(self) -> None:
        self.records: list[dict[str, float]] = []
        self.step_losses: list[float] = []
        self.interrupted = False
        self.stopped_early = False
        self.best_epoch: int | None = None

    @property
    def epochs(self) -> int:
        """The number of finished epochs."""
        return len(self.records)

    def keys(self) -> list[str]:
        """The names of what was recorded."""
        return list(self.records[0]) if self.records else []

    def __getitem__(self, name: str) -> np.ndarray:
        if self.records:
            one_of("History", "name", name, self.keys())
        return np.array([record[name] for record in self.records], dtype=float)

    def __contains__(self, name: str) -> bool:
        return name in self.keys()

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self.records)

    def __repr__(self) -> str:
        parts = [f"{self.epochs} epoch{'' if self.epochs == 1 else 's'}"]
        if self.records:
            parts += [f"{name} {value:.4g}" for name, value in self.records[-1].items()]
        parts += ["interrupted"] * self.interrupted
        if self.best_epoch is not None:
            parts.append(f"weights of epoch {self.best_epoch}")
        return f"History({', '.join(parts)})"
