"""Many small networks of one shape, trained side by side from different initial weights."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np

from derived import initialization, nn, ops
from derived.arguments import require
from derived.nn import Module, Parameter, activation
from derived.ops.broadcasting import unbroadcast
from derived.tensor import Tensor, primitive

__all__ = ["StackedMLP", "stacked_linear", "summed_cross_entropy", "train_each"]


@primitive
def stacked_linear(x, weight, bias):
    r"""The affine maps :math:`z^{(r)}=x^{(r)}W^{(r)\top}+b^{(r)}` of R networks, or of one x that all of them share.

    .. math:: \bar x^{(r)}=\bar z^{(r)}W^{(r)},\qquad \bar W^{(r)}=\bar z^{(r)\top}x^{(r)},\qquad
        \bar b^{(r)}=\sum_n\bar z^{(r)}_n

    Parameters
    ----------
    x : (R, N, in) or (N, in).
    weight, bias : (R, out, in) and (R, 1, out).
    """
    require(weight.ndim == 3 and bias.shape == (len(weight), 1, weight.shape[1]),
            "stacked_linear: shapes of weight and bias are {} and {}, expected (R, out, in) and (R, 1, out)",
            weight.shape, bias.shape)  # fmt: skip
    require(x.shape[-1:] == weight.shape[2:] and (x.ndim == 2 or x.ndim == 3 and len(x) == len(weight)),
            "stacked_linear: x has shape {}, expected (N, in) or (R, N, in) for weight {}",
            x.shape, weight.shape)  # fmt: skip
    value = x @ weight.transpose(0, 2, 1)
    value += bias
    pull_weight = lambda g: (np.swapaxes(x, -1, -2) @ g).transpose(0, 2, 1)  # noqa: E731
    pull_bias = lambda g: np.ones((1, g.shape[1]), g.dtype) @ g  # noqa: E731 - a third of the time of sum(axis=1)
    return value, lambda g: unbroadcast(g @ weight, x.shape), pull_weight, pull_bias


def summed_cross_entropy(z: Tensor, y: np.ndarray) -> Tensor:
    """The sum of R networks' mean losses: logits z (R, N, C), classes y (N,), the same for all, or (R, N)."""
    R, N, C = z.shape
    return R * ops.cross_entropy(ops.reshape(z, (R * N, C)), np.broadcast_to(y, (R, N)).reshape(-1))


class StackedMLP(Module):
    r"""R multilayer perceptrons in one: layer l of network r is :math:`a^{(r)}W^{(r)\top} + b^{(r)}`.

    The sum of the networks' losses has, for each weight, the gradient of its own network's loss. Plain gradient
    descent, momentum and Adam act on each weight by itself, so the networks train as if each were alone, R times
    cheaper than one after the other where the arrays are small.

    Parameters
    ----------
    copies : R.
    sizes : numbers of units, inputs first.
    act : name of the activation; the last layer is affine.
    rng : source of the initial weights.
    init : name of the initialiser of the weights; the biases are 0.
    dtype : of the parameters.
    """

    def __init__(self, copies: int, sizes: Sequence[int], act: str = "relu", *, rng: np.random.Generator,
                 init: str = "he_normal", dtype: type = np.float64) -> None:  # fmt: skip
        require(copies >= 1, f"StackedMLP: copies is {copies}, expected at least 1")
        require(len(sizes) >= 2, f"StackedMLP: sizes is {list(sizes)}, expected at least inputs and outputs")
        draw = initialization.by_name(init)
        pairs = list(zip(sizes[:-1], sizes[1:], strict=True))
        self.weights = [
            Parameter(np.stack([draw((out, fan), rng, dtype) for _ in range(copies)])) for fan, out in pairs
        ]
        self.biases = [Parameter(np.zeros((copies, 1, out), dtype)) for _, out in pairs]
        self.act = activation(act)

    @classmethod
    def of(cls, models: Sequence[nn.Sequential]) -> StackedMLP:
        """Copies of networks of one shape, side by side; each is affine maps with one activation between them."""
        maps = list(zip(*([m for m in model.layers if isinstance(m, nn.Linear)] for model in models), strict=True))
        stack = cls.__new__(cls)
        stack.weights = [Parameter(np.stack([m.weight.data for m in layer])) for layer in maps]
        stack.biases = [Parameter(np.stack([m.bias.data for m in layer])[:, None]) for layer in maps]
        stack.act = next((layer for layer in models[0].layers if not isinstance(layer, nn.Linear)), None)
        return stack

    def part(self, rows: slice) -> StackedMLP:
        """Some of the networks; they share their parameters' arrays with this stack."""
        stack = copy.copy(self)
        stack.weights = [Parameter(W.data[rows]) for W in self.weights]
        stack.biases = [Parameter(b.data[rows]) for b in self.biases]
        return stack

    def copy_to(self, models: Sequence[nn.Sequential]) -> None:
        """Give each of R networks of this shape the parameters of its copy: the inverse of :meth:`of`."""
        for r, model in enumerate(models):
            maps = (m for m in model.layers if isinstance(m, nn.Linear))
            for m, W, b in zip(maps, self.weights, self.biases, strict=True):
                m.weight.data, m.bias.data = W.data[r].copy(), b.data[r, 0].copy()

    def parameters(self) -> list[Parameter]:
        """Weights (R, out, in), then biases (R, 1, out)."""
        return [*self.weights, *self.biases]

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        """(N, n_0), the same for all networks, or (R, N, n_0), each its own, to (R, N, n_L)."""
        last = len(self.weights) - 1
        for l, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            x = stacked_linear(x, W, b)
            x = x if l == last else self.act(x)
        return x


def train_each(stack: StackedMLP, X: np.ndarray, y: np.ndarray, rates: Sequence[float], *, steps: int,
               batch_size: int, rng: np.random.Generator) -> np.ndarray:  # fmt: skip
    """Gradient descent on the cross-entropy, each network at its own rate, all with the same mini-batches.

    A network whose outputs are no longer finite has diverged: its parameters become 0 and stay 0.

    Parameters
    ----------
    stack : R networks with n_L outputs each; changed.
    X, y : (N, n_0) inputs and class indices.
    rates : R learning rates.
    steps, batch_size : the batches are drawn with replacement.

    Returns
    -------
    (R,) booleans: which networks diverged.
    """
    P, diverged = stack.parameters(), np.zeros(len(stack.weights[0]), bool)
    require(len(rates) == len(diverged), "train_each: {} rates, expected one for each of the {} networks",
            len(rates), len(diverged))  # fmt: skip
    lr = np.array(rates, P[0].dtype)[:, None, None]
    for _ in range(steps):
        chosen = rng.integers(0, len(X), batch_size)
        for p in P:
            p.grad = None
        with np.errstate(over="ignore", invalid="ignore"):
            z = stack(X[chosen])
            lost = ~np.isfinite(z.data).all(axis=(1, 2))
            if lost.any():
                diverged |= lost
                lr[diverged] = 0
                for p in P:
                    p.data[diverged] = 0
                z = stack(X[chosen])
            summed_cross_entropy(z, y[chosen]).backward()
            for p in P:
                p.data = p.data - lr * p.grad
    return diverged
