"""Looking at a model from outside: no gradients, evaluation mode, all examples."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from derived.arguments import require, require_finite, require_labels
from derived.nn import Module
from derived.tensor import Tensor, no_grad

__all__ = ["accuracy", "evaluate", "predict"]

Loss = Callable[[Tensor, np.ndarray], Tensor]
Metric = Callable[[np.ndarray, np.ndarray], float]


@contextmanager
def evaluating(model: Module) -> Iterator[None]:
    """Evaluation mode and no tape inside the block; every module's own mode again afterwards."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with no_grad():
            yield
    finally:
        for module, mode in modes:
            module.training = mode


def predict(model: Module, X: ArrayLike, batch_size: int = 1024) -> np.ndarray:
    """The outputs of `model` on all rows of `X`, computed in pieces that bound the memory.

    Parameters
    ----------
    model : Module
    X : array_like, shape (N, ...)
    batch_size : int
        The number of rows of a piece; changes the result by rounding at most.

    Returns
    -------
    ndarray, shape (N, ...)
    """
    X = np.asarray(X)
    require(X.ndim >= 1 and len(X) > 0, f"predict: X has shape {X.shape}, expected at least one example")
    require(batch_size >= 1, f"predict: batch_size is {batch_size}, expected an integer >= 1")
    with evaluating(model):
        pieces = [model(X[i : i + batch_size]).data for i in range(0, len(X), batch_size)]
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)


def evaluate(
    model: Module,
    X: ArrayLike,
    y: ArrayLike,
    loss: Loss | None = None,
    metrics: Mapping[str, Metric] | None = None,
) -> dict[str, float]:
    """Loss and metrics of `model` on the examples `X`, `y`.

    Parameters
    ----------
    model : Module
    X, y : array_like
        Inputs and targets, N rows each.
    loss : callable, optional
        ``loss(outputs, y)`` with a tensor of all outputs; a tensor with one number.
    metrics : dict of callables, optional
        ``metric(outputs, y)`` with the array of all outputs, such as ``{"accuracy": accuracy}``.

    Returns
    -------
    dict
        ``"loss"`` if there is one, then the metrics in their order.
    """
    y = np.asarray(y)
    require(
        y.ndim >= 1 and len(y) == len(X),
        f"evaluate: y has shape {y.shape}, expected {len(X)} rows as in X {np.shape(X)}",
    )
    outputs = predict(model, X)
    values = {}
    if loss is not None:
        with no_grad():
            values["loss"] = loss(Tensor(outputs), y).item()
    return values | {name: float(metric(outputs, y)) for name, metric in (metrics or {}).items()}


def accuracy(predictor: Module | ArrayLike, *data: ArrayLike, threshold: float = 0.0) -> float:
    """The share of examples that are classified correctly: ``accuracy(model, X, y)`` or ``accuracy(scores, y)``.

    Scores of shape (N, K) predict the class of the largest one (the first of equals). Scores of shape (N,) or
    (N, 1) predict the positive class if they reach `threshold`; labels are then 0 and 1, or -1 and +1. Integers of
    shape (N,) are predicted labels themselves.

    Parameters
    ----------
    predictor : Module, or array_like
        A model, which needs X too, or what it has put out.
    *data : array_like
        X and y, or only y. y has N class indices or signs.
    threshold : float
        0 for logits and signed distances, 0.5 for probabilities; used with one score an example only.

    Raises
    ------
    ValueError
        If shapes do not match, a score is not finite, or a label is none of the classes.

    Examples
    --------
    >>> accuracy([[2.0, 1.0], [0.0, 3.0]], [0, 0])
    0.5
    """
    require(len(data) in (1, 2), "accuracy: expected accuracy(model, X, y) or accuracy(scores, y)")
    scores = predict(predictor, data[0]) if len(data) == 2 else predictor
    scores = np.asarray(scores.data if isinstance(scores, Tensor) else scores)
    y = np.asarray(data[-1])
    N = len(scores) if scores.ndim else 0
    require(
        N > 0 and scores.ndim <= 2 and y.shape in ((N,), (N, 1)),
        f"accuracy: y has shape {y.shape}, expected one label for each of the scores {scores.shape}",
    )
    y = y.ravel()
    require_finite("accuracy", "scores", scores)
    if scores.ndim == 2 and scores.shape[1] > 1:
        require_labels("accuracy", y, scores.shape[1])
        return float(np.mean(scores.argmax(axis=1) == y))
    scores = scores.ravel()
    if scores.dtype.kind in "iu":
        return float(np.mean(scores == y))
    known = np.isin(y, (0, 1)).all() or np.isin(y, (-1, 1)).all()
    require(known, f"accuracy: y has {_some(y)}, expected 0 and 1, or -1 and +1, as there is one score an example")
    return float(np.mean((scores >= threshold) == (y > 0)))


def _some(y: np.ndarray) -> str:
    values = np.unique(y)
    return ", ".join(map(str, values[:4].tolist())) + (" ..." if len(values) > 4 else "")


def named_sets(validation: Any) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The validation sets of :func:`derived.training.fit` by name: one pair is called "validation"."""
    if validation is None:
        return {}
    if not isinstance(validation, Mapping):
        validation = {"validation": validation}
    for name, pair in validation.items():
        require(
            isinstance(pair, tuple | list) and len(pair) == 2,
            f"fit: validation {name!r} is a {type(pair).__name__}, expected a pair (X, y)",
        )
    return dict(validation)
