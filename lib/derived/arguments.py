"""Messages for bad input: they name the argument, what came and what was expected.

Every public function of the library checks with these five what its caller can get wrong, so that all
messages read alike: ``where: argument is what came, expected what was wanted``.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

import numpy as np

__all__ = ["examples", "one_of", "require", "require_finite", "require_labels"]


def require(condition: bool, message: str, *values: Any) -> None:
    """Raise ``ValueError(message)`` unless `condition` holds.

    Parameters
    ----------
    condition : bool
        What must hold.
    message : str
        ``where: argument is what came, expected what was wanted``. With `values` it is a template for
        ``message.format(*values)``, filled in only if the condition fails: for functions timed in microseconds.
    *values : object
        What the template's braces stand for.

    Examples
    --------
    >>> require(0.1 >= 0, "SGD: lr is {}, expected a number >= 0", 0.1)
    >>> require(-1 >= 0, "SGD: lr is {}, expected a number >= 0", -1)
    Traceback (most recent call last):
    ValueError: SGD: lr is -1, expected a number >= 0
    """
    if not condition:
        raise ValueError(message.format(*values) if values else message)


def one_of(where: str, argument: str, value: Any, known: Iterable[str]) -> str:
    """Return `value` if it is one of the `known` names; otherwise raise, naming the nearest known one.

    Parameters
    ----------
    where : str
        The function that was called.
    argument : str
        The name of its argument.
    value : str
        What came. Names are compared exactly; only the suggestion ignores case.
    known : iterable of str
        The names that are accepted (a dictionary gives its keys).

    Raises
    ------
    ValueError
        If `value` is not known.

    Examples
    --------
    >>> one_of("load", "name", "digit", ["digits", "iris"])
    Traceback (most recent call last):
    ValueError: load: name is 'digit', expected one of 'digits', 'iris' (did you mean 'digits'?)
    """
    names = list(known)
    if isinstance(value, str) and value in names:
        return value
    by_lower = {name.lower(): name for name in names}
    near = get_close_matches(str(value).lower(), by_lower, n=1, cutoff=0.5)
    hint = f" (did you mean {by_lower[near[0]]!r}?)" if near else ""
    expected = ", ".join(repr(name) for name in names)
    raise ValueError(f"{where}: {argument} is {value!r}, expected one of {expected}{hint}")


def require_finite(where: str, argument: str, array: Any) -> None:
    """Raise unless every entry of `array` is a finite number; the message says what stands first and where.

    Parameters
    ----------
    where, argument : str
        The function that was called and the name of its argument.
    array : array_like
        Integers and booleans always pass.

    Raises
    ------
    ValueError
        If an entry is NaN or infinite, or if the entries are no numbers.

    Examples
    --------
    >>> require_finite("mse_loss", "input", [1.0, float("nan")])
    Traceback (most recent call last):
    ValueError: mse_loss: input has nan at index (1,), 1 such entry of 2, expected finite numbers
    """
    array = np.asarray(array)
    if array.dtype.kind not in "fc":
        require(array.dtype.kind in "iub", "{}: {} has dtype {}, expected numbers", where, argument, array.dtype)
        return
    finite = np.isfinite(array)
    if finite.all():
        return
    first = tuple(int(i) for i in np.unravel_index(int(np.argmin(finite)), array.shape))
    count = int(array.size - np.count_nonzero(finite))
    entries = "entry" if count == 1 else "entries"
    raise ValueError(
        f"{where}: {argument} has {array[first]} at index {first}, {count} such {entries} of {array.size}, "
        "expected finite numbers"
    )


def require_labels(where: str, labels: Any, classes: int) -> None:
    """Raise unless `labels` is a non-empty vector of integers from 0 to `classes` - 1.

    Parameters
    ----------
    where : str
        The function that was called.
    labels : array_like of int, shape (N,)
        Class indices.
    classes : int
        The number of classes.

    Raises
    ------
    ValueError
        If the labels are no integers, are not a vector, are empty, or leave the range.

    Examples
    --------
    >>> require_labels("cross_entropy", [0, 3], classes=3)
    Traceback (most recent call last):
    ValueError: cross_entropy: labels has 3 at index 1, expected integers from 0 to 2
    """
    labels = np.asarray(labels)
    if labels.ndim != 1 or labels.size == 0:
        raise ValueError(f"{where}: labels has shape {labels.shape}, expected a vector of at least one class index")
    if labels.dtype.kind not in "iu":
        raise ValueError(f"{where}: labels has dtype {labels.dtype}, expected integers (class indices)")
    # argmin and argmax cost a quarter of min and max on a small batch, where this check is a part of the step.
    if labels.item(labels.argmin()) < 0 or labels.item(labels.argmax()) >= classes:
        first = int(np.argmax((labels < 0) | (labels >= classes)))
        raise ValueError(
            f"{where}: labels has {labels[first]} at index {first}, expected integers from 0 to {classes - 1}"
        )


def examples(where: str, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    """Inputs X (N, d) and targets y (N,) in float64; raise unless there are as many of both, and finite numbers."""
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    require(X.ndim == 2 and y.shape == X.shape[:1] and len(y) > 0,
            "{}: X has shape {} and y {}, expected (N, d) and (N,) with N >= 1", where, X.shape, y.shape)  # fmt: skip
    require_finite(where, "X", X)
    require_finite(where, "y", y)
    return X, y
