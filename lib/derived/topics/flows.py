"""What all flows share: the density of what they make of noise, and training by maximum likelihood.

A flow is a module with ``forward(x) -> z, log_det``, the way from data to noise with the logarithm of the absolute
determinant of its Jacobian, and ``inverse(z) -> x``, the way back. Shapes are (S, N, d): S flows of one shape side by
side (S is ``flow.copies``), each with its own parameters and its own N points.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived import ops
from derived.arguments import require
from derived.nn import Module
from derived.optim import Adam
from derived.tensor import Tensor, no_grad

__all__ = ["grid_integral", "log_prob", "mean_log_prob", "plane_grid", "sample", "train_flow"]


def log_prob(flow: Module, x: np.ndarray) -> Tensor:
    r"""Log density of each point under each flow.

    .. math:: \log p_X(x)=-\tfrac12\lVert z\rVert^2-\tfrac d2\log2\pi+\log\lvert\det\partial G(x)\rvert,\qquad z=G(x)

    Parameters
    ----------
    flow : S flows; :math:`G` is ``flow.forward``.
    x : (S, N, d), or (N, d) for the same points for all.

    Returns
    -------
    Tensor (S, N).
    """
    z, log_det = flow(np.broadcast_to(x, (flow.copies, *x.shape[-2:])))
    return log_det - (z * z).sum(-1) * 0.5 - 0.5 * z.shape[-1] * float(np.log(2 * np.pi))


def mean_log_prob(flow: Module, x: np.ndarray) -> np.ndarray:
    """Mean of :func:`log_prob` over the points, (S,), nothing recorded."""
    with no_grad():
        return log_prob(flow, x).data.mean(axis=-1)


def sample(flow: Module, shape: tuple[int, int, int], rng: np.random.Generator) -> np.ndarray:
    """Points (S, N, d): noise, sent back through the flow."""
    return flow.inverse(rng.standard_normal(shape))


def train_flow(flow: Module, X: np.ndarray, *, steps: int, batch_size: int = 128, lr: float = 5e-3,
               rng: np.random.Generator) -> np.ndarray:  # fmt: skip
    """Maximum likelihood by Adam, the rate falling to zero like a half cosine.

    Parameters
    ----------
    flow : S flows; changed.
    X : (S, N, d), the training points of each flow.
    steps, batch_size : batches are drawn with replacement, the same rows for all S.
    lr : first rate.

    Returns
    -------
    (steps, S) mean log density of each batch.
    """
    require(X.ndim == 3, "train_flow: X has shape {}, expected (S, N, d)", X.shape)
    optimizer, curve = Adam(flow.parameters(), lr=lr), []
    for t in range(steps):
        optimizer.lr = lr * 0.5 * (1 + np.cos(np.pi * t / steps))
        batch = X[:, rng.integers(0, X.shape[1], batch_size)]
        optimizer.zero_grad()
        likely = ops.mean(log_prob(flow, batch), -1)  # (S,): the sum of the S means leaves each flow to itself
        (-likely.sum()).backward()
        optimizer.step()
        curve.append(likely.data)
    return np.array(curve)


def plane_grid(limits: tuple[float, float, float, float], n: int) -> tuple[np.ndarray, float]:
    """Midpoints (n^2, 2) of the cells of a rectangle (left, right, bottom, top), row after row; area of a cell."""
    left, right, bottom, top = limits
    a = left + (right - left) * (np.arange(n) + 0.5) / n
    b = bottom + (top - bottom) * (np.arange(n) + 0.5) / n
    first, second = np.meshgrid(a, b)
    return np.column_stack([first.ravel(), second.ravel()]), (right - left) * (top - bottom) / n**2


def grid_integral(logp: Callable[[np.ndarray], np.ndarray], limits: tuple[float, float, float, float],
                  n: int = 200) -> np.ndarray:  # fmt: skip
    """Midpoint rule for the integral over a rectangle of the exponential of ``logp``: (n^2, 2) to (..., n^2)."""
    points, cell = plane_grid(limits, n)
    return np.exp(logp(points)).sum(axis=-1) * cell
