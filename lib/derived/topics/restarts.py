"""Many small networks of one shape, trained side by side from different initial weights."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from derived import initialization, nn, ops, optim
from derived.arguments import require
from derived.data import Batches
from derived.nn import Module, Parameter, activation
from derived.ops.broadcasting import unbroadcast
from derived.tensor import Tensor, primitive

__all__ = ["SideBySide", "StackedBatches", "StackedMLP", "move_each", "stacked_linear", "summed_cross_entropy",
           "train_each"]  # fmt: skip


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
        self.act, self.output = activation(act), nn.Identity()

    @classmethod
    def of(cls, models: Sequence[nn.Sequential]) -> StackedMLP:
        """Copies of networks of one shape, side by side.

        Each is affine maps with the same modules between them, and possibly one more module after the last. What holds
        no parameters is the first network's.
        """
        maps = list(zip(*(_maps(model) for model in models), strict=True))
        layers, stack = models[0].layers, cls.__new__(cls)
        stack.weights = [Parameter(np.stack([m.weight.data for m in layer])) for layer in maps]
        stack.biases = [Parameter(np.stack([m.bias.data for m in layer])[:, None]) for layer in maps]
        stack.act = nn.Sequential(*layers[1 : layers.index(maps[1][0])]) if len(maps) > 1 else None
        stack.output = nn.Identity() if layers[-1] is maps[-1][0] else layers[-1]
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
            for m, W, b in zip(_maps(model), self.weights, self.biases, strict=True):
                m.weight.data[...], m.bias.data[...] = W.data[r], b.data[r, 0]

    def parameters(self) -> list[Parameter]:
        """Weights (R, out, in), then biases (R, 1, out)."""
        return [*self.weights, *self.biases]

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        """(N, n_0), the same for all networks, or (R, N, n_0), each its own, to (R, N, n_L)."""
        last = len(self.weights) - 1
        for l, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            x = stacked_linear(x, W, b)
            x = self.output(x) if l == last else self.act(x)
        return x


def _maps(model: nn.Sequential) -> list[nn.Linear]:
    return [m for m in model.layers if isinstance(m, nn.Linear)]


class StackedBatches:
    """The batches of R runs, each in its own order: pairs of arrays whose first axis counts the runs."""

    def __init__(self, runs: Sequence[Batches]) -> None:
        self.runs = runs

    def __len__(self) -> int:
        return len(self.runs[0])

    def __iter__(self) -> Iterator[tuple[np.ndarray, ...]]:
        for several in zip(*self.runs, strict=True):
            yield tuple(np.stack(part) for part in zip(*several, strict=True))


class SideBySide:
    """R networks in training, each at its own rate; one whose outputs are not finite has diverged and becomes 0.

    An optimizer moves by its rate times something that does not contain the rate. So its step at rate 1 is made, and
    each network goes its own fraction of that way.

    Parameters
    ----------
    stack : the networks; changed.
    kind : called as ``kind(parameters, lr=1.0)``, an optimizer that acts on every entry by itself.

    Attributes
    ----------
    P : the parameters of `stack`.
    lost : (R,) booleans: which networks have diverged. They do not move any more.
    """

    def __init__(self, stack: StackedMLP, kind: Callable = optim.SGD) -> None:
        self.stack, self.P = stack, stack.parameters()
        self.mover, self.lost = kind(self.P, lr=1.0), np.zeros(len(stack.weights[0].data), bool)

    def step(self, x: np.ndarray, y: np.ndarray, rates: Sequence[float]) -> np.ndarray:
        """One step on a batch at R rates; returns the (R,) mean losses before it.

        Parameters
        ----------
        x, y : (N, n) inputs and (N,) classes, the same for all, or (R, N, n) and (R, N), each its own.
        """
        losses = self.differentiate(x, y)
        self.move(rates)
        return losses

    @np.errstate(over="ignore", invalid="ignore")
    def differentiate(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """The first half of :meth:`step`: the gradient of each network's mean loss; returns these losses."""
        for p in self.P:
            p.grad = None
        z = self.stack(x)
        gone = ~np.isfinite(z.data).all(axis=(1, 2))
        if gone.any():
            self.lost |= gone
            for p in self.P:
                p.data[gone] = 0
            z = self.stack(x)
        R, N, C = z.shape
        labels = np.broadcast_to(y, (R, N)).reshape(-1)
        losses = ops.cross_entropy(ops.reshape(z, (R * N, C)), labels, reduction="none")
        losses.backward(np.full(R * N, 1 / N, z.dtype))  # the sum of R mean losses
        return losses.data.reshape(R, N).mean(axis=1)

    @np.errstate(over="ignore", invalid="ignore")
    def move(self, rates: Sequence[float]) -> None:
        """The second half of :meth:`step`: along the gradients."""
        shares = np.where(self.lost, 0, rates).astype(self.P[0].dtype)
        move_each(self.mover, self.P, shares[:, None, None])


def move_each(mover: optim.Optimizer, P: Sequence[Tensor], shares: np.ndarray) -> None:
    """A step of `mover`, whose rate is 1; `shares` is the part of the way that each entry of the parameters goes."""
    before = [p.data.copy() for p in P]
    mover.step()
    for p, start in zip(P, before, strict=True):
        p.data -= start
        p.data *= shares
        p.data += start


def train_each(stack: StackedMLP, X: np.ndarray, y: np.ndarray, rates: Sequence[float], *, steps: int,
               batch_size: int, rng: np.random.Generator) -> np.ndarray:  # fmt: skip
    """:class:`SideBySide` by gradient descent, all networks with the same mini-batches.

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
    race = SideBySide(stack)
    require(len(rates) == len(race.lost), "train_each: {} rates, expected one for each of the {} networks",
            len(rates), len(race.lost))  # fmt: skip
    for _ in range(steps):
        chosen = rng.integers(0, len(X), batch_size)
        race.step(X[chosen], y[chosen], rates)
    return race.lost
