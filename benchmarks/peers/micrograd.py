"""micrograd: a tape of scalars; squared error and gradient descent, as in its own example (it has no logarithm)."""

from __future__ import annotations

import sys
from itertools import cycle

import numpy as np
from micrograd.nn import MLP

from benchmarks.peers import Task

KIND, DTYPE = "scalars", "Python's float"
LAYERS, LOSS = ("linear", "relu"), ("mse_loss", "SGD")

sys.setrecursionlimit(100_000)  # it sorts its graph by recursion, as deep as a sum is long


class Network:
    """Its own MLP with our weights."""

    def __init__(self, task: Task) -> None:
        affine = [rest for kind, *rest in task.layers if kind == "linear"]
        self.model = MLP(affine[0][0].shape[1], [len(W) for W, _ in affine])
        for layer, (W, b) in zip(self.model.layers, affine, strict=True):
            for neuron, row, bias in zip(layer.neurons, W.tolist(), b.tolist(), strict=True):
                neuron.b.data = bias
                for value, weight in zip(neuron.w, row, strict=True):
                    value.data = weight
        self.batches = [(X.tolist(), y.tolist()) for X, y in task.batches]
        self.turns, self.lr = cycle(self.batches), task.options["lr"]

    def _backward(self, X: list, y: list) -> None:
        errors = [(out - target) ** 2 for x, t in zip(X, y, strict=True)
                  for out, target in zip(self.model(x), t, strict=True)]  # fmt: skip
        loss = sum(errors) * (1 / len(errors))
        self.model.zero_grad()
        loss.backward()

    def _arrays(self, which: str) -> list:
        found = []
        for layer in self.model.layers:
            found.append(np.array([[getattr(w, which) for w in neuron.w] for neuron in layer.neurons]))
            found.append(np.array([getattr(neuron.b, which) for neuron in layer.neurons]))
        return found

    def gradients(self) -> list:
        self._backward(*self.batches[0])
        return self._arrays("grad")

    def parameters(self) -> list:
        return self._arrays("data")

    def step(self) -> None:
        self._backward(*next(self.turns))
        for p in self.model.parameters():
            p.data -= self.lr * p.grad
