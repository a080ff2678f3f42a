"""Several autoencoders of one shape, variational or not, trained side by side: the numbers are those of each alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from derived import nn, ops
from derived.data import Batches
from derived.nn import Module, Parameter
from derived.optim import Adam
from derived.tensor import Tensor
from derived.topics.restarts import StackedMLP
from derived.topics.vae import VAE
from derived.training import fit

__all__ = ["train_autoencoders", "train_vaes"]


class _Stack(Module):
    """R perceptrons as one, the activation of the last layer included."""

    def __init__(self, models: Sequence[nn.MLP]) -> None:
        self.models, self.net, last = models, StackedMLP.of(models), models[0].layers[-1]
        self.output = nn.Identity() if isinstance(last, nn.Linear) else last

    def parameters(self) -> list[Parameter]:
        return self.net.parameters()

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        return self.output(self.net(x))

    def hand_back(self) -> None:
        """Copy the weights into the models that they came from."""
        for r, model in enumerate(self.models):
            maps = [layer for layer in model.layers if isinstance(layer, nn.Linear)]
            for own, W, b in zip(maps, self.net.weights, self.net.biases, strict=True):
                own.weight.data[...], own.bias.data[...] = W.data[r], b.data[r, 0]


class _StackedVAE(VAE):
    """R variational autoencoders: data (R, N, d), bounds (R, N)."""

    def __init__(self, models: Sequence[VAE]) -> None:
        self.models, self.latent = models, models[0].latent
        self.encoder, self.decoder = _Stack([m.encoder for m in models]), _Stack([m.decoder for m in models])
        self.log_variance = Parameter(np.stack([m.log_variance.data for m in models]))
        self.learns_variance = models[0].log_variance.requires_grad

    def parameters(self) -> list[Parameter]:
        extra = [self.log_variance] if self.learns_variance else []
        return [*self.encoder.parameters(), *self.decoder.parameters(), *extra]

    def draw(self, shape: tuple[int, ...]) -> np.ndarray:
        """Noise, from each model's own source."""
        return np.stack([m.rng.standard_normal(shape[1:]) for m in self.models])

    def hand_back(self) -> None:
        self.encoder.hand_back(), self.decoder.hand_back()
        for model, value in zip(self.models, self.log_variance.data, strict=True):
            model.log_variance.data[...] = value


class _Together:
    """The batches of R runs, each in its own order: pairs of (R, b, d) and the same again."""

    def __init__(self, X: np.ndarray, batch_size: int, rngs: Sequence[np.random.Generator]) -> None:
        self.each = [Batches(X, None, batch_size, rng) for rng in rngs]

    def __iter__(self) -> Iterator:
        for parts in zip(*self.each, strict=True):
            x = np.stack(parts)
            yield x, x


def train_vaes(models: Sequence[VAE], X: np.ndarray, epochs: int, *, rngs: Sequence[np.random.Generator],
               lr: float = 3e-3, batch_size: int = 64) -> None:  # fmt: skip
    """What :func:`derived.topics.vae.train_vae` does, for models of one shape with a source of batches each.

    The sum of the models' losses has, for each weight, the gradient of its own model's loss, and Adam acts on each
    weight by itself.
    """
    stack = _StackedVAE(models)
    loss = lambda bound, _: -len(models) * ops.mean(bound)  # noqa: E731
    fit(stack, loss, Adam(stack.parameters(), lr=lr), _Together(X, batch_size, rngs), epochs, progress=False)
    stack.hand_back()


def train_autoencoders(X: np.ndarray, latent: int, hidden: Sequence[int], epochs: int, *,
                       rngs: Sequence[np.random.Generator], lr: float = 3e-3, batch_size: int = 64,
                       activation: str = "tanh", output: str | None = None) -> list[nn.Sequential]:  # fmt: skip
    """What :func:`derived.topics.vae.train_autoencoder` does, a model for each source of weights and batches."""
    models = []
    for rng in rngs:
        options = {"rng": rng, "init": "xavier_normal", "dtype": X.dtype.type}
        encoder = nn.MLP([X.shape[1], *hidden, latent], activation, **options)
        decoder = nn.MLP([latent, *reversed(hidden), X.shape[1]], activation, output=output, **options)
        models.append(nn.Sequential(encoder, decoder))
    parts = [_Stack([model[i] for model in models]) for i in (0, 1)]
    loss = lambda outputs, x: len(models) * ops.mse_loss(outputs, x)  # noqa: E731
    adam = Adam([p for part in parts for p in part.parameters()], lr=lr)
    fit(nn.Sequential(*parts), loss, adam, _Together(X, batch_size, rngs), epochs, progress=False)
    for part in parts:
        part.hand_back()
    return models
