"""The five ways in which a claim can be checked: each compares two things and says how far apart they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Outcome:
    """What one comparison found.

    Attributes
    ----------
    passed : whether the two sides agree as demanded.
    error : the distance found, in the unit of the comparison: 0 is perfect, and a bound with room left is below 0.
    count : how many numbers or items were compared.
    detail : one line that says what was found and what was allowed.
    tightness : of an inequality, the largest value in units of its bound; None for the others.
    """

    passed: bool
    error: float
    count: int
    detail: str
    tightness: float | None = None


def to_array(x: Any) -> np.ndarray:
    """``x`` as an array; tensors (ours and PyTorch's) give up their data, booleans and unsigned integers their type."""
    if hasattr(x, "detach"):
        x = x.detach().numpy()
    array = np.asarray(x)
    return array.astype(np.int64) if array.dtype.kind in "bu" else array  # unsigned differences would wrap around


def identity(ours: Any, reference: Any, tol: float = 1e-10) -> Outcome:
    r"""Equality up to rounding: :math:`\max_i |a_i-b_i| / \max(1,|b_i|) \le` ``tol``; a NaN or another shape fails."""
    a, b = to_array(ours), to_array(reference)
    if a.shape != b.shape:
        return Outcome(False, np.inf, 0, f"shape {a.shape} against {b.shape}")
    if a.size == 0:
        return Outcome(False, np.inf, 0, "nothing to compare: the arrays are empty")
    same_infinity = np.isinf(a) & (a == b)
    with np.errstate(invalid="ignore"):
        scaled = np.where(same_infinity, 0.0, np.abs(a - b) / np.maximum(1.0, np.abs(b)))
    error = float(np.max(np.where(np.isnan(scaled), np.inf, scaled)))
    return Outcome(error <= tol, error, a.size, f"largest error {error:.2g} (tolerance {tol:.2g})")


def inequality(value: Any, bound: Any, slack: float = 1e-12) -> Outcome:
    r"""``value`` :math:`\le` ``bound`` elementwise, up to a relative ``slack`` for rounding; says how tight it came."""
    a, b = to_array(value), to_array(bound)
    try:
        a, b = np.broadcast_arrays(a, b)
    except ValueError:
        return Outcome(False, np.inf, 0, f"shape {a.shape} against {b.shape}")
    if a.size == 0:
        return Outcome(False, np.inf, 0, "nothing to compare: the arrays are empty")
    with np.errstate(invalid="ignore"):
        excess = np.where((a == b) & np.isinf(a), 0.0, a - b)
    passed = bool(np.all(excess <= slack * np.maximum(1.0, np.where(np.isinf(b), 0.0, np.abs(b)))))
    error = float(np.max(np.where(np.isnan(excess), np.inf, excess)))
    useful = (b > max(slack, 0.0)) & np.isfinite(b)  # below the slack, the ratio is one of rounding errors
    tightness = float(np.max(a[useful] / b[useful])) if useful.any() else -np.inf
    tight = f"{tightness:.3g} of the bound at most" if useful.any() else "no positive finite bound"
    return Outcome(passed, error, a.size, tight if passed else f"the bound is exceeded by {error:.3g}", tightness)


def monte_carlo(samples: Any, expected: Any, sigmas: float = 4.0) -> Outcome:
    """The mean over axis 0 of ``samples`` lies within ``sigmas`` standard errors of ``expected``."""
    s, e = np.asarray(to_array(samples), dtype=np.float64), to_array(expected)
    if len(s) < 2:
        return Outcome(False, np.inf, len(s), "needs at least two samples")
    if s.shape[1:] != e.shape:
        return Outcome(False, np.inf, 0, f"samples of shape {s.shape[1:]} against {e.shape}")
    deviation = np.abs(s.mean(axis=0) - e)
    standard_error = s.std(axis=0, ddof=1) / np.sqrt(len(s))
    floor = 1e-12 * np.maximum(1.0, np.abs(e))
    z = float(np.max(deviation / np.maximum(standard_error, floor)))
    detail = f"{z:.2g} standard errors off over {len(s):,} samples (allowed: {sigmas:g})"
    return Outcome(z <= sigmas, z, len(s), detail)


def enumeration(ours: Any, brute: Any) -> Outcome:
    """Exact equality with what brute force finds; collections are compared as they are, arrays entry by entry."""
    if isinstance(ours, set | dict | list | tuple | str | int | bool) and type(ours) is type(brute):
        count = len(brute) if hasattr(brute, "__len__") else 1
        return Outcome(ours == brute, 0.0 if ours == brute else 1.0, count, "equal" if ours == brute else "different")
    a, b = to_array(ours), to_array(brute)
    if a.shape != b.shape or a.size == 0:
        return Outcome(False, np.inf, 0, f"shape {a.shape} against {b.shape}")
    wrong = int(np.sum(a != b))
    return Outcome(wrong == 0, float(wrong), b.size, f"{wrong} of {b.size:,} differ")


def rate(sizes: Any, errors: Any, order: float, tol: float = 0.1) -> Outcome:
    r"""The slope of :math:`\log` ``errors`` against :math:`\log` ``sizes`` is ``order`` within ``tol``."""
    h, e = np.asarray(to_array(sizes), float), np.asarray(to_array(errors), float)
    if h.shape != e.shape or h.size < 3 or not (np.all(h > 0) and np.all(e > 0)):
        return Outcome(False, np.inf, h.size, "needs three or more positive sizes and errors")
    slope = float(np.polyfit(np.log(h), np.log(e), 1)[0])
    return Outcome(
        abs(slope - order) <= tol, abs(slope - order), h.size, f"slope {slope:.3f}, stated {order:g} ± {tol:g}"
    )
