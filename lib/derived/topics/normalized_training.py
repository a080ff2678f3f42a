"""Training runs that compare networks with and without normalisation: same data, same batches, one seed each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import numpy as np

from derived import nn, ops, optim
from derived.data import Batches
from derived.tensor import Tensor, no_grad, primitive, shared
from derived.topics.dying_units import dead_share
from derived.topics.predictiveness import with_noise
from derived.training import TrainingDiverged, accuracy, fit

__all__ = ["hidden_lengths", "mean_shift", "refresh_statistics", "score", "train", "watch_dead", "with_backward"]

Data = tuple[np.ndarray, np.ndarray]


def train(data: Data, widths: Sequence[int], norm: str | None, lr: float, seed: int, *, epochs: int = 5,
          batch_size: int = 64, drop_last: bool = True, change: Callable | None = None,
          callbacks: Sequence[Callable] = ()) -> nn.Sequential:  # fmt: skip
    """A ReLU network after plain gradient descent on the cross-entropy; one that diverged is left as it was then.

    Parameters
    ----------
    data : X (N, widths[0]) and class indices y.
    norm : None, "batch" or "layer".
    seed : of weights and batches; the batches are the same for every ``norm``.
    change : takes the new network and returns the one to train.
    callbacks : as in :func:`derived.training.fit`.
    """
    rng = np.random.default_rng(seed)
    batches = Batches(*data, batch_size, rng, drop_last=drop_last)
    model = nn.MLP(widths, rng=rng, norm=norm)
    model = change(model) if change else model
    try:
        fit(model, ops.cross_entropy, optim.SGD(model.parameters(), lr=lr), batches, epochs, callbacks=callbacks)
    except TrainingDiverged:
        pass
    return model


def score(model: nn.Module, X: np.ndarray, y: np.ndarray) -> float:
    """Accuracy in evaluation mode; 0 for a network whose outputs are not finite."""
    with no_grad(), np.errstate(over="ignore", invalid="ignore"):
        outputs = model.eval()(X).data
    return accuracy(outputs, y) if np.isfinite(outputs).all() else 0.0


def watch_dead(data: Data, widths: Sequence[int], lr: float, seed: int, steps: int, norm: str | None = None,
               look_at: int = 400, every: int = 1) -> np.ndarray:  # fmt: skip
    """Share of dead ReLUs on the first ``look_at`` examples, and loss of the batch, before steps 0, every, …"""
    model, optimizer, batches = _begin(data, widths, norm, lr, seed)
    found = []
    for k, (X, y) in enumerate(islice(batches, steps)):
        loss = ops.cross_entropy(model(X), y)
        if k % every == 0:
            found.append((dead_share(model.eval(), data[0][:look_at]), loss.item()))
        _step(optimizer, loss)
        model.train()
    return np.array(found)


def mean_shift(data: Data, widths: Sequence[int], lr: float, seed: int, steps: int, norm: str | None = None, *,
               noise: bool = False, layer: int = 2, look_at: int = 64) -> tuple[nn.Sequential, float]:  # fmt: skip
    """Train, and measure how much the arguments of a hidden activation move from step to step.

    Parameters
    ----------
    steps : of gradient descent, on batches of 64.
    noise : put :class:`derived.topics.predictiveness.ShiftingNoise` behind each batch normalisation.
    layer : the hidden layer, from 1; measured on the first ``look_at`` examples in training mode.

    Returns
    -------
    The trained network, and the mean over units and the first 40 steps of the change of a unit's mean, in units of its
    standard deviation before the step.
    """
    model, optimizer, batches = _begin(data, widths, norm, lr, seed, noise)
    below = [k for k, m in enumerate(model.layers) if isinstance(m, nn.ReLU)][layer - 1]
    before, shifts = None, []
    for k, (X, y) in enumerate(islice(batches, steps)):
        if k <= 40:
            with no_grad():
                z = model[:below](data[0][:look_at]).data
            if before is not None:
                shifts.append(np.mean(np.abs(z.mean(axis=0) - before[0]) / before[1]))
            before = z.mean(axis=0), z.std(axis=0) + 1e-9
        _step(optimizer, ops.cross_entropy(model(X), y))
    return model, float(np.mean(shifts))


def refresh_statistics(model: nn.Sequential, X: np.ndarray) -> nn.Sequential:
    """Replace the running statistics by mean and variance on X, which passes once in training mode; weights stay."""
    layers = [m for m in model.modules() if isinstance(m, nn.BatchNorm1d)]
    momenta = [m.momentum for m in layers]
    for m in layers:
        m.momentum = 1.0
    with no_grad():
        model.train()(X)
    for m, momentum in zip(layers, momenta, strict=True):
        m.momentum = momentum
    return model.eval()


def hidden_lengths(model: nn.Sequential) -> np.ndarray:
    r""":math:`\lVert W^{[l]}\rVert_F^2` of every linear map but the last."""
    maps = [m.weight.data for m in model.layers if isinstance(m, nn.Linear)]
    return np.array([np.sum(W.astype(np.float64) ** 2) for W in maps[:-1]])


class _OtherBackward(nn.BatchNorm1d):
    """Batch normalisation whose gradients a given function computes."""

    def __init__(self, num_features: int, backward: Callable) -> None:
        super().__init__(num_features)
        self.backward = backward

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        """Same shape as ``x``."""
        return self._layer(x, self.weight, self.bias) if self.training else super().forward(x)

    def _layer(self, *inputs: Tensor | np.ndarray) -> Tensor:
        @primitive
        def layer(x, gamma, beta):
            value = ops.batch_norm.rule(x, self.running_mean, self.running_var, gamma, beta, True)[0]
            pulls = shared(lambda V: self.backward(V, x, gamma, self.eps))
            return value, pulls(0), pulls(1), pulls(2)

        return layer(*inputs)


def with_backward(backward: Callable) -> Callable:
    """For ``change`` in :func:`train`: new batch normalisations whose gradients are ``backward(V, U, gamma, eps)``."""
    return lambda model: nn.Sequential(*[
        _OtherBackward(m.num_features, backward) if isinstance(m, nn.BatchNorm1d) else m for m in model.layers])


def _begin(data: Data, widths: Sequence[int], norm: str | None, lr: float, seed: int,
           noise: bool = False) -> tuple[nn.Sequential, optim.SGD, Iterator]:  # fmt: skip
    rng = np.random.default_rng(seed)
    batches = Batches(*data, 64, rng, drop_last=True)
    model = nn.MLP(widths, rng=rng, norm=norm)
    model = with_noise(model, rng) if noise else model
    return model, optim.SGD(model.parameters(), lr=lr), (pair for _ in iter(int, 1) for pair in batches)


def _step(optimizer: optim.SGD, loss: Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
