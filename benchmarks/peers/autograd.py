"""HIPS autograd: the derivative of a function written in its NumPy; Adam as in its ``autograd.misc.optimizers``."""

from __future__ import annotations

from itertools import cycle

import autograd.numpy as np
from autograd import grad
from autograd.misc import flatten
from autograd.scipy.special import logsumexp

from benchmarks.peers import Task

KIND, DTYPE = "NumPy", "float64"
LAYERS, LOSS = ("linear", "relu"), ("cross_entropy", "Adam")


def loss(weights: list, X: np.ndarray, y: np.ndarray) -> float:
    """Mean cross-entropy of a ReLU network."""
    for W, b in weights[:-1]:
        X = np.maximum(np.dot(X, W) + b, 0)
    W, b = weights[-1]
    logits = np.dot(X, W) + b
    return np.mean(logsumexp(logits, axis=1) - logits[np.arange(len(y)), y])


class Network:
    """Weights in one flat vector, as its optimizers keep them."""

    def __init__(self, task: Task) -> None:
        weights = [(W.T.astype(float), b.astype(float)) for kind, W, b in _affine(task)]
        self.x, self.unflatten = flatten(weights)
        self.m, self.v, self.i = np.zeros(len(self.x)), np.zeros(len(self.x)), 0
        self.batches = [(X.astype(float), y) for X, y in task.batches]
        self.turns, self.grad = cycle(self.batches), grad(loss)

    def _arrays(self, weights: list) -> list:
        return [a for W, b in weights for a in (W.T, b)]

    def gradients(self) -> list:
        return self._arrays(self.grad(self.unflatten(self.x), *self.batches[0]))

    def parameters(self) -> list:
        return self._arrays(self.unflatten(self.x))

    def step(self, step_size: float = 1e-3, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8) -> None:
        g, _ = flatten(self.grad(self.unflatten(self.x), *next(self.turns)))
        self.m = (1 - b1) * g + b1 * self.m
        self.v = (1 - b2) * (g**2) + b2 * self.v
        self.i += 1
        mhat, vhat = self.m / (1 - b1**self.i), self.v / (1 - b2**self.i)
        self.x = self.x - step_size * mhat / (np.sqrt(vhat) + eps)


def _affine(task: Task) -> list[tuple]:
    return [layer for layer in task.layers if layer[0] == "linear"]
