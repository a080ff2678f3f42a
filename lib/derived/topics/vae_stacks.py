"""Several autoencoders of one shape, variational or not, trained side by side: the numbers are those of each alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from derived import nn, ops
from derived.data import Batches
from derived.nn import Parameter
from derived.optim import Adam
from derived.topics.restarts import StackedBatches, StackedMLP
from derived.topics.vae import VAE
from derived.training import fit

__all__ = ["train_autoencoders", "train_vaes"]


class _StackedVAE(VAE):
    """R variational autoencoders: data (R, N, d), bounds (R, N)."""

    def __init__(self, models: Sequence[VAE]) -> None:
        self.latent, self.sources = models[0].latent, [m.rng for m in models]
        self.encoder, self.decoder = (StackedMLP.of([getattr(m, part) for m in models]) for part in PARTS)
        self.log_variance = Parameter(np.stack([m.log_variance.data for m in models]),
                                      models[0].log_variance.requires_grad)  # fmt: skip

    def draw(self, shape: tuple[int, ...]) -> np.ndarray:
        """Noise, from each model's own source."""
        return np.stack([rng.standard_normal(shape[1:]) for rng in self.sources])

    def copy_to(self, models: Sequence[VAE]) -> None:
        for part in PARTS:
            getattr(self, part).copy_to([getattr(m, part) for m in models])
        for model, value in zip(models, self.log_variance.data, strict=True):
            model.log_variance.data[...] = value


PARTS = ("encoder", "decoder")


def train_vaes(models: Sequence[VAE], X: np.ndarray, epochs: int, *, rngs: Sequence[np.random.Generator],
               lr: float = 3e-3, batch_size: int = 64) -> None:  # fmt: skip
    """What :func:`derived.topics.vae.train_vae` does, for models of one shape with a source of batches each.

    The sum of the models' losses has, for each weight, the gradient of its own model's loss, and Adam acts on each
    weight by itself.
    """
    stack = _StackedVAE(models)
    loss = lambda bound, _: -len(models) * ops.mean(bound)  # noqa: E731
    adam = Adam([p for p in stack.parameters() if p.requires_grad], lr=lr)
    fit(stack, loss, adam, StackedBatches([Batches(X, X, batch_size, rng) for rng in rngs]), epochs, progress=False)
    stack.copy_to(models)


def train_autoencoders(X: np.ndarray, latent: int, hidden: Sequence[int], epochs: int, *,
                       rngs: Sequence[np.random.Generator], lr: float = 3e-3, batch_size: int = 64,
                       activation: str = "tanh", output: str | None = None) -> list[nn.Sequential]:  # fmt: skip
    """Encoder and decoder of a :class:`derived.topics.vae.VAE` of the same sizes, without noise.

    A model for each source of weights and batches, trained by Adam on the squared error.
    """
    models = []
    for rng in rngs:
        options = {"rng": rng, "init": "xavier_normal", "dtype": X.dtype.type}
        encoder = nn.MLP([X.shape[1], *hidden, latent], activation, **options)
        decoder = nn.MLP([latent, *reversed(hidden), X.shape[1]], activation, output=output, **options)
        models.append(nn.Sequential(encoder, decoder))
    whole = nn.Sequential(*(StackedMLP.of([model[i] for model in models]) for i in (0, 1)))
    loss = lambda outputs, x: len(models) * ops.mse_loss(outputs, x)  # noqa: E731
    batches = StackedBatches([Batches(X, X, batch_size, rng) for rng in rngs])
    fit(whole, loss, Adam(whole.parameters(), lr=lr), batches, epochs, progress=False)
    for i, part in enumerate(whole.layers):
        part.copy_to([model[i] for model in models])
    return models
