"""GANs on the ring of eight Gaussians: mode collapse, and what noise on the discriminator's inputs does about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from derived.data import gaussian_ring, ring_centers
from derived.topics.gan import generate, train_gan
from derived.topics.mode_coverage import Coverage, covered_modes
from derived.topics.restarts import StackedMLP

__all__ = ["RingRun", "falling_noise", "ring_gans"]


class RingRun(NamedTuple):
    """What :func:`ring_gans` returns for S networks."""

    steps: np.ndarray  # (T,) when samples were taken
    samples: np.ndarray  # (T, S, n, 2), from the same noise each time
    coverage: Coverage  # of the samples: fields (T, S) and (T, S, 8)
    values: np.ndarray  # (steps, S), the value of the game


def falling_noise(start: float = 0.6, end: float = 1.0) -> Callable[[float], float]:
    """Standard deviation of the noise as a function of the share of training that is over.

    It falls linearly from ``start`` to 0 at the share ``end``, and stays there.
    """
    return lambda share: start * max(1 - share / end, 0.0)


def ring_gans(seed: int, *, copies: int = 5, start_noise: float = 0.0, loss: str = "non-saturating",
              steps: int = 1400, looks: int = 7, n: int = 1000) -> RingRun:  # fmt: skip
    """Train ``copies`` GANs of one shape side by side, each from its own weights, noise and batches.

    Generator 4-32-32-2 with ReLU, discriminator 2-32-32-1 with leaky ReLU, float32, batches of 64, Adam with
    betas (0.5, 0.9), rates 4e-3 and 8e-3. A copy is one seed: nothing is shared but the 4,000 points of the ring.

    Parameters
    ----------
    seed : of the data and of all else.
    copies : S.
    start_noise : standard deviation of the noise on what the discriminator sees, 0 from seven tenths of the training on
        (:func:`falling_noise`).
    loss : of the generator.
    steps : of training.
    looks : samples are taken so many times after step 0, evenly.
    n : number of samples each time.

    Returns
    -------
    RingRun
    """
    rng = np.random.default_rng(seed)
    X, _ = gaussian_ring(4000, rng=rng)
    generator = StackedMLP(copies, [4, 32, 32, 2], "relu", rng=rng, dtype=np.float32)
    discriminator = StackedMLP(copies, [2, 32, 32, 1], "leaky_relu", rng=rng, dtype=np.float32)
    z = rng.standard_normal((copies, n, 4), dtype=np.float32)
    taken, samples = [], []

    def look(t: int) -> None:
        if t % (steps // looks) == 0:
            taken.append(t)
            samples.append(generate(generator, z))

    values = train_gan(generator, discriminator, X, latent=4, steps=steps, rng=rng, lr=(4e-3, 8e-3), loss=loss,
                       noise=falling_noise(start_noise, 0.7) if start_noise else None, look=look)  # fmt: skip
    samples = np.array(samples)
    return RingRun(np.array(taken), samples, covered_modes(samples, ring_centers()), values)
