"""A network that predicts noise, and its training; several networks, one for each seed, side by side in one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from derived import nn, ops
from derived.arguments import require
from derived.optim import EMA, Adam
from derived.tensor import Tensor, no_grad, primitive
from derived.topics.diffusion import diffuse
from derived.topics.noise_schedules import NoiseSchedule
from derived.topics.positional import sinusoidal

__all__ = ["Denoiser", "batch_of_noise", "train_denoiser"]


@primitive
def affine(x, W, b):
    r"""The affine maps :math:`x^{(s)}W^{(s)}+b^{(s)}` of S networks, (S, n, in) to (S, n, out); W is (S, in, out).

    .. math:: \bar x=\bar zW^\top,\qquad \bar W=x^\top\bar z,\qquad \bar b=\sum_n\bar z_n
    """
    value = x @ W
    value += b
    pull_b = lambda g: np.ones((1, g.shape[1]), g.dtype) @ g  # noqa: E731 - a third of the time of sum(axis=1)
    return value, lambda g: g @ W.swapaxes(1, 2), lambda g: x.swapaxes(1, 2) @ g, pull_b


class Denoiser(nn.Module):
    r"""Multilayer perceptrons :math:`\hat\varepsilon(x_t,t,y)`, one for each seed, as stacks of matrices.

    .. math:: \hat\varepsilon=\sqrt{1-\bar\alpha_t}\,x_t+\sqrt{\bar\alpha_t}\,f\bigl(x_t,p_t,e_y\bigr)

    f is the perceptron plus one matrix that leads from its inputs, and from :math:`\sqrt{\bar\alpha_t}\,x_t` and
    :math:`\bar\alpha_t^2x_t`, straight to its outputs: what is linear may depend on the time. :math:`p_t` is a
    sinusoidal code of the time and :math:`e_y` the class as a unit vector, with one more place for "no class".
    The first term is the noise where nothing else is left in :math:`x_t`; so the target of f is
    :func:`derived.topics.diffusion.velocity`.

    Parameters
    ----------
    dim : d, number of coordinates.
    hidden : widths of the hidden layers (ReLU).
    schedule : the noise schedule.
    rngs : one source of initial weights a seed, S of them.
    classes : number of classes C; 0 for a model without.
    code : length of the time code, even.
    waves : also show f the sines and cosines of these multiples of each coordinate: fine detail in few dimensions.
    """

    def __init__(self, dim: int, hidden: Sequence[int], schedule: NoiseSchedule, rngs: Sequence[np.random.Generator],
                 classes: int = 0, code: int = 16, waves: Sequence[float] = ()) -> None:  # fmt: skip
        require(len(rngs) > 0, "Denoiser: rngs is empty, expected a generator for each seed")
        self.dim, self.classes, self.schedule, self.members = dim, classes, schedule, len(rngs)
        self.waves = np.asarray(waves, np.float32)
        sizes = [dim * (1 + 2 * len(waves)) + code + (classes + 1 if classes else 0), *hidden, dim]
        pairs = list(zip(sizes[:-1], sizes[1:], strict=True))
        draws = [[nn.Linear(m, n, rng=rng, init="he_normal").weight.data.T for m, n in pairs] for rng in rngs]
        self.weights = [nn.Parameter(np.stack(layer)) for layer in zip(*draws, strict=True)]
        self.direct = nn.Parameter(np.zeros((len(rngs), sizes[0] + 2 * dim, dim), np.float32))
        self.biases = [nn.Parameter(np.zeros((len(rngs), 1, n), np.float32)) for _, n in pairs]
        # As if there were 1000 steps, for which the encoding's frequencies were made; larger than a coordinate of x,
        # of which there may be many.
        self.codes = 2 * sinusoidal(np.arange(schedule.T + 1) * (1000 / schedule.T), code).astype(np.float32)
        self.of_class = 4 * np.eye(classes + 1, dtype=np.float32)

    def forward(self, x: np.ndarray, t: int | np.ndarray, labels: int | np.ndarray | None = None) -> Tensor:
        """Points (S, n, d), steps (S, n) or one, classes (S, n) or one (C for none), to noises (S, n, d)."""
        shape = x.shape[:2]
        angles = (x[..., None] * self.waves).reshape(*shape, -1)
        parts = [x, np.sin(angles), np.cos(angles), np.broadcast_to(self.codes[t], (*shape, self.codes.shape[1]))]
        if self.classes:
            chosen = self.of_class[self.classes if labels is None else labels]
            parts.append(np.broadcast_to(chosen, (*shape, self.classes + 1)))
        kept = self.schedule.alpha_bars[t].astype(np.float32)[..., None]
        h = np.concatenate(parts, axis=-1)
        straight = np.concatenate([h, x * np.sqrt(kept), x * kept**2], axis=-1)
        for W, b in zip(self.weights[:-1], self.biases[:-1], strict=True):
            h = ops.relu(affine(h, W, b))
        f = affine(h, self.weights[-1], self.biases[-1]) + ops.matmul(straight, self.direct)
        return np.sqrt(1 - kept) * x + np.sqrt(kept) * f

    def predict(self, x: np.ndarray, t: int, labels: int | np.ndarray | None = None) -> np.ndarray:
        """The predictor of :mod:`derived.topics.diffusion_sampling`: arrays in, an array out, nothing recorded."""
        with no_grad():
            return self(x, t, labels).data


def batch_of_noise(X: np.ndarray, size: int, schedule: NoiseSchedule,
                   rngs: Sequence[np.random.Generator]) -> tuple[np.ndarray, ...]:  # fmt: skip
    """What one step of training needs, for each of S members: random examples, a step of time and a noise for each.

    Returns
    -------
    rows : (S, size) which examples.
    t : (S, size) uniform on 1, …, T.
    noise, xt : (S, size, d) float32.
    """
    draws = [(rng.integers(0, len(X), size), rng.integers(1, schedule.T + 1, size),
              rng.standard_normal((size, X.shape[1]), dtype=np.float32)) for rng in rngs]  # fmt: skip
    rows, t, noise = (np.stack(column) for column in zip(*draws, strict=True))
    return rows, t, noise, diffuse(X[rows], t, noise, schedule)


def train_denoiser(model: Denoiser, X: np.ndarray, y: np.ndarray | None, steps: int,
                   rngs: Sequence[np.random.Generator], *, batch_size: int = 128, lr: float = 2e-3,
                   decay: float = 0.995, drop_class: float = 0.1) -> np.ndarray:  # fmt: skip
    r"""Minimise :math:`E\lVert\varepsilon-\hat\varepsilon(x_t,t,y)\rVert^2` by Adam, with a rate that falls to 0.

    Every member has its own batches; the losses are added, so the members do not see each other. At the end the
    parameters are their exponential averages.

    Parameters
    ----------
    model : the networks, changed in place.
    X, y : (N, d) float32 examples and their classes (N,), or None.
    steps : number of steps.
    rngs : one source of batches for each member.
    batch_size : examples in a batch, of each member.
    lr : Adam's rate at the start.
    decay : of the exponential average.
    drop_class : share of the examples whose class is hidden, for guidance without a classifier.

    Returns
    -------
    (steps, S) losses of the batches, per coordinate.
    """
    require(len(rngs) == model.members, "train_denoiser: {} rngs for {} members", len(rngs), model.members)
    optimizer, average = Adam(model.parameters(), lr=lr), EMA(model.parameters(), decay)
    losses = np.zeros((steps, model.members))
    for k in range(steps):
        rows, t, noise, xt = batch_of_noise(X, batch_size, model.schedule, rngs)
        labels = None
        if model.classes:
            hidden = np.stack([rng.random(batch_size) < drop_class for rng in rngs])
            labels = np.where(hidden, model.classes, y[rows])
        optimizer.lr = lr * (1 - k / steps)
        optimizer.zero_grad()
        error = model(xt, t, labels) - noise
        each = (error * error).mean(dim=(1, 2))
        each.sum().backward()
        losses[k] = each.data
        optimizer.step()
        average.update()
    for p, mean in zip(average.params, average.averages, strict=True):
        p.data[...] = mean
    return losses
