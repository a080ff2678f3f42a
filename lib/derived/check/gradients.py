"""Gradients without calculus: finite differences and the adjoint identity, the references for every pullback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from derived.arguments import require


def finite_difference(f: Callable, x: np.ndarray, eps: float = 1e-5) -> np.ndarray:
    r"""Jacobian of ``f`` at ``x`` by central differences.

    .. math:: F_{\cdot j} = \frac{f(x+\epsilon e_j)-f(x-\epsilon e_j)}{2\epsilon} + O(\epsilon^2)

    Parameters
    ----------
    f : function of one float64 array that returns a scalar or an array.
    x : array of any shape, converted to float64 (central differences drown in rounding in float32).
    eps : step; the error is about :math:`\epsilon^2` from curvature and :math:`10^{-16}/\epsilon` from rounding.

    Returns
    -------
    float64 array of shape ``f(x).shape + x.shape``.
    """
    x = np.array(x, dtype=np.float64)
    columns = []
    for j in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[j] = eps
        columns.append((np.asarray(f(x + step)) - np.asarray(f(x - step))) / (2 * eps))
    columns = np.asarray(columns, dtype=np.float64)
    return np.moveaxis(columns, 0, -1).reshape(columns.shape[1:] + x.shape)


def directional(f: Callable, x: np.ndarray, u: np.ndarray, eps: float = 1e-5) -> np.ndarray:
    r"""Directional derivative :math:`J u \approx (f(x+\epsilon u)-f(x-\epsilon u))/2\epsilon`, shape of ``f(x)``."""
    x, u = np.asarray(x, dtype=np.float64), np.asarray(u, dtype=np.float64)
    return (np.asarray(f(x + eps * u)) - np.asarray(f(x - eps * u))) / (2 * eps)


def gradcheck(f: Callable, *arrays: np.ndarray, rng: np.random.Generator, eps: float = 1e-5,
              **options: Any) -> float:  # fmt: skip
    r"""Compare every pullback of a primitive with finite differences.

    For a random :math:`v` in the space of values, the pullback :math:`J^\top v` of each floating-point argument is
    compared with the finite difference :math:`F` of :math:`\langle v, f\rangle`.

    Parameters
    ----------
    f : a primitive, or a rule ``f(*arrays) -> value, pull_1, …``; turn a function of tensors into one with
        :func:`derived.tensor.rule_of`.
    arrays : its arguments in float64; integers, Python's numbers and None are left alone.
    rng : source of :math:`v`.
    options : keyword arguments of ``f``.

    Returns
    -------
    The largest :math:`\|F-g\| / (\|F\|+\|g\|+10^{-3}\max(1,|f|))`; about 1e-9 when right, at most 1e-6 accepted, and
    infinity for NaN. The absolute term keeps the ratio meaningful where the true gradient is 0.
    """
    rule = getattr(f, "rule", f)
    value, *pulls = rule(*arrays, **options)
    v = rng.standard_normal(np.shape(value))
    errors = []
    for k, (x, pull) in enumerate(zip(arrays, pulls, strict=False)):
        if not _differentiable(x):
            continue

        def projected(z: np.ndarray, k: int = k) -> np.ndarray:
            return np.sum(v * rule(*arrays[:k], z, *arrays[k + 1 :], **options)[0])

        expected, got = finite_difference(projected, x, eps), np.asarray(pull(v))
        if got.shape != x.shape:
            return np.inf
        scale = np.linalg.norm(expected) + np.linalg.norm(got)
        scale += 1e-3 * max(1.0, abs(float(projected(x))))
        errors.append(np.linalg.norm(expected - got) / scale)
    require(bool(errors), "gradcheck: no argument is a floating-point array with a pullback, nothing to check")
    return float(np.nan_to_num(errors, nan=np.inf, posinf=np.inf).max())


def adjoint_error(
    f: Callable, *arrays: np.ndarray, rng: np.random.Generator, eps: float = 1e-5, **options: Any
) -> float:
    r"""How far the pullbacks are from the adjoint of the derivative.

    For random directions :math:`u` (in all arguments at once) and :math:`v`, returns
    :math:`|\langle v, Ju\rangle - \langle J^\top v, u\rangle|` divided by the size of its terms; :math:`Ju` is a finite
    difference, :math:`J^\top v` comes from the pullbacks. Two evaluations, whatever the dimension. Arguments as in
    :func:`gradcheck`.
    """
    rule = getattr(f, "rule", f)
    value, *pulls = rule(*arrays, **options)
    moved = [_differentiable(x) and k < len(pulls) for k, x in enumerate(arrays)]
    require(any(moved), "adjoint_error: no argument is a floating-point array with a pullback, nothing to check")
    v = rng.standard_normal(np.shape(value))
    u = [rng.standard_normal(np.shape(x)) if m else None for x, m in zip(arrays, moved, strict=True)]

    def shifted(step: float) -> np.ndarray:
        return rule(*(x + step * d if m else x for x, d, m in zip(arrays, u, moved, strict=True)), **options)[0]

    forward = np.sum(v * (shifted(eps) - shifted(-eps)) / (2 * eps))
    terms = [np.sum(pull(v) * d) for pull, d, m in zip(pulls, u, moved, strict=False) if m]
    error = abs(forward - sum(terms)) / max(1.0, abs(forward), *map(abs, terms))
    return np.inf if np.isnan(error) else float(error)


def _differentiable(x: object) -> bool:
    return isinstance(x, np.ndarray | np.floating) and np.issubdtype(x.dtype, np.floating)
