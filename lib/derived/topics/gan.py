"""Generative adversarial networks: the value of the game, its best answer, both generator losses, training in turns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived import ops
from derived.arguments import one_of, require
from derived.nn import Module
from derived.optim import Adam
from derived.tensor import Tensor, no_grad
from derived.topics.restarts import StackedMLP

__all__ = ["discriminator_loss", "game_value", "generate", "generator_loss", "optimal_discriminator", "train_gan"]


def game_value(real: Tensor, fake: Tensor) -> Tensor:
    r"""Value of the game, :math:`V=E_p\log D+E_z\log(1-D(G(z)))`, estimated from logits, :math:`D=\mathrm{sigmoid}`.

    From logits, since :math:`\log D=-\operatorname{softplus}(-a)` is finite where D rounds to 0. ``real`` and ``fake``
    have the logits along the last axis; the means are over it.
    """
    return -ops.mean(ops.softplus(-real), -1) - ops.mean(ops.softplus(fake), -1)


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """What the discriminator minimises: minus the value of the game; shapes as in :func:`game_value`."""
    return -game_value(real, fake)


def generator_loss(fake: Tensor, kind: str = "non-saturating") -> Tensor:
    r"""What the generator minimises, given the logits of its samples along the last axis.

    ``"minimax"``: :math:`E\log(1-D(G(z)))`, its share of the value. ``"non-saturating"``: :math:`-E\log D(G(z))`, whose
    derivative with respect to a logit a is :math:`-(1-D)` and not :math:`-D`: large where the sample is
    recognised. Goodfellow et al. (2014), section 3.
    """
    one_of("generator_loss", "kind", kind, ("minimax", "non-saturating"))
    return -ops.mean(ops.softplus(fake), -1) if kind == "minimax" else ops.mean(ops.softplus(-fake), -1)


def optimal_discriminator(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    r"""Best discriminator of densities p (data) and q (generator), :math:`D^*=\frac p{p+q}`; 1/2 where both are 0."""
    p, q = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
    require(bool(np.all(p >= 0) and np.all(q >= 0)), "optimal_discriminator: a density is negative")
    total = p + q
    return np.divide(p, total, out=np.full(total.shape, 0.5), where=total > 0)


def generate(generator: Module, z: np.ndarray) -> np.ndarray:
    """Samples for noise z, nothing recorded."""
    with no_grad():
        return generator(z).data


def train_gan(generator: Module, discriminator: StackedMLP, X: np.ndarray, *, latent: int, steps: int,
              rng: np.random.Generator, batch_size: int = 64, lr: tuple[float, float] = (1e-3, 1e-3),
              betas: tuple[float, float] = (0.5, 0.9), loss: str = "non-saturating",
              noise: Callable[[float], float] | None = None,
              look: Callable[[int], None] | None = None) -> np.ndarray:  # fmt: skip
    r"""Train S GANs side by side, in turns: one step of Adam for the discriminators, one for the generators.

    Parameters
    ----------
    generator : (S, N, latent) to (S, N, d); changed.
    discriminator : (S, N, d) to logits (S, N, 1); changed.
    X : (n, d), the data.
    latent : dimension of the noise z, standard normal.
    steps, batch_size : each step draws new noise and new rows of X for each of the S; both players see the same
        samples, the generators after the discriminators have moved.
    lr : first rates of generator and discriminator; both fall to zero like a half cosine.
    betas : of both Adams.
    loss : of the generator, see :func:`generator_loss`.
    noise : standard deviation of the Gaussian noise added to what the discriminator sees, real or not, given the share
        of the training that is over; none by default.
    look : called as ``look(t)`` before each step t and, with t = steps, after the last one.

    Returns
    -------
    (steps, S) value of the game at each step of the discriminators.
    """
    S, dtype, values = len(discriminator.weights[0]), discriminator.weights[0].dtype, []
    opt_g, opt_d = (Adam(net.parameters(), lr=r, betas=betas)
                    for net, r in zip((generator, discriminator), lr, strict=True))  # fmt: skip
    draw = lambda *shape: rng.standard_normal(shape, dtype=np.float32).astype(dtype, copy=False)
    for t in range(steps):
        if look is not None:
            look(t)
        opt_g.lr, opt_d.lr = (r * 0.5 * (1 + np.cos(np.pi * t / steps)) for r in lr)
        sigma = dtype.type(noise(t / steps) if noise else 0)
        blurred = lambda x, sigma=sigma: x + sigma * draw(*x.shape) if sigma else x
        fake = generator(draw(S, batch_size, latent))
        real = X[rng.integers(0, len(X), (S, batch_size))]
        logits = discriminator(blurred(np.concatenate([real, fake.data], axis=1))).reshape(S, 2, batch_size)
        value = game_value(logits[:, 0], logits[:, 1])
        opt_d.zero_grad()
        (-value.sum()).backward()
        opt_d.step()
        opt_g.zero_grad()
        discriminator.requires_grad_(False)
        logits = discriminator(blurred(fake)).reshape(S, batch_size)
        generator_loss(logits, loss).sum().backward()
        discriminator.requires_grad_(True)
        opt_g.step()
        values.append(value.data)
    if look is not None:
        look(steps)
    return np.array(values)
