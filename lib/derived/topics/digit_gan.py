"""Tiny GANs on the 8 x 8 digits, several side by side."""

from __future__ import annotations

import numpy as np

from derived import ops
from derived.data import load_digits_split
from derived.nn import Module
from derived.tensor import Tensor
from derived.topics.gan import train_gan
from derived.topics.gan_ring import falling_noise
from derived.topics.restarts import StackedMLP

__all__ = ["DigitGenerator", "digit_gans"]


class DigitGenerator(Module):
    """S generators: noise (S, N, latent) to pixels (S, N, 64) in (0, 1); one hidden layer, then a sigmoid."""

    def __init__(self, copies: int, latent: int, hidden: int, *, rng: np.random.Generator) -> None:
        self.latent = latent
        self.net = StackedMLP(copies, [latent, hidden, 64], "relu", rng=rng, dtype=np.float32)

    def parameters(self) -> list:
        """Those of the networks."""
        return self.net.parameters()

    def forward(self, z: Tensor | np.ndarray) -> Tensor:
        """(S, N, latent) to (S, N, 64)."""
        return ops.sigmoid(self.net(z))


def digit_gans(copies: int, seed: int, *, steps: int = 700, latent: int = 16, hidden: int = 96,
               start_noise: float = 0.5) -> DigitGenerator:  # fmt: skip
    """Train S GANs on the book's 1,347 training digits; noise on the discriminator's inputs falls to 0.

    Generators latent-hidden-64, discriminators 64-hidden-1 with leaky ReLU, batches of 64, Adam with betas (0.5, 0.9),
    rates 1e-3 and 2e-3. Returns the generators.
    """
    rng = np.random.default_rng(seed)
    X = load_digits_split()[0].astype(np.float32)
    generator = DigitGenerator(copies, latent, hidden, rng=rng)
    discriminator = StackedMLP(copies, [64, hidden, 1], "leaky_relu", rng=rng, dtype=np.float32)
    noise = falling_noise(start_noise) if start_noise else None
    train_gan(generator, discriminator, X, latent=latent, steps=steps, rng=rng, lr=(1e-3, 2e-3), noise=noise)
    return generator
