r"""Difference quotients: derivatives measured by moving the argument, and how wrong they must be.

An evaluation is off by some :math:`\delta` from rounding, and a quotient divides it by the step :math:`h`. So its error
is that of the broken-off Taylor series plus about :math:`\delta/h`: no step makes both small.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from derived.arguments import require

__all__ = ["best_step", "central", "complex_step", "error_bound", "five_point", "forward", "relative_error"]


def forward(f: Callable, x: Any, h: Any) -> Any:
    """``(f(x + h) - f(x)) / h``, off by h/2 f''."""
    return (f(x + h) - f(x)) / h


def central(f: Callable, x: Any, h: Any) -> Any:
    """``(f(x + h) - f(x - h)) / 2h``, off by h²/6 f'''."""
    return (f(x + h) - f(x - h)) / (2 * h)


def five_point(f: Callable, x: Any, h: Any) -> Any:
    """Central quotients of steps h and 2h, combined so that their h² cancels; off by h⁴/30 of the fifth derivative."""
    return (4 * central(f, x, h) - central(f, x, 2 * h)) / 3


def complex_step(f: Callable, x: Any, h: float = 1e-30) -> np.ndarray:
    """``Im f(x + ih) / h``: nothing is subtracted, h may be tiny; analytic ``f`` only (Squire and Trapp, 1998)."""
    return np.imag(f(x + 1j * h)) / h


def error_bound(h: Any, third: float, delta: float) -> Any:
    r"""Largest error of the central quotient, :math:`\frac{h^2}6M+\frac\delta h`.

    Parameters
    ----------
    h : step or array of steps.
    third : :math:`M\ge|f'''|` on :math:`[x-h,x+h]`.
    delta : :math:`\delta`, by how much an evaluation may be off.
    """
    return h * h / 6 * third + delta / h


def best_step(third: float, delta: float) -> float:
    r"""The step where :func:`error_bound` is least, :math:`(3\delta/M)^{1/3}`."""
    require(third > 0 and delta > 0, "best_step: third and delta are {} and {}, expected positive", third, delta)
    return float((3 * delta / third) ** (1 / 3))


def relative_error(F: np.ndarray, g: np.ndarray) -> float:
    r""":math:`\rho(F,g)=\|F-g\|/(\|F\|+\|g\|)`, from 0 to 1; 0 if both are 0."""
    require(np.shape(F) == np.shape(g), "relative_error: shapes are {} and {}", np.shape(F), np.shape(g))
    size = np.linalg.norm(F) + np.linalg.norm(g)
    return float(np.linalg.norm(np.subtract(F, g)) / size) if size else 0.0
