"""How large gradients are along deep perceptrons before training, and how alike two inputs become on the way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from derived import ops
from derived.arguments import one_of
from derived.tensor import Tensor, no_grad
from derived.topics.deep_stacks import Stacks, _layer, build

__all__ = ["CONNECTIONS", "cosines", "gradient_profile", "relu_cosine", "score_gradient_cosines"]

CONNECTIONS = ("none", "add", "concatenate")


def gradient_profile(connection: str, depth: int, X: np.ndarray, y: np.ndarray, seeds: Sequence[int],
                     kind: str | None = None) -> np.ndarray:  # fmt: skip
    r"""Lengths :math:`\lVert\partial E/\partial x_l\rVert` of the gradients in what each layer puts out, at the start.

    Parameters
    ----------
    connection : ``"none"`` (He's weights), ``"add"`` (residual blocks that begin as the identity), or
        ``"concatenate"``: each layer sees all outputs before it and appends 8 units, with He's weights.
    depth : layers with weights.
    X, y : inputs (N, features) and class indices; E is the mean cross-entropy.
    kind : a start of ``deep_stacks.KINDS``, in place of the one that belongs to the connection.

    Returns
    -------
    (S, l) array, the first layer first: one number for each layer but the last, or for each block of two.
    """
    one_of("gradient_profile", "connection", connection, CONNECTIONS)
    if connection == "concatenate":
        outputs = _concatenated(X, depth, seeds, int(y.max()) + 1)
    else:
        kind = kind or {"none": "plain", "add": "residual"}[connection]
        net = build(kind, depth, seeds, inputs=X.shape[1], classes=int(y.max()) + 1, dtype=np.float64)
        outputs = net.stream(X)
    for x in outputs:
        x.retain_grad()
    S = len(seeds)
    scores = ops.reshape(outputs[-1], (S * len(y), -1))
    (ops.cross_entropy(scores, np.tile(y, S)) * float(S)).backward()
    return np.stack([np.linalg.norm(x.grad, axis=(1, 2)) for x in outputs[:-1]], axis=1)


def _concatenated(X: np.ndarray, depth: int, seeds: Sequence[int], classes: int, width: int = 32,
                  growth: int = 8) -> list[Tensor]:  # fmt: skip
    rngs = [np.random.default_rng(seed) for seed in seeds]

    def layer(x: np.ndarray | Tensor, m: int, gain: float) -> Tensor:
        n = x.shape[-1]
        W = np.stack([r.normal(0, np.sqrt(gain / n), (n, m)) for r in rngs])
        return _layer(x, Tensor(W, True), Tensor(np.zeros((len(rngs), 1, m))), gain == 2)

    new = [layer(X, width, 2)]
    x = new[0]
    for _ in range(depth - 2):
        new.append(layer(x, growth, 2))
        x = ops.cat([x, new[-1]], dim=2)
    return [*new, layer(x, classes, 1)]


def cosines(stacks: Stacks, X: np.ndarray) -> np.ndarray:
    """Mean cosine of the angle between the streams of two different inputs, (S, l), after each layer or block."""
    with no_grad():
        streams = [x.data for x in stacks.stream(X)[:-1]]
    return np.stack([_mean_cosine(x) for x in streams], axis=1)


def score_gradient_cosines(stacks: Stacks, X: np.ndarray) -> np.ndarray:
    """Mean cosine (S,) between the gradients of the first score, in the output of layer 1, for two different inputs."""
    first, *_, scores = stacks.stream(X)
    first.retain_grad()
    direction = np.zeros(scores.shape)
    direction[..., 0] = 1
    scores.backward(direction)
    return _mean_cosine(first.grad)


def _mean_cosine(x: np.ndarray) -> np.ndarray:
    above = np.triu_indices(x.shape[1], 1)
    unit = x / np.linalg.norm(x, axis=-1, keepdims=True)
    return (unit @ unit.swapaxes(-1, -2))[:, above[0], above[1]].mean(axis=1)


def relu_cosine(rho: np.ndarray | float) -> np.ndarray:
    r"""Cosine between two vectors after a wide ReLU layer with weights of mean 0, from the cosine before.

    .. math:: \rho'=\frac{\sqrt{1-\rho^2}+\rho\,(\pi-\arccos\rho)}{\pi}

    Source: Y. Cho and L. K. Saul, NIPS 2009, section 2, the arc-cosine kernel of degree 1.
    """
    rho = np.clip(np.asarray(rho, dtype=np.float64), -1, 1)
    return (np.sqrt(1 - rho**2) + rho * (np.pi - np.arccos(rho))) / np.pi
