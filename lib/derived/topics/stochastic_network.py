"""A network whose weights are drawn anew for every use, trained on a bound of its own true error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from derived import initialization, nn, ops
from derived.arguments import require
from derived.optim import Adam
from derived.tensor import Tensor
from derived.topics.gaussian_kl import kl_diagonal
from derived.topics.pac_bayes import maurer_bound, mcallester_bound, sampled_risk

__all__ = [
    "Certificate",
    "StochasticMLP",
    "count_weights",
    "fit_weights",
    "flat_weights",
    "logits",
    "minimise_bound",
    "sampled_errors",
]


def count_weights(sizes: Sequence[int]) -> int:
    """Number of weights and biases of a multilayer perceptron with these numbers of units, inputs first."""
    return sum((fan_in + 1) * fan_out for fan_in, fan_out in zip(sizes[:-1], sizes[1:], strict=True))


def flat_weights(sizes: Sequence[int], rng: np.random.Generator) -> np.ndarray:
    """He's initial weights, biases 0, in one float32 vector, as :func:`logits` expects it."""
    parts = []
    for fan_in, fan_out in zip(sizes[:-1], sizes[1:], strict=True):
        parts += [initialization.he_normal((fan_out, fan_in), rng, np.float32).ravel(), np.zeros(fan_out, np.float32)]
    return np.concatenate(parts)


def logits(w: Tensor | np.ndarray, X: np.ndarray, sizes: Sequence[int]) -> Tensor:
    r"""Output :math:`f_w(x)` of the ReLU network whose weights lie in one vector, layer by layer, weight before bias.

    Parameters
    ----------
    w : (W,) tensor or array.
    X : (N, d) inputs.
    sizes : units of each layer, d first, 1 last.

    Returns
    -------
    (N,) logits of class 1.
    """
    total = count_weights(sizes)
    require(np.shape(w.data) == (total,), "logits: w has shape {}, expected ({},)", np.shape(w.data), total)
    require(sizes[-1] == 1, "logits: sizes ends with {}, expected 1", sizes[-1])
    at, a = 0, X
    for l, (fan_in, fan_out) in enumerate(zip(sizes[:-1], sizes[1:], strict=True)):
        middle, end = at + fan_in * fan_out, at + (fan_in + 1) * fan_out
        z = ops.linear(a, ops.reshape(w[at:middle], (fan_out, fan_in)), w[middle:end])
        a, at = (ops.relu(z) if l < len(sizes) - 2 else z), end
    return ops.reshape(a, (len(X),))


def fit_weights(w: np.ndarray, X: np.ndarray, y: np.ndarray, sizes: Sequence[int], *, steps: int,
                lr: float) -> np.ndarray:  # fmt: skip
    """The weight vector after `steps` steps of Adam from `w` on the mean logistic loss, an ordinary network."""
    weights = nn.Parameter(w.copy())
    optimizer = Adam([weights], lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        ops.binary_cross_entropy_with_logits(logits(weights, X, sizes), y.astype(w.dtype)).backward()
        optimizer.step()
    return weights.data


class StochasticMLP(nn.Module):
    r"""Weights :math:`w=\theta+\sigma\odot\xi`, :math:`\xi\sim N(0,I)`, beside a prior :math:`P=N(\theta_0,\tau^2I)`.

    Parameters
    ----------
    sizes : units of each layer.
    prior_mean : (W,) :math:`\theta_0`.
    prior_std : :math:`\tau`.

    Attributes
    ----------
    mean, log_std : (W,) parameters :math:`\theta` and :math:`\log\sigma`; Q starts as P.
    """

    def __init__(self, sizes: Sequence[int], prior_mean: np.ndarray, prior_std: float) -> None:
        require(prior_std > 0, "StochasticMLP: prior_std is {}, expected > 0", prior_std)
        self.sizes, self.prior_mean, self.prior_std = tuple(sizes), np.asarray(prior_mean), float(prior_std)
        self.mean = nn.Parameter(self.prior_mean.copy())
        self.log_std = nn.Parameter(np.full_like(self.prior_mean, np.log(prior_std)))

    def kl(self) -> Tensor:
        r"""The divergence of Q from P.

        .. math:: KL(Q\Vert P)=\sum_j\Bigl[\log\frac\tau{\sigma_j}
            +\frac{\sigma_j^2+(\theta_j-\theta_{0j})^2}{2\tau^2}-\frac12\Bigr]
        """
        return kl_diagonal(self.mean, self.log_std * 2, self.prior_mean, 2 * np.log(self.prior_std))

    def forward(self, X: np.ndarray, xi: np.ndarray) -> Tensor:
        r"""Logits of the network with the weights :math:`\theta+\sigma\odot\xi`, a differentiable function of both."""
        return logits(self.mean + ops.exp(self.log_std) * xi, X, self.sizes)

    def objective(self, X: np.ndarray, y: np.ndarray, xi: np.ndarray, n: int,
                  delta: float) -> Tensor:  # fmt: skip
        r"""Logistic loss over log 2 (it is above the 0-1 loss) plus McAllester's root, for one draw of the weights."""
        z, y = self(X, xi), y.astype(self.mean.dtype)
        loss = ops.binary_cross_entropy_with_logits(z, y) * (1 / np.log(2))
        return loss + ops.sqrt((self.kl() + np.log(2 * np.sqrt(n) / delta)) * (1 / (2 * n)))

    def paired_errors(self, X: np.ndarray, y: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
        r"""Whether each of `draws` networks from Q is wrong on one example drawn for it alone: (draws,) booleans.

        As good for a bound on the mean error as testing every network on all examples, and far cheaper. A weight
        that is used once need not be drawn: given its inputs a, a unit's :math:`a\cdot w+b` is normal with mean
        :math:`a\cdot\theta_w+\theta_b` and variance :math:`a^2\cdot\sigma_w^2+\sigma_b^2`, independent of the others'.
        """
        chosen, at = rng.integers(0, len(X), draws), 0
        a, mean, variance = X[chosen], self.mean.data, np.exp(2 * self.log_std.data)
        for l, (fan_in, fan_out) in enumerate(zip(self.sizes[:-1], self.sizes[1:], strict=True)):
            middle, end = at + fan_in * fan_out, at + (fan_in + 1) * fan_out
            centre, spread = (x @ v[at:middle].reshape(fan_out, fan_in).T + v[middle:end]
                              for x, v in ((a, mean), (a * a, variance)))  # fmt: skip
            z = centre + np.sqrt(spread) * rng.standard_normal(centre.shape, dtype=np.float32)
            a, at = (np.maximum(z, 0) if l < len(self.sizes) - 2 else z), end
        return (a[:, 0] > 0) != y[chosen]


def minimise_bound(model: StochasticMLP, X: np.ndarray, y: np.ndarray, *, steps: int,
                   lr: float, delta: float, rng: np.random.Generator) -> np.ndarray:  # fmt: skip
    """Adam on :meth:`StochasticMLP.objective`, all examples and one new draw of the weights in every step.

    Parameters
    ----------
    X, y : (N, d) float32 inputs and labels 0 and 1.
    steps, lr : of Adam.
    delta : probability of failure in the bound.

    Returns
    -------
    (steps,) values of the objective.
    """
    optimizer, values = Adam(model.parameters(), lr=lr), np.empty(steps)
    for step in range(steps):
        optimizer.zero_grad()
        xi = rng.standard_normal(model.mean.size, dtype=np.float32)
        value = model.objective(X, y, xi, len(X), delta)
        value.backward()
        optimizer.step()
        values[step] = value.item()
    return values


def sampled_errors(weights: np.ndarray, X: np.ndarray, y: np.ndarray, sizes: Sequence[int]) -> np.ndarray:
    """Error rate of the network for each row of `weights` (m, W): (m,)."""
    return np.array([np.mean((logits(w, X, sizes).data > 0) != y) for w in weights])


class Certificate(NamedTuple):
    """What is known about a stochastic network: measured errors, divergence, and two bounds on its true error."""

    train: float
    test: float
    kl: float
    mcallester: float
    maurer: float

    @classmethod
    def of(cls, model: StochasticMLP, train: tuple, test: tuple, *, draws: int, delta: float,
           rng: np.random.Generator) -> Certificate:  # fmt: skip
        """Measure on `draws` pairs of a network and an example of each set.

        The bounds hold with probability 1 - `delta`; half of it is spent on the sampling.
        """
        seen, new = (float(np.mean(model.paired_errors(*pair, draws, rng))) for pair in (train, test))
        above, kl, n = sampled_risk(seen, draws, delta / 2), model.kl().item(), len(train[0])
        mcallester, maurer = (float(bound(above, kl, n, delta / 2)) for bound in (mcallester_bound, maurer_bound))
        return cls(seen, new, kl, mcallester, maurer)
