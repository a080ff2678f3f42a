r"""Perceptrons of many layers with and without shortcuts, several networks side by side.

Layer 1 takes the inputs to a stream :math:`h_1=\mathrm{relu}(xW_1+b_1)` of `width` units, the last one reads the
classes off. In between, a plain network has layers :math:`h\mapsto\mathrm{relu}(hW+b)`, a residual one blocks of two
layers, :math:`h\mapsto h+\mathrm{relu}(hW+b)W'+b'`. Matrices stand on the right, as the networks form a batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from derived import ops, optim
from derived.arguments import one_of, require
from derived.tensor import Tensor, no_grad, primitive, shared

__all__ = ["KINDS", "Stacks", "build", "train", "training_loss"]

KINDS = ("plain", "identity", "default", "residual", "unscaled")


@primitive
def _layer(x, W, b, bent):
    """relu(xW + b), or without the ReLU: one node on the tape in place of three."""
    y = x @ W
    y += b
    if bent:
        np.maximum(y, 0, out=y)
    off = shared(lambda g: (g * (y > 0),))(0) if bent else lambda g: g
    columns = lambda a: np.swapaxes(a, -1, -2)
    return (y, lambda g: off(g) @ columns(W), lambda g: columns(x) @ off(g),
            lambda g: off(g).sum(axis=-2, keepdims=True))  # fmt: skip


@dataclass(frozen=True)
class Stacks:
    """S networks of one kind; see :func:`build`.

    Attributes
    ----------
    kind : one of ``KINDS``.
    weights, biases : for each layer a tensor (S, n_in, n_out) and one (S, 1, n_out).
    """

    kind: str
    weights: list[Tensor]
    biases: list[Tensor]

    def parameters(self) -> list[Tensor]:
        """Weights, then biases."""
        return [*self.weights, *self.biases]

    def stream(self, X: np.ndarray) -> list[Tensor]:
        """The stream after layer 1 and after each plain layer or residual block, then the scores.

        Parameters
        ----------
        X : (S, N, inputs) array, a batch for each network, or (N, inputs), the same for all.
        """
        pairs = list(zip(self.weights, self.biases, strict=True))
        h = [_layer(X, *pairs[0], True)]
        if self.kind in ("residual", "unscaled"):
            for first, second in zip(pairs[1:-1:2], pairs[2:-1:2], strict=True):
                h.append(h[-1] + _layer(_layer(h[-1], *first, True), *second, False))
        else:
            for pair in pairs[1:-1]:
                h.append(_layer(h[-1], *pair, True))
        return [*h, _layer(h[-1], *pairs[-1], False)]


def build(kind: str, depth: int, seeds: Sequence[int], *, inputs: int = 64, width: int = 32, classes: int = 10,
          dtype: type = np.float32) -> Stacks:  # fmt: skip
    r"""Networks of `depth` layers before any training, one for each seed; `depth` is even.

    Biases are 0. The first weights have variance 2 / `inputs`, the last 1 / `width`; those between have

    - ``"plain"``: variance 2 / width, He's;
    - ``"default"``: variance 1 / (3 width), the default of PyTorch's linear layers;
    - ``"identity"``: the identity matrix plus noise of standard deviation 0.1 / sqrt(width), in a plain network;
    - ``"residual"``: the first layer of each block variance 2 / width, the second 0: the block is the identity;
    - ``"unscaled"``: the same, but the second has variance 1 / width: the block adds as much as it gets.
    """
    one_of("build", "kind", kind, KINDS)
    require(depth >= 2 and depth % 2 == 0, "build: depth is {}, expected an even number of layers", depth)
    rngs = [np.random.default_rng(seed) for seed in seeds]

    def draw(n: int, m: int, variance: float) -> Tensor:
        return Tensor(np.stack([r.normal(0, np.sqrt(variance), (n, m)) for r in rngs]).astype(dtype), True)

    weights = [draw(inputs, width, 2 / inputs)]
    for l in range(depth - 2):
        gain = {"plain": 2, "default": 1 / 3, "identity": 0.01}.get(kind, 2 if l % 2 == 0 else kind == "unscaled")
        weights.append(draw(width, width, gain / width))
        if kind == "identity":
            weights[-1].data += np.eye(width, dtype=dtype)
    weights.append(draw(width, classes, 1 / width))
    biases = [Tensor(np.zeros((len(rngs), 1, w.shape[2]), dtype), True) for w in weights]
    return Stacks(kind, weights, biases)


def training_loss(stacks: Stacks, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Mean cross-entropy (S,) of each network on all of ``X``, ``y``."""
    with no_grad():
        scores = stacks.stream(X)[-1].data.astype(np.float64)
    log_p = ops.log_softmax.rule(scores)[0]
    return -log_p[:, np.arange(len(y)), y].mean(axis=1)


def train(data: tuple[np.ndarray, np.ndarray], kind: str, depth: int, seeds: Sequence[int], *,
          lr: float | Sequence[float] = 2e-3, steps: int = 100, batch_size: int = 64,
          width: int = 32) -> tuple[Stacks, np.ndarray]:  # fmt: skip
    """Networks after `steps` steps of Adam on the cross-entropy, and the loss of each on all training data.

    Parameters
    ----------
    data : X (N, inputs) and class indices y.
    kind, depth, width : as for :func:`build`.
    seeds : one for each network: of its weights and, apart from them, of its batches, the same for all kinds.
    lr : one rate, or one for each network.
    """
    X, y = data
    stacks = build(kind, depth, seeds, inputs=X.shape[1], width=width, classes=int(y.max()) + 1, dtype=X.dtype.type)
    optimizer, rates = optim.Adam(stacks.parameters(), lr=float(np.max(lr))), np.ravel(lr)
    share = (rates / rates.max()).astype(X.dtype)[:, None, None]
    passes = range(steps * batch_size // len(X) + 1)
    order = np.stack([np.concatenate([r.permutation(len(X)) for _ in passes])
                      for r in (np.random.default_rng([seed, 1]) for seed in seeds)])  # fmt: skip
    for t in range(steps):
        part = order[:, t * batch_size : (t + 1) * batch_size]
        scores = ops.reshape(stacks.stream(X[part])[-1], (part.size, -1))
        optimizer.zero_grad()
        ops.cross_entropy(scores, y[part].ravel()).backward()
        before = [p.data.copy() for p in stacks.parameters()] if len(rates) > 1 else []
        optimizer.step()
        for p, old in zip(stacks.parameters(), before, strict=False):
            p.data[...] = old + share * (p.data - old)  # Adam's step is proportional to its rate
    return stacks, training_loss(stacks, X, y)
