"""SmallPebble: a tape on NumPy, with its own softmax, cross-entropy (a sum, divided here) and Adam."""

from __future__ import annotations

from itertools import cycle

import numpy as np
import smallpebble as sp

from benchmarks.peers import Task, channels_last

KIND, DTYPE = "NumPy", "float64"
LAYERS, LOSS = ("linear", "relu", "conv2d", "max_pool2d", "flatten"), ("cross_entropy", "Adam")


class Network:
    """Variables, and a loss that is built anew for every batch."""

    def __init__(self, task: Task) -> None:
        self.layers, images, self.back = channels_last(task)
        self.layers = [(kind, *(sp.Variable(a.astype(float)) if np.ndim(a) else a for a in rest))
                       for kind, *rest in self.layers]  # fmt: skip
        self.variables = [a for _, *rest in self.layers for a in rest if isinstance(a, sp.Variable)]
        self.batches = [(X.astype(float), y) for X, (_, y) in zip(images, task.batches, strict=True)]
        self.turns, self.adam = cycle(self.batches), sp.Adam()

    def loss(self, X: np.ndarray, y: np.ndarray) -> sp.Variable:
        x = sp.Variable(X)
        for kind, *rest in self.layers:
            if kind == "linear":
                x = sp.matmul(x, rest[0]) + rest[1]
            elif kind == "conv2d":
                x = sp.conv2d(x, rest[0], "SAME" if rest[2] else "VALID") + rest[1]
            elif kind == "max_pool2d":
                x = sp.maxpool2d(x, rest[0], rest[0], "VALID", (rest[0], rest[0]))
            else:
                x = sp.leaky_relu(x, 0) if kind == "relu" else sp.reshape(x, [len(X), -1])
        return sp.cross_entropy(sp.softmax(x), y) * sp.Variable(np.array(1 / len(y)))

    def _in_order(self, arrays: list) -> list:
        return [f(a) for f, a in zip(self.back, arrays, strict=True)]

    def gradients(self) -> list:
        found = sp.get_gradients(self.loss(*self.batches[0]))
        return self._in_order([found[v] for v in self.variables])

    def parameters(self) -> list:
        return self._in_order([v.array for v in self.variables])

    def step(self) -> None:
        self.adam.training_step(self.variables, sp.get_gradients(self.loss(*next(self.turns))))
