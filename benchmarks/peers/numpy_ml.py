"""numpy-ml: layers with hand-written backward passes, each with an Adam of its own.

It was written for older Pythons: ``collections.Hashable`` has moved since.
"""

from __future__ import annotations

import collections
import warnings
from itertools import cycle

import numpy as np

from benchmarks.peers import Task, channels_last

collections.Hashable = collections.abc.Hashable
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # parts of it miss packages that are not needed here
    from numpy_ml.neural_nets.layers import Conv2D, Flatten, FullyConnected, Pool2D
    from numpy_ml.neural_nets.losses import CrossEntropy
    from numpy_ml.neural_nets.optimizers import Adam

KIND, DTYPE = "NumPy", "float64"
LAYERS, LOSS = ("linear", "relu", "conv2d", "max_pool2d", "flatten"), ("cross_entropy", "Adam")
LARGEST = 64  # pixels: its pooling is a loop over them, and a step on larger images takes seconds


class Network:
    """Its layers one after the other; a ReLU belongs to the layer before it."""

    def __init__(self, task: Task) -> None:
        described, images, self.back = channels_last(task)
        followers = [kind for kind, *_ in described[1:]] + [""]
        self.layers, self.affine = [], []
        for (kind, *rest), follower in zip(described, followers, strict=True):
            options = {"act_fn": "relu" if follower == "relu" else None, "optimizer": Adam(eps=1e-8)}
            if kind == "linear":
                self._affine(FullyConnected(rest[0].shape[1], **options), rest)
            elif kind == "conv2d":
                k, _, _, out = rest[0].shape
                self._affine(Conv2D(out, (k, k), pad=rest[2], **options), rest)
            elif kind == "max_pool2d":
                self.layers.append(Pool2D((rest[0], rest[0]), rest[0]))
            elif kind == "flatten":
                self.layers.append(Flatten())
        self.batches = [(X.astype(float), np.eye(10)[y]) for X, (_, y) in zip(images, task.batches, strict=True)]
        self.turns, self.loss = cycle(self.batches), CrossEntropy()
        self._start(self.batches[0][0])

    def _affine(self, layer: object, arrays: list) -> None:
        self.layers.append(layer)
        self.affine.append((layer, arrays))

    def _start(self, X: np.ndarray) -> None:
        """A layer makes its parameters when it first sees a batch; then they get our values."""
        self._forward(X)
        for layer in self.layers:
            layer.flush_gradients()
        for layer, (W, b, *_) in self.affine:
            shape = layer.parameters["b"].shape
            layer.parameters.update(W=W.astype(float), b=b.astype(float).reshape(shape))

    def _forward(self, X: np.ndarray) -> np.ndarray:
        for layer in self.layers:
            X = layer.forward(X)
        e = np.exp(X - X.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def _backward(self, X: np.ndarray, y: np.ndarray) -> None:
        predicted = self._forward(X)
        self.loss(y, predicted)
        g = CrossEntropy.grad(y, predicted) / len(y)
        for layer in reversed(self.layers):
            g = layer.backward(g)

    def _in_order(self, which: str) -> list:
        arrays = [getattr(layer, which)[key] for layer, _ in self.affine for key in ("W", "b")]
        return [f(a).copy() for f, a in zip(self.back, arrays, strict=True)]

    def gradients(self) -> list:
        self._backward(*self.batches[0])
        found = self._in_order("gradients")
        for layer in self.layers:
            layer.flush_gradients()
        return found

    def parameters(self) -> list:
        return self._in_order("parameters")

    def step(self) -> None:
        self._backward(*next(self.turns))
        for layer in self.layers:
            layer.update()
