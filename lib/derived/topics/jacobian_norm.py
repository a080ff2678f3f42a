r"""How steep a function is at a point: the operator norm of its derivative :math:`D_xf`, without the matrix.

Both directions of differentiation are used: a step in a direction v tells :math:`D_xf\,v`, the pullback
:math:`(D_xf)^\top u`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from derived import nn, ops
from derived.arguments import require, require_finite
from derived.tensor import Tensor, no_grad, vjp
from derived.topics.norms import dual_exponent, dual_norm, dual_norm_maximizer

__all__ = ["Steepest", "directional_difference", "frozen", "jacobian_norm", "jacobians", "steepest"]


class Steepest(NamedTuple):
    r"""What :func:`steepest` found at each of N inputs.

    Attributes
    ----------
    norm : (N,) the values :math:`\|D_xf^\top u\|_{p^*}`, never above the operator norm.
    left : (N, …) the u, of the shape of f's value, of length 1 in the norm dual to q.
    right : (N, …) the directions v in which f rises so fast, of the shape of x, of length 1 in the p-norm.
    """

    norm: np.ndarray
    left: np.ndarray
    right: np.ndarray


def jacobians(f: Callable, x: np.ndarray) -> np.ndarray:
    """The derivative at each of N inputs as a matrix (N, m, n), by one backward pass for each of the m outputs.

    Parameters
    ----------
    f : function of a tensor (N, …) that treats every row for itself; n and m count the entries of a row of x and f(x).
    x : (N, …) floating-point array.
    """
    with frozen(f):
        value, pull = vjp(f, x)
    rows = value.reshape(len(x), -1)
    J = np.empty((len(x), rows.shape[1], x[0].size), dtype=value.dtype)
    for k in range(rows.shape[1]):
        seed = np.zeros_like(rows)
        seed[:, k] = 1
        J[:, k] = pull(seed.reshape(value.shape))[0].reshape(len(x), -1)
    return J


def directional_difference(f: Callable, x: np.ndarray, v: np.ndarray) -> Tensor:
    r"""The quotient :math:`\frac{f(x+hv)-f(x-hv)}{2h}\approx D_xf\,v` of each row, as a tensor that is recorded.

    Parameters
    ----------
    f : function of a tensor (N, …) that treats every row for itself.
    x, v : (N, …) floating-point arrays.

    Returns
    -------
    (N, …) tensor, exact up to rounding for a ReLU network without a kink between the two points. The step h is the
    third root of the unit of rounding of x, where the errors of rounding and of curvature balance.
    """
    h = float(np.cbrt(np.finfo(x.dtype).eps))
    step = (h * v).astype(x.dtype)
    both = f(Tensor(np.concatenate([x + step, x - step])))  # in one evaluation
    both = ops.reshape(both, (2, len(x), *both.shape[1:]))
    signs = np.array([1, -1], x.dtype).reshape(2, *[1] * (both.ndim - 1))
    return ops.sum(both * signs, dim=0) * np.asarray(0.5 / h, dtype=x.dtype)


def steepest(f: Callable, x: np.ndarray, *, rng: np.random.Generator, steps: int = 20, p: float = 2.0,
             q: float = 2.0, start: np.ndarray | None = None) -> Steepest:  # fmt: skip
    r"""The power method for :math:`\|D_xf\|_{p\to q}=\max_{\|v\|_p=1}\|D_xf\,v\|_q` at all rows of x at once.

    .. math:: u\leftarrow\mathrm{dual}_{q^*}(D_xf\,v),\qquad v\leftarrow\mathrm{dual}_p(D_xf^\top u)

    where :math:`\mathrm{dual}_p(z)` is the point of the p-ball with the largest inner product with z
    (:func:`derived.topics.norms.dual_norm_maximizer`); for p = q = 2 the division by the length.

    Parameters
    ----------
    f : module or function of a tensor (N, …) that treats every row for itself (no batch statistics).
    x : (N, …) floating-point array.
    rng : source of the first directions.
    steps : rounds, each of two evaluations of f and one backward pass for the whole batch.
    p, q : exponents of the norms of the inputs and of the outputs, from 1 to infinity.
    start : (N, …) first directions in place of random ones: those found a moment ago, say.

    Returns
    -------
    Steepest
        The product with :math:`D_xf` is a difference quotient, which steers the direction only; the value comes from
        the pullback and is a lower bound of the norm. It rises to the norm for p = q = 2. For other exponents it may
        stop at a local maximum (Boyd, 1974): try several starts.

    Raises
    ------
    ValueError
        for an x that is not finite, a start of another shape, fewer than one step, or an exponent below 1.
    """
    require(x.ndim >= 2 and len(x) > 0, "steepest: x has shape {}, expected (N, ...) with N inputs", x.shape)
    require(steps >= 1, "steepest: steps is {}, expected at least 1", steps)
    require_finite("steepest", "x", x)
    v = rng.standard_normal(x.shape) if start is None else np.asarray(start)
    require(v.shape == x.shape, "steepest: start has shape {}, expected that of x, {}", v.shape, x.shape)
    v = _dual(v.astype(x.dtype), 2.0)
    with frozen(f):
        value, pull = vjp(f, x)
        for _ in range(steps):
            with no_grad():
                rise = directional_difference(f, x, v).data
            u = _dual(rise, dual_exponent(q))
            back = pull(u.reshape(value.shape))[0]
            v = _dual(back, p)
    return Steepest(dual_norm(back.reshape(len(x), -1), p), u, v)


def jacobian_norm(f: Callable, x: np.ndarray, *, rng: np.random.Generator, steps: int = 20, p: float = 2.0,
                  q: float = 2.0) -> np.ndarray:  # fmt: skip
    r"""Operator norm :math:`\|D_xf\|_{p\to q}` at each of N inputs, (N,): the norms that :func:`steepest` finds."""
    return steepest(f, x, rng=rng, steps=steps, p=p, q=q).norm


def _dual(z: np.ndarray, p: float) -> np.ndarray:
    """The maximiser over the p-ball for each row, all its axes taken as one."""
    return dual_norm_maximizer(z.reshape(len(z), -1), p).reshape(z.shape)


@contextmanager
def frozen(f: Callable) -> Iterator[None]:
    """No gradients of the parameters of a module inside the block, which would cost a third of a backward pass.

    A function that is no module is left as it is.
    """
    trained = [p for p in f.parameters() if p.requires_grad] if isinstance(f, nn.Module) else []
    for p in trained:
        p.requires_grad = False
    try:
        yield
    finally:
        for p in trained:
            p.requires_grad = True
