"""How far a gradient can be trusted: the loss and the gradient along the step that it proposes, during training.

Source: S. Santurkar, D. Tsipras, A. Ilyas and A. Madry, NeurIPS 2018, section 3 and figure 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import cycle
from typing import NamedTuple

import numpy as np

from derived import nn
from derived.arguments import require
from derived.tensor import Tensor

__all__ = ["ShiftingNoise", "Trust", "along_gradient", "while_training", "with_noise"]


class Trust(NamedTuple):
    r"""What happens along :math:`\theta-s\,\eta\,g` for several factors s, with :math:`g=\nabla E(\theta)`.

    Attributes
    ----------
    loss : :math:`E(\theta)`.
    spread : largest minus smallest loss on the way.
    change : largest :math:`\lVert g_s-g\rVert/\lVert g\rVert`, with :math:`g_s` the gradient there.
    cosine : smallest cosine of the angle between :math:`g_s` and g.
    smoothness : largest :math:`\lVert g_s-g\rVert/\lVert s\,\eta\,g\rVert`, a lower bound of the smoothness constant.
    """

    loss: float
    spread: float
    change: float
    cosine: float
    smoothness: float


def _at(model: nn.Module, loss: Callable, theta: list[np.ndarray], X: np.ndarray, y: np.ndarray) -> tuple:
    """Loss, and gradient as one vector, at parameters ``theta``."""
    parameters = model.parameters()
    for p, array in zip(parameters, theta, strict=True):
        p.data, p.grad = array, None
    value = loss(model(Tensor(X)), y)
    value.backward()
    return value.item(), np.concatenate([p.grad.ravel() for p in parameters])


def along_gradient(model: nn.Module, loss: Callable, X: np.ndarray, y: np.ndarray, lr: float,
                   factors: Sequence[float] = (0.5, 1, 2, 4)) -> Trust:  # fmt: skip
    """Measure on one batch; the parameters are left as they were, with the gradient there in ``grad``.

    Parameters
    ----------
    model, loss, X, y : as in training.
    lr : the learning rate, of which ``factors`` are multiples.
    """
    start = [p.data for p in model.parameters()]
    value, g = _at(model, loss, start, X, y)
    gradients = [p.grad for p in model.parameters()]
    length = np.linalg.norm(g)
    require(length > 0, "along_gradient: the gradient is 0, expected one with a direction")
    losses, changes, cosines = [], [], []
    for s in factors:
        there = [a - (s * lr * d).astype(a.dtype) for a, d in zip(start, gradients, strict=True)]
        loss_there, g_there = _at(model, loss, there, X, y)
        losses.append(loss_there)
        changes.append(np.linalg.norm(g_there - g))
        cosines.append(g_there @ g / (np.linalg.norm(g_there) * length + 1e-300))
    for p, array, d in zip(model.parameters(), start, gradients, strict=True):
        p.data, p.grad = array, d
    ways = np.array(factors) * lr * length
    return Trust(value, max(losses) - min(losses), max(changes) / length, min(cosines), max(changes / ways))


def while_training(model: nn.Module, loss: Callable, batches: Iterable, lr: float, steps: int,
                   every: int = 5) -> list[Trust]:  # fmt: skip
    """Plain gradient descent on one batch after the other, measured at steps 0, every, 2 every, …

    Parameters
    ----------
    batches : pairs (X, y); gone through again as often as needed.
    """
    found, turns = [], (pair for _ in cycle([0]) for pair in batches)
    for k in range(steps):
        X, y = next(turns)
        if k % every == 0:
            found.append(along_gradient(model, loss, X, y, lr))
        else:
            _at(model, loss, [p.data for p in model.parameters()], X, y)
        for p in model.parameters():
            p.data = p.data - lr * p.grad
    return found


class ShiftingNoise(nn.Module):
    r"""Spoil the distribution of every unit, by other noise in every training step: :math:`z\mapsto s\,z+m+0.5\,g`.

    In each step every unit draws a shift :math:`m\sim U(-c,c)` and a scale :math:`s=2^v`, :math:`v\sim U(-c,c)`; g is
    standard normal, new for each entry. In evaluation the module does nothing.

    Parameters
    ----------
    rng : source of the noise.
    size : c.
    """

    def __init__(self, rng: np.random.Generator, size: float = 1.0) -> None:
        self.rng, self.size = rng, size

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        """Same shape as ``x``."""
        x = x if isinstance(x, Tensor) else Tensor(x)
        if not self.training:
            return x
        m, v = self.rng.uniform(-self.size, self.size, (2, *x.shape[1:])).astype(x.dtype)
        noise = m + 0.5 * self.rng.standard_normal(x.shape, dtype=x.dtype)
        return x * (2**v) + noise


def with_noise(model: nn.Sequential, rng: np.random.Generator) -> nn.Sequential:
    """The same modules with :class:`ShiftingNoise` behind each batch normalisation; parameters are shared."""
    layers = []
    for module in model.layers:
        layers.append(module)
        if isinstance(module, nn.BatchNorm1d):
            layers.append(ShiftingNoise(rng))
    return nn.Sequential(*layers)
