"""Compare a reader's result with the expected one, and say in words how they differ."""

from collections.abc import Mapping, Set
from numbers import Number

import numpy as np

__all__ = ["difference", "text"]

NUMERIC = (Number, np.ndarray, np.generic)


def difference(got: object, want: object, tol: float) -> str:
    """What separates `got` from `want`; empty when they agree to `tol` relative to ``max(1, |want|)``.

    Lists count as arrays where an array is wanted, and tensors as their data: the exercise is about the
    numbers. Shapes must agree exactly.
    """
    got, want = _plain(got), _plain(want)
    if isinstance(want, NUMERIC):
        return _numbers(got, want, tol)
    if isinstance(want, (tuple, list)):
        return _sequence(got, want, tol)
    if isinstance(want, Mapping):
        return _mapping(got, want, tol)
    if isinstance(want, Set) and not isinstance(got, Set):
        return f"the result is a {_kind(got)}, expected a set"
    if isinstance(want, str) and not isinstance(got, str):
        return f"the result is a {_kind(got)}, expected a text"
    if callable(want) or got is want:
        return ""
    try:
        return "" if bool(got == want) else "the result differs"
    except (TypeError, ValueError):
        return f"the result is a {_kind(got)}, expected a {_kind(want)}"


def text(value: object) -> str:
    """A value in a few lines: arrays with their shape, numbers to six digits."""
    value = _plain(value)
    if isinstance(value, np.ndarray) and value.ndim:
        body = np.array2string(value, precision=6, threshold=40, edgeitems=3, max_line_width=88)
        indented = body.replace("\n", "\n    ")
        return f"array of shape {value.shape}: {indented}"
    if isinstance(value, (float, np.floating)):
        return f"{float(value):.10g}"
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0):
        return repr(value.item())
    if isinstance(value, (tuple, list)) and any(isinstance(_plain(item), np.ndarray) for item in value):
        return "(" + ", ".join(text(item) for item in value) + ")"
    full = repr(value)
    return full if len(full) <= 300 else full[:297] + "..."


def _plain(value: object) -> object:
    """The array in a tensor of this library (or of PyTorch); anything else as it is."""
    data = getattr(value, "data", None)
    if isinstance(data, np.ndarray) and not isinstance(value, np.ndarray):
        return data
    if type(value).__module__.split(".")[0] == "torch" and hasattr(value, "detach"):
        return value.detach().numpy()
    return value


def _numbers(got: object, want: object, tol: float) -> str:
    try:
        array = np.asarray(got)
    except (ValueError, TypeError):
        return "the result is no array: its rows have different lengths"
    expected = np.asarray(want)
    if array.dtype.kind not in "biufc":
        return f"the result is a {_kind(got)}, expected {'a number' if expected.ndim == 0 else 'an array'}"
    if array.shape != expected.shape:
        return f"the shape is {array.shape}, expected {expected.shape}"
    if expected.dtype.kind not in "biufc":
        return "" if np.array_equal(array, expected) else "the result differs"
    if not array.size:
        return ""
    array, expected = (a.astype(complex if a.dtype.kind == "c" else float) for a in (array, expected))
    with np.errstate(invalid="ignore"):
        error = np.abs(array - expected) / np.maximum(1.0, np.abs(expected))
    error = np.where((array == expected) | (np.isnan(array) & np.isnan(expected)), 0.0, error)
    if np.isnan(array[~np.isnan(expected)]).any():
        return "the result contains NaN"
    worst = float(np.where(np.isnan(error), np.inf, error).max())
    if worst <= tol:
        return ""
    if worst < 1e-5:
        return f"the largest error is {worst:.1e}, more than {tol:.0e}: is something rounded to float32?"
    return f"the largest relative error is {worst:.3g}" if expected.ndim else "the value is wrong"


def _sequence(got: object, want: tuple | list, tol: float) -> str:
    if isinstance(got, np.ndarray) and got.ndim:
        got = list(got)
    if not isinstance(got, (tuple, list)):
        return f"the result is a {_kind(got)}, expected {len(want)} values"
    if len(got) != len(want):
        return f"the result has {len(got)} values, expected {len(want)}"
    for k, (mine, theirs) in enumerate(zip(got, want, strict=True), start=1):
        if problem := difference(mine, theirs, tol):
            return f"value {k} of the result: {problem}"
    return ""


def _mapping(got: object, want: Mapping, tol: float) -> str:
    if not isinstance(got, Mapping):
        return f"the result is a {_kind(got)}, expected a dictionary"
    if set(got) != set(want):
        return f"the keys are {sorted(map(str, got))}, expected {sorted(map(str, want))}"
    for key in want:
        if problem := difference(got[key], want[key], tol):
            return f"entry {key!r}: {problem}"
    return ""


def _kind(value: object) -> str:
    return type(value).__name__
