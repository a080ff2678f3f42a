"""The training loop: data, model, loss, optimizer, again and again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np

from derived.arguments import one_of, require
from derived.nn import Module
from derived.optim import Optimizer
from derived.tensor import no_grad

from .early_stopping import EarlyStopping
from .evaluation import Loss, Metric, evaluate, named_sets
from .history import History
from .progress import progress_bar

__all__ = ["TrainingDiverged", "fit", "train_step"]

Callback = Callable[[int, Module, History], Any]


class TrainingDiverged(FloatingPointError):
    """The loss is no finite number any more.

    Attributes
    ----------
    history : History
        All that happened before.
    epoch, batch : int
        Where it happened, counted from 1; batch is 0 for a validation set.
    """

    history: History
    epoch: int
    batch: int


def train_step(model: Module, loss: Loss, optimizer: Optimizer, x: np.ndarray, y: np.ndarray) -> float:
    """One step on one batch; returns its loss before the step.

    Raises
    ------
    FloatingPointError
        If the loss is not finite; the weights are then as before.
    """
    optimizer.zero_grad()
    value = loss(model(x), y)
    number = _finite(value.item())
    value.backward()
    optimizer.step()
    return number


def _finite(value: float) -> float:
    if isfinite(value):
        return value
    raise FloatingPointError(f"the loss is {value}")


def fit(
    model: Module,
    loss: Loss,
    optimizer: Optimizer,
    batches: Iterable[tuple[np.ndarray, np.ndarray]],
    epochs: int,
    validation: Any = None,
    metrics: Mapping[str, Metric] | None = None,
    early_stopping: EarlyStopping | None = None,
    progress: bool = True,
    callbacks: Sequence[Callback] = (),
    scheduler: Any = None,
) -> History:
    """Train `model`: :func:`train_step` on each batch, `epochs` times over.

    Parameters
    ----------
    model : Module
        In training mode during the epochs, and afterwards.
    loss : callable
        ``loss(model(x), y)``: a tensor with one number, the mean over the batch.
    optimizer : Optimizer
        Holds the parameters that shall change.
    batches : iterable of pairs (x, y)
        Starts anew each time: :class:`derived.data.Batches`, or a list.
    epochs : int
        >= 1.
    validation : pair (X, y), or dict of pairs, optional
        Sets on which the loss and the `metrics` are computed after each epoch, in evaluation mode. A single pair is
        called "validation"; ``{"train": ..., "test": ...}`` gives ``history["train_loss"]`` and so on.
    metrics : dict of callables, optional
        ``metric(outputs, y) -> float``, such as ``{"accuracy": accuracy}``.
    early_stopping : EarlyStopping, optional
        When to stop; the best weights are restored at the end.
    progress : bool
        True shows a bar in a terminal or a live notebook, and nothing where nobody watches.
    callbacks : sequence of callables
        Each is called as ``callback(epoch, model, history)`` after every epoch (from 1).
    scheduler : optional
        Its ``step()`` is called after every batch, such as that of :class:`derived.schedules.Scheduler`.

    Returns
    -------
    History
        Ctrl-C does not lose it: the training ends, the weights stay as they are, ``history.interrupted`` is True.

    Raises
    ------
    TrainingDiverged
        If the loss is NaN or infinite; names epoch and batch, has the ``history``.
    ValueError
        If an argument is wrong, or a batch does not fit: then, as with every other error within an epoch, a note
        names epoch and batch, and the exception has the ``history``.
    """
    sets = named_sets(validation)
    _check(epochs, metrics, early_stopping, sets)
    history = History()
    bar = progress_bar(_total(batches, epochs), progress)
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # train_step finds what has become infinite
            for epoch in range(1, epochs + 1):
                record = {"loss": _train_epoch(model, loss, optimizer, batches, epoch, history, bar, scheduler)}
                record |= _validate(model, loss, sets, metrics, epoch, history)
                history.records.append(record)
                for callback in callbacks:
                    callback(epoch, model, history)
                if early_stopping is not None and early_stopping.update(epoch, record, model):
                    history.stopped_early = True
                    break
    except KeyboardInterrupt:
        history.interrupted = True
        print(f"fit: interrupted after {history.epochs} of {epochs} epochs; history and weights so far are kept")
    finally:
        if bar is not None:
            bar.close()
    if early_stopping is not None and not history.interrupted:
        early_stopping.restore(model)
        history.best_epoch = early_stopping.best_epoch
    return history


def _check(epochs: int, metrics: Any, early_stopping: EarlyStopping | None, sets: Mapping[str, Any]) -> None:
    require(
        isinstance(epochs, int | np.integer) and epochs >= 1, f"fit: epochs is {epochs!r}, expected an integer >= 1"
    )
    require(
        metrics is None or isinstance(metrics, Mapping),
        f"fit: metrics is a {type(metrics).__name__}, expected a dict such as {{'accuracy': accuracy}}",
    )
    require(not metrics or bool(sets), "fit: metrics need a validation set, expected validation=(X, y)")
    if early_stopping is not None:
        names = ["loss", *(f"{name}_{key}" for name in sets for key in ["loss", *(metrics or {})])]
        one_of("fit", "early_stopping.monitor", early_stopping.monitor, names)
        early_stopping.start()


def _total(batches: Any, epochs: int) -> int | None:
    return len(batches) * epochs if hasattr(batches, "__len__") else None


def _train_epoch(
    model: Module, loss: Loss, optimizer: Optimizer, batches: Iterable, epoch: int, history: History, bar: Any,
    scheduler: Any,
) -> float:
    """One epoch; returns the mean loss over its examples."""
    model.train()
    total, count, losses = 0.0, 0, history.step_losses
    for batch, (x, y) in enumerate(batches, 1):
        try:
            value = train_step(model, loss, optimizer, x, y)
        except Exception as error:
            _locate(error, model, x, history, epoch, batch)
            raise
        if scheduler is not None:
            scheduler.step()
        losses.append(value)
        total += value * len(x)
        count += len(x)
        if bar is not None:
            bar.update()
    require(count > 0, "fit: batches gave none in epoch {}, expected an iterable that starts anew each time", epoch)
    if bar is not None:
        bar.set_postfix_str(f"epoch {epoch}, loss {total / count:.4g}", refresh=False)
    return total / count


def _validate(
    model: Module, loss: Loss, sets: Mapping, metrics: Mapping | None, epoch: int, history: History
) -> dict[str, float]:
    record = {}
    for name, (X, y) in sets.items():
        try:
            values = evaluate(model, X, y, loss, metrics)
        except Exception as error:
            _locate(error, model, X, history, epoch, 0, f"set {name!r} after ")
            raise
        record |= {f"{name}_{key}": value for key, value in values.items()}
    return record


def _locate(
    error: Exception, model: Module, x: np.ndarray, history: History, epoch: int, batch: int, where: str = ""
) -> None:
    """Say where the error happened and keep the history on it; raise if it is a divergence."""
    place = f"{where}epoch {epoch}" + (f", batch {batch}" if batch else "")
    if not isinstance(error, FloatingPointError) and _outputs_are_moderate(model, x):
        error.add_note(f"in fit, {place}")
        error.history = history
        return
    if not np.isfinite(x).all():
        cause = "the inputs are not finite"
    elif (epoch, batch) == (1, 1):
        cause = "the weights are not finite, or too large, before the first step"
    else:
        cause = "the learning rate may be too large"
    diverged = TrainingDiverged(f"fit: no finite loss in {place}: {cause} ({error})")
    diverged.history, diverged.epoch, diverged.batch = history, epoch, batch
    raise diverged from error


def _outputs_are_moderate(model: Module, x: np.ndarray) -> bool:
    """Whether the outputs are finite, and far enough from the largest number that a squared loss is finite, too."""
    try:
        with no_grad():
            outputs = model(x).data
        return bool((np.abs(outputs) < 1e-3 * np.sqrt(np.finfo(outputs.dtype).max)).all())
    except Exception:  # the model does not take the batch at all: that is the error to show
        return True
