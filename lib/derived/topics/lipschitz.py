r"""Lipschitz constants: what pairs of points and climbing show from below, and the least that given data allow."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from derived import nn
from derived.arguments import require
from derived.tensor import Tensor
from derived.topics.attacks import margin
from derived.topics.jacobian_norm import jacobian_norm
from derived.topics.unit_gallery import GALLERY

__all__ = ["activation_constant", "certified_radius", "climb", "quotients", "random_network", "smoothest_fit",
           "steepest_pair"]  # fmt: skip

_STEEPEST = {unit.name: unit.steepest for unit in GALLERY}
_UNITS = {nn.Sigmoid: "sigmoid", nn.Tanh: "tanh", nn.ReLU: "ReLU", nn.ELU: "ELU", nn.SELU: "SELU", nn.GELU: "GELU",
          nn.SiLU: "SiLU", nn.Softplus: "softplus"}  # fmt: skip


def activation_constant(module: nn.Module) -> float:
    r"""Lipschitz constant :math:`\sup|\phi'|` of an activation module, and 1 of every other module without parameters.

    1 is right for flattening and for pooling over windows that do not overlap; a softmax has :math:`\frac12`, so that
    1 is a bound. A module of one's own states its constant as an attribute ``lipschitz``.
    """
    if hasattr(module, "lipschitz"):
        return float(module.lipschitz)
    if isinstance(module, nn.LeakyReLU):
        return max(1.0, abs(module.negative_slope))
    return _STEEPEST[_UNITS[type(module)]] if type(module) in _UNITS else 1.0


def quotients(f: Callable, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    r"""Slopes :math:`\|f(x)-f(y)\|/\|x-y\|` of N pairs, (N,); none is above the Lipschitz constant.

    Parameters
    ----------
    f : function of an array (N, …) whose value has N rows, such as a module.
    x, y : (N, …), no pair equal.
    """
    require(np.shape(x) == np.shape(y), "quotients: x has shape {}, y {}, expected the same", x.shape, y.shape)
    rise = _array(f(x)) - _array(f(y))
    lengths = [np.linalg.norm(a.reshape(len(x), -1), axis=1) for a in (rise, x - y)]
    require(lengths[1].all(), "quotients: x and y contain an equal pair")
    return lengths[0] / lengths[1]


def climb(f: Callable, x: np.ndarray, *, rng: np.random.Generator, rounds: int = 100, size: float = 1.0,
          steps: int = 10) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    r"""Look for steep places: try a random move of each of N points, keep it where :math:`\|D_xf\|` grows.

    A search without gradients, as the slope of a ReLU network has none. The moves shrink from ``size`` to a hundredth
    of it.

    Parameters
    ----------
    f, steps : as for :func:`derived.topics.jacobian_norm.jacobian_norm`, whose values are lower bounds.
    x : (N, …) starting points.

    Returns
    -------
    points (N, …) and the slopes there (N,).
    """
    best = jacobian_norm(f, x, rng=rng, steps=steps)
    for scale in np.geomspace(size, size / 100, rounds):
        moved = (x + scale * rng.standard_normal(x.shape)).astype(x.dtype)
        slope = jacobian_norm(f, moved, rng=rng, steps=steps)
        better = slope > best
        x = np.where(better.reshape(-1, *[1] * (x.ndim - 1)), moved, x)
        best = np.where(better, slope, best)
    return x, best


def random_network(widths: Sequence[int], seed: int, activation: str = "relu", *, scale: float = 1.0,
                   bias: float = 0.5) -> nn.Sequential:  # fmt: skip
    """An MLP in float64 with He's weights times ``scale``, and normal biases of that deviation: no kink at 0 alone."""
    rng = np.random.default_rng(seed)
    model = nn.MLP(widths, activation, rng=rng, dtype=np.float64)
    for weight, b in zip(model.parameters()[::2], model.parameters()[1::2], strict=True):
        weight.data, b.data = scale * weight.data, bias * rng.standard_normal(b.shape)
    return model


def certified_radius(scores: np.ndarray, labels: np.ndarray, constant: float) -> np.ndarray:
    r"""Distance within which no image's class can change, :math:`\frac{s_y-\max_{k\ne y}s_k}{\sqrt2\,L}`, (N,).

    Parameters
    ----------
    scores, labels : (N, K) and (N,); the radius is 0 where the largest score is not that of the label.
    constant : a Lipschitz constant L of the scores, Euclidean norms on both sides.
    """
    return np.maximum(0, margin(scores, labels)) / (np.sqrt(2) * constant)


def steepest_pair(X: np.ndarray, y: np.ndarray) -> float:
    r"""Largest slope :math:`\max_{i\ne j}|y_i-y_j|/\|x_i-x_j\|` of the data X (N, n), y (N,): no fit has less."""
    i, j = np.triu_indices(len(X), 1)
    return float(np.max(np.abs(y[i] - y[j]) / np.linalg.norm(X[i] - X[j], axis=1)))


def smoothest_fit(X: np.ndarray, y: np.ndarray) -> Callable:
    r"""A function through all data that is Lipschitz with the least possible constant L, :func:`steepest_pair`.

    .. math:: f(x)=\tfrac12\Bigl(\min_i\bigl(y_i+L\|x-x_i\|\bigr)+\max_i\bigl(y_i-L\|x-x_i\|\bigr)\Bigr)

    the middle between the largest and the smallest such function (McShane, 1934; Whitney, 1934).

    Parameters
    ----------
    X, y : (N, n) and (N,), all rows different.

    Returns
    -------
    Function of (M, n) to (M,).
    """
    L = steepest_pair(X, y)

    def f(x: np.ndarray) -> np.ndarray:
        cone = L * np.linalg.norm(x[:, None] - X, axis=2)
        return (np.min(y + cone, axis=1) + np.max(y - cone, axis=1)) / 2

    return f


def _array(value: Tensor | np.ndarray) -> np.ndarray:
    return value.data if isinstance(value, Tensor) else np.asarray(value)
