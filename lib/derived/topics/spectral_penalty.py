r"""Training networks that are not steep: a penalty on the norm of the derivative, or of every weight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from derived import nn, ops, optim
from derived.data import Batches
from derived.tensor import Tensor
from derived.topics.fooling import lipschitz_bound
from derived.topics.jacobian_norm import directional_difference, jacobians, steepest
from derived.topics.lipschitz import certified_radius
from derived.training import accuracy

__all__ = ["Directions", "Judged", "Scaled", "jacobian_penalty", "judge", "normalized_layers", "train",
           "weight_penalty"]  # fmt: skip


class Directions(NamedTuple):
    """The penalty as a tensor, and the steepest directions found, to start from the next time."""

    value: Tensor
    right: np.ndarray


class Judged(NamedTuple):
    """Accuracy, mean slope at the inputs, product bound, and the median radii by the bound and by the slope there."""

    accuracy: float
    slope: float
    bound: float
    safe: float
    guessed: float


def judge(model: nn.Sequential, X: np.ndarray, y: np.ndarray) -> Judged:
    """How a classifier does on X (N, n) with labels y: only the radius ``safe`` is a promise."""
    scores = model(X).data
    slope = np.linalg.norm(jacobians(model, X), 2, axis=(1, 2))
    bound, radius = lipschitz_bound(model, X.shape[1:]), certified_radius(scores, y, 1.0)
    medians = float(np.median(radius / bound)), float(np.median(radius / slope))
    return Judged(accuracy(scores, y), float(slope.mean()), bound, *medians)


def jacobian_penalty(model: nn.Module, x: np.ndarray, *, rng: np.random.Generator, steps: int = 1,
                     start: np.ndarray | None = None) -> Directions:  # fmt: skip
    r"""The data-dependent penalty :math:`\frac12\,\frac1N\sum_b\sigma(x_b)^2`, :math:`\sigma(x)=\|D_xf\|_2`.

    The singular vectors u and v come from the power method and are then constants, as :math:`d\sigma=u^\top(dJ)v`.
    What is recorded is :math:`u^\top\frac{f(x+hv)-f(x-hv)}{2h}`, two more rows for each in one evaluation, so that one
    ordinary backward pass gives the gradient of the parameters.

    Parameters
    ----------
    model, x : as for :func:`derived.topics.jacobian_norm.steepest`, one vector of outputs for each row of x.
    rng, steps, start : of the power method; with a good start one round is enough.
    """
    found = steepest(model, x, rng=rng, steps=steps, start=start)
    sigma = ops.sum(directional_difference(model, x, found.right) * found.left, dim=1)
    return Directions(0.5 * ops.mean(sigma * sigma), found.right)


def weight_penalty(model: nn.Sequential, start: dict[int, np.ndarray]) -> Tensor:
    r"""The data-independent penalty :math:`\frac12\sum_l\|W^{[l]}\|_2^2` (Yoshida and Miyato, 2017).

    Parameters
    ----------
    start : for each layer's position the right singular vector so far, changed in place by a round of
        the power method.
    """
    total: Tensor | float = 0.0
    for l, v in start.items():
        W = model[l].weight
        u = W.data @ v
        u /= max(float(np.linalg.norm(u)), 1e-12)
        v[...] = W.data.T @ u
        v /= max(float(np.linalg.norm(v)), 1e-12)
        sigma = ops.sum(ops.matmul(W, v) * u)
        total = total + 0.5 * sigma * sigma
    return total


class Scaled(nn.Module):
    """Its input times a constant."""

    def __init__(self, scale: float) -> None:
        self.scale = scale

    @property
    def lipschitz(self) -> float:
        """Its Lipschitz constant."""
        return abs(self.scale)

    def forward(self, x: Tensor) -> Tensor:
        """The product, of the shape and dtype of x."""
        return x * np.asarray(self.scale, dtype=x.dtype)


def normalized_layers(model: nn.Sequential, scale: float, rng: np.random.Generator) -> nn.Sequential:
    """The network with every affine layer under spectral normalisation, and its outputs times ``scale``."""
    layers = [nn.spectral_norm(m, rng=rng) if isinstance(m, nn.Linear) else m for m in model.layers]
    return nn.Sequential(*layers, Scaled(scale))


def train(data: tuple[np.ndarray, np.ndarray], widths: Sequence[int], seed: int, *, jacobian: float = 0.0,
          weights: float = 0.0, scale: float | None = None, epochs: int = 12, lr: float = 3e-3,
          batch_size: int = 64) -> nn.Sequential:  # fmt: skip
    r"""A ReLU network after Adam on the cross-entropy, plus ``jacobian`` and ``weights`` times the two penalties.

    Parameters
    ----------
    data : X (N, widths[0]) and class indices y.
    seed : of weights, batches and first directions.
    scale : if given, the layers are spectrally normalised, and the product bound of the network is this number.

    Returns
    -------
    The network in evaluation mode.
    """
    rng = np.random.default_rng(seed)
    X, y = data
    model = nn.MLP(widths, rng=rng)
    vectors = {l: rng.standard_normal(m.in_features).astype(X.dtype)
               for l, m in enumerate(model.layers) if isinstance(m, nn.Linear)}  # fmt: skip
    model = model if scale is None else normalized_layers(model, scale, rng)
    directions = rng.standard_normal(X.shape).astype(X.dtype)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    batches = Batches(np.arange(len(X)), None, batch_size, rng)
    for rows in (rows for _ in range(epochs) for rows in batches):
        loss = ops.cross_entropy(model(X[rows]), y[rows])
        if jacobian:
            found = jacobian_penalty(model, X[rows], rng=rng, start=directions[rows])
            directions[rows], loss = found.right, loss + jacobian * found.value
        if weights:
            loss = loss + weights * weight_penalty(model, vectors)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.eval()
