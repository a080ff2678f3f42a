"""Neural additive models: one small network for each feature, and their sum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from derived import ops
from derived.arguments import one_of, require
from derived.nn import Module, Parameter
from derived.ops.broadcasting import unbroadcast
from derived.optim import AdamW
from derived.schedules import CosineAnnealingWarmRestarts, Scheduler
from derived.tensor import Tensor, no_grad, primitive
from derived.training import fit

__all__ = ["NAM", "exu", "train", "train_each"]


@primitive
def exu(x, w, b):
    r"""Exp-centred unit :math:`h((x-b)e^w)` with the ramp :math:`h(z)=\min(\max(z,0),1)`.

    .. math::
        \frac{\partial}{\partial x}=h'(z)\,e^w,\qquad\frac{\partial}{\partial b}=-h'(z)\,e^w,\qquad
        \frac{\partial}{\partial w}=h'(z)\,z,\qquad z=(x-b)e^w

    with :math:`h'=1` on (0, 1), else 0.

    Parameters
    ----------
    x, w, b : arrays that broadcast; b is where the ramp begins, :math:`e^w` its slope.
    """
    slope = np.exp(w)
    z = (x - b) * slope
    inside = (z > 0) & (z < 1)
    return (
        np.clip(z, 0, 1),
        lambda g: unbroadcast(g * inside * slope, x.shape),
        lambda g: unbroadcast(g * inside * z, w.shape),
        lambda g: unbroadcast(-g * inside * slope, b.shape),
    )


class NAM(Module):
    r"""Neural additive model :math:`f(x)=\beta_0+\sum_jf_j(x_j)`, all :math:`f_j` evaluated side by side.

    Parameters
    ----------
    features : d.
    hidden : numbers of hidden units of each :math:`f_j`.
    unit : of the first hidden layer, ``"exu"`` or ``"relu"``; further layers are ReLU.
    rng : source of the initial weights.
    steep : mean of the first layer's w at the start, :math:`w\sim N(\mathrm{steep},\frac14)` (only for ``"exu"``).
    dtype : of the parameters.

    Attributes
    ----------
    first : w and b (d, 1, H) of the first layer.
    weights, biases : (d, H, H') and (d, 1, H') of the layers after it, the last one without bias.
    intercept : :math:`\beta_0`, a parameter (1,).
    shift : (d,) array, subtracted from the shape functions; set by :meth:`centre`, 0 before.
    """

    def __init__(self, features: int, hidden: Sequence[int] = (32,), unit: str = "exu", *, rng: np.random.Generator,
                 steep: float = 1.0, dtype: type = np.float32) -> None:  # fmt: skip
        require(features >= 1 and len(hidden) >= 1 and min(hidden) >= 1,
                "NAM: features is {}, hidden {}, expected positive numbers", features, hidden)  # fmt: skip
        self.unit = one_of("NAM", "unit", unit, ("exu", "relu"))
        H = hidden[0]
        w = rng.normal(steep, 0.5, (features, 1, H)) if unit == "exu" else rng.normal(0, 1.4, (features, 1, H))
        b = rng.uniform(-2.5 if unit == "exu" else -2, 2, (features, 1, H))  # a ramp acts to the right of b only
        self.first = [Parameter(a.astype(dtype)) for a in (w, b)]
        pairs = list(zip(hidden, [*hidden[1:], 1], strict=True))
        self.weights = [Parameter((rng.standard_normal((features, a, b)) * np.sqrt(2 / a) * (0.1 if b == 1 else 1))
                                  .astype(dtype)) for a, b in pairs]  # fmt: skip
        self.biases = [Parameter(np.zeros((features, 1, b), dtype)) for b in hidden[1:]]
        self.intercept = Parameter(np.zeros(1, dtype))
        self.shift = np.zeros(features, dtype)

    def shapes(self, x: Tensor | np.ndarray) -> Tensor:
        """The shape functions, (N, d) to (N, d)."""
        require(len(x.shape) == 2 and x.shape[1] == len(self.shift),
                "NAM: x has shape {}, expected (N, {})", x.shape, len(self.shift))  # fmt: skip
        columns = ops.reshape(ops.transpose(x), (len(self.shift), -1, 1))
        w, b = self.first
        a = exu(columns, w, b) if self.unit == "exu" else ops.relu(ops.matmul(columns, w) - w * b)
        for W, c in zip(self.weights[:-1], self.biases, strict=True):
            a = ops.relu(ops.matmul(a, W) + c)
        curves = ops.reshape(ops.matmul(a, self.weights[-1]), (len(self.shift), -1))
        return ops.transpose(curves) - self.shift

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        """(N, d) to (N,)."""
        return self.intercept + ops.sum(self.shapes(x), dim=1)

    def centre(self, X: np.ndarray) -> NAM:
        """Give every shape function the mean 0 over the rows of X; the outputs stay what they are."""
        with no_grad():
            mean = self.shapes(X).data.mean(axis=0)
        self.shift = self.shift + mean
        self.intercept.data[...] += mean.sum()
        return self


class _Several(NAM):
    """R models of one shape as one, which has the features of all."""

    def __init__(self, model: NAM) -> None:
        vars(self).update(vars(model))

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        """(N, R d) to (N R,)."""
        curves = ops.reshape(self.shapes(x), (len(x), len(self.intercept.data), -1))
        return ops.reshape(self.intercept + ops.sum(curves, dim=2), (-1,))


def train(model: NAM, X: np.ndarray, y: np.ndarray, **options: Any) -> NAM:
    """:func:`train_each` for one model."""
    return train_each([model], X, y, **options)[0]


def train_each(models: Sequence[NAM], X: np.ndarray, y: np.ndarray, *, steps: int, lr: float = 0.02,
               decay: float = 0.0, loss: Callable = ops.mse_loss) -> list[NAM]:  # fmt: skip
    """`steps` steps of AdamW on all examples at once, then each model's shape functions are centred on its inputs.

    The R models, of one shape, are trained side by side, as the features of one: the same models in less time.

    Parameters
    ----------
    X, y : (N, d) and (N,), the same for all, or (R, N, d) and (R, N), each its own.
    lr, decay : the first rate, which falls to 0 like a half cosine, and the decay of the weights.
    """
    R, (N, d) = len(models), X.shape[-2:]
    X, y = np.broadcast_to(X, (R, N, d)), np.broadcast_to(y, (R, N))
    every = [m.first + m.weights + m.biases + [m.intercept] for m in models]
    joined = [Parameter(np.concatenate([p.data for p in same])) for same in zip(*every, strict=True)]
    one, layers = _Several(models[0]), len(models[0].weights)
    one.first, one.weights, one.biases = joined[:2], joined[2 : 2 + layers], joined[2 + layers : -1]
    one.intercept, one.shift = joined[-1], np.tile(one.shift, R)
    optimizer = AdamW(one.parameters(), lr=lr, weight_decay=decay)
    fit(one, lambda z, t: R * loss(z, t), optimizer,  # the sum of the models' mean losses
        [(X.transpose(1, 0, 2).reshape(N, R * d), y.T.reshape(-1))], steps, progress=False,
        scheduler=Scheduler(optimizer, CosineAnnealingWarmRestarts(lr, steps)))  # fmt: skip
    for r, own in enumerate(every):
        for p, q in zip(own, joined, strict=True):
            p.data[...] = q.data[r * len(p.data) : (r + 1) * len(p.data)]
    return [model.centre(inputs) for model, inputs in zip(models, X, strict=True)]
