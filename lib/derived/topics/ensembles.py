"""Several predictors instead of one: averages, their variance, and bagging."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from derived import nn, ops, optim
from derived.arguments import require, require_labels
from derived.data import Batches
from derived.tensor import Tensor
from derived.topics.restarts import StackedBatches, StackedMLP
from derived.training import fit

__all__ = ["Bagging", "bagging_curve", "bootstrap", "distinct_share", "geometric_mean", "mixture",
           "negative_log_likelihood", "train_member", "train_members", "variance_of_mean"]  # fmt: skip

Predictor = Callable[[np.ndarray], np.ndarray]


def variance_of_mean(V: ArrayLike, C: ArrayLike, K: ArrayLike) -> np.ndarray:
    r"""Variance of the mean of K variables of variance V and pairwise covariance C.

    .. math:: \mathrm{Var}\Bigl[\frac1K\sum_k\epsilon_k\Bigr]=\frac VK+\frac{K-1}KC,\qquad -\tfrac V{K-1}\le C\le V

    The arguments broadcast.

    Raises
    ------
    ValueError
        if K < 1, or if no K variables have such a covariance.
    """
    V, C, K = np.asarray(V, dtype=np.float64), np.asarray(C, dtype=np.float64), np.asarray(K)
    require(bool(np.all(K >= 1)), "variance_of_mean: K is {}, expected at least 1", K)
    slack = 1e-12 * np.abs(V)
    possible = (np.abs(C) <= V + slack) & (V + (K - 1) * C >= -slack)
    require(bool(np.all(possible | (K == 1))), "variance_of_mean: C is {}, expected -V/(K-1) <= C <= V = {}", C, V)
    return V / K + (K - 1) / K * C


def mixture(P: np.ndarray) -> np.ndarray:
    r"""The members' mean :math:`\bar P=\frac1K\sum_kP_k`, (K, ...) to (...)."""
    P = np.asarray(P)
    require(P.ndim >= 1 and len(P) > 0, "mixture: P has shape {}, expected (K, ...) with K >= 1", P.shape)
    return P.mean(axis=0)


def geometric_mean(P: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    r"""Renormalised weighted geometric mean of distributions, :math:`G(y)\propto\prod_kP_k(y)^{w_k}`.

    Parameters
    ----------
    P : (K, ..., M) probabilities, those of a distribution along the last axis.
    weights : (K,) non-negative weights :math:`w_k` of sum 1; equal ones if left out.

    Returns
    -------
    (..., M) array; a class to which one member of positive weight gives probability 0 has 0.

    Raises
    ------
    ValueError
        if the weights do not fit, or if no class has positive probability under all members.
    """
    P = np.asarray(P)
    w = np.full(len(P), 1 / len(P)) if weights is None else np.asarray(weights)
    require(w.shape == (len(P),) and bool(np.all(w >= 0)) and bool(np.isclose(w.sum(), 1)),
            "geometric_mean: weights of shape {} and sum {:.4g}, expected {} non-negative ones of sum 1",
            w.shape, w.sum(), len(P))  # fmt: skip
    with np.errstate(divide="ignore"):
        logs = np.tensordot(w[w > 0], np.log(P[w > 0]), axes=1)
    top = logs.max(axis=-1, keepdims=True)
    require(bool(np.isfinite(top).all()), "geometric_mean: no class has positive probability under all members")
    G = np.exp(logs - top)
    return G / G.sum(axis=-1, keepdims=True)


def negative_log_likelihood(P: np.ndarray, y: np.ndarray) -> np.ndarray:
    r"""Losses :math:`-\log P(y_n\mid x_n)` of probabilities (..., N, M) at the labels (N,): an array (..., N)."""
    P, y = np.asarray(P), np.asarray(y)
    require(P.ndim >= 2 and P.shape[-2] == len(y),
            "negative_log_likelihood: P has shape {}, y {}", P.shape, y.shape)  # fmt: skip
    require_labels("negative_log_likelihood", y, P.shape[-1])
    return -np.log(P[..., np.arange(len(y)), y])


def bootstrap(N: int, rng: np.random.Generator) -> np.ndarray:
    """Indices (N,) of a bootstrap sample: N draws from 0 .. N - 1 with replacement."""
    require(N >= 1, "bootstrap: N is {}, expected at least 1", N)
    return rng.integers(N, size=N)


def distinct_share(N: ArrayLike) -> np.ndarray:
    r"""Expected share of the N examples that a bootstrap sample contains, :math:`1-(1-\frac1N)^N`."""
    N = np.asarray(N, dtype=np.float64)
    require(bool(np.all(N >= 1)), "distinct_share: N is {}, expected at least 1", N)
    return 1 - (1 - 1 / N) ** N


class Bagging:
    r"""Bootstrap aggregating: one learner, trained on K bootstrap samples, and the mean of the predictions.

    Parameters
    ----------
    learner : ``learner(X, y, rng)`` trains on the rows that it is given and returns a predictor, a function from
        (N, d) inputs to (N, M) probabilities; every call must know the same M classes.
    members : the number K.
    rng : source of the samples; each member gets a child of its own.

    Attributes
    ----------
    predictors : the K predictors, after :meth:`fit`.
    samples : (K, N) the indices that each was trained on.
    """

    def __init__(self, learner: Callable, members: int = 10, *, rng: np.random.Generator) -> None:
        require(members >= 1, "Bagging: members is {}, expected at least 1", members)
        self.learner, self.members, self.rng = learner, members, rng
        self.predictors: list[Predictor] = []
        self.samples = np.empty((0, 0), dtype=np.int64)

    def fit(self, X: np.ndarray, y: np.ndarray, samples: Sequence[np.ndarray] | None = None) -> Bagging:
        """Train all members on X (N, d) and y (N,), on the given samples of indices or on bootstrap samples."""
        require(len(X) == len(y) > 0, "Bagging.fit: X has {} rows, y {}, expected as many, not 0", len(X), len(y))
        if samples is None:
            samples = [bootstrap(len(X), self.rng) for _ in range(self.members)]
        require(len(samples) == self.members, "Bagging.fit: {} samples, expected {}", len(samples), self.members)
        self.samples = np.array(samples)
        children = self.rng.spawn(self.members)
        self.predictors = [self.learner(X[i], y[i], rng) for i, rng in zip(self.samples, children, strict=True)]
        return self

    def members_predict(self, X: np.ndarray) -> np.ndarray:
        """The probabilities (K, N, M) of all members."""
        require(bool(self.predictors), "Bagging: no members yet, expected a call of fit before")
        return np.array([predict(X) for predict in self.predictors])

    def predict(self, X: np.ndarray) -> np.ndarray:
        r"""The mean :math:`\frac1K\sum_kP_k(y\mid x)`, (N, M)."""
        return mixture(self.members_predict(X))

    def out_of_bag(self, X: np.ndarray) -> np.ndarray:
        """For each training example the mean over the members that have not seen it (N, M); NaN where all have."""
        unseen = np.ones((self.members, len(X)), dtype=bool)
        np.put_along_axis(unseen, self.samples, False, axis=1)
        count = unseen.sum(axis=0)
        total = np.einsum("kn,knm->nm", unseen, self.members_predict(X))
        return np.where(count[:, None] > 0, total / np.maximum(count, 1)[:, None], np.nan)


def bagging_curve(learner: Callable, train: tuple, test: tuple, members: int,
                  rng: np.random.Generator) -> tuple[np.ndarray, float]:  # fmt: skip
    """Bagging with 1, 2, … members.

    Returns
    -------
    accuracies (members,) : of the mean of the first 1, 2, … members on `test`, a pair (X, y).
    out_of_bag : accuracy on the training examples, each judged by the members that have not seen it.
    """
    bag = Bagging(learner, members, rng=rng).fit(*train)
    running = np.cumsum(bag.members_predict(test[0]), axis=0)
    unseen = bag.out_of_bag(train[0])
    known = ~np.isnan(unseen[:, 0])
    right = unseen[known].argmax(axis=1) == train[1][known]
    return (running.argmax(axis=2) == test[1]).mean(axis=1), float(right.mean())


def train_member(sizes: Sequence[int], X: np.ndarray, y: np.ndarray, seed: int, *, epochs: int = 40, lr: float = 8e-3,
                 batch_size: int = 50, loss: Callable = ops.cross_entropy, **options: object) -> nn.MLP:  # fmt: skip
    """A network trained with Adam; weights, order of the batches and masks are those of the seed.

    Parameters
    ----------
    sizes : units of each layer.
    X, y : inputs and targets as the loss wants them.
    options : of :class:`derived.nn.MLP`, such as ``dropout``.

    Returns
    -------
    The network, in evaluation mode.
    """
    rng = np.random.default_rng(seed)
    net = nn.MLP(sizes, rng=rng, **options)
    fit(net, loss, optim.Adam(net.parameters(), lr=lr), Batches(X, y, batch_size, rng), epochs, progress=False)
    return net.eval()


def train_members(sizes: Sequence[int], X: np.ndarray, y: np.ndarray, seeds: Sequence[int], *, epochs: int = 40,
                  lr: float = 8e-3, batch_size: int = 50, loss: Callable = ops.cross_entropy,
                  activation: str = "relu", dropout: float = 0.0,
                  after_epoch: Callable[[list[nn.MLP]], object] | None = None) -> list[nn.MLP]:  # fmt: skip
    """:func:`train_member` for R seeds, side by side: without dropout the same networks, with it masks from one source.

    Parameters
    ----------
    X, y : (N, d) and (N,), the same for all networks, or (R, N, d) and (R, N), each its own.
    seeds : R of them.
    loss : of logits (R N, C) and the targets of those rows, their mean.
    sizes, epochs, lr, batch_size, activation, dropout : as for one network; inputs are not dropped.
    after_epoch : called with the networks, in evaluation mode, after each epoch.
    """
    rngs, R, own = [np.random.default_rng(seed) for seed in seeds], len(seeds), X.ndim == 3
    nets = [nn.MLP(sizes, activation, rng=rng, dropout=dropout) for rng in rngs]
    batches = StackedBatches([Batches(X[r] if own else X, y[r] if own else y, batch_size, rng)
                              for r, rng in enumerate(rngs)])  # fmt: skip
    stack = StackedMLP.of(nets)

    def total(z: Tensor, target: np.ndarray) -> Tensor:
        return R * loss(ops.reshape(z, (target.size, sizes[-1])), target.ravel())  # the sum of the networks' means

    def hand_over(*_: object) -> None:
        stack.copy_to(nets)
        for net in nets:
            net.eval()
        if after_epoch:
            after_epoch(nets)

    fit(stack, total, optim.Adam(stack.parameters(), lr=lr), batches, epochs, progress=False, callbacks=[hand_over])
    return nets
