"""tinygrad: a compiler of tensor programs; the whole step is captured by ``TinyJit`` and built by clang, or by $CC."""

from __future__ import annotations

import os
from itertools import cycle

os.environ.setdefault("DEV", "CPU")
os.environ.setdefault("PARALLEL", "0")  # no other processes to build programs
os.environ.setdefault("CPU_COUNT", os.environ.get("OMP_NUM_THREADS", "1"))

from tinygrad import Context, Tensor, TinyJit  # noqa: E402
from tinygrad.nn.optim import Adam  # noqa: E402

from benchmarks.peers import Task  # noqa: E402

KIND, DTYPE = "compiler", "float32"
LAYERS, LOSS = ("linear", "relu", "conv2d", "max_pool2d", "flatten"), ("cross_entropy", "Adam")
LARGEST = 64  # pixels: the programs of a larger network take a minute to build

try:
    Tensor([1.0]).add(1).numpy()
except (FileNotFoundError, RuntimeError) as error:
    raise ImportError("tinygrad finds no clang") from error


class Network:
    """Tensors, and a captured step."""

    def __init__(self, task: Task) -> None:
        self.layers = [(kind, *(Tensor(a.copy()).realize() if hasattr(a, "ndim") else a for a in rest))
                       for kind, *rest in task.layers]  # fmt: skip
        self.tensors = [a for _, *rest in self.layers for a in rest if isinstance(a, Tensor)]
        self.batches = [(Tensor(X).is_param_(False).realize(), Tensor(y.astype("int32")).realize())
                        for X, y in task.batches]  # fmt: skip
        self.turns = cycle(self.batches)
        self.adam = Adam(self.tensors, lr=1e-3)
        self.captured = TinyJit(self._train)

    def loss(self, x: Tensor, y: Tensor) -> Tensor:
        for kind, *rest in self.layers:
            if kind == "linear":
                x = x.linear(rest[0].T, rest[1])
            elif kind == "conv2d":
                x = x.conv2d(rest[0], rest[1], padding=rest[2])
            elif kind == "max_pool2d":
                x = x.max_pool2d((rest[0], rest[0]))
            else:
                x = x.relu() if kind == "relu" else x.flatten(1)
        return x.sparse_categorical_crossentropy(y)

    def _train(self, x: Tensor, y: Tensor) -> Tensor:
        with Context(TRAINING=1):
            self.adam.zero_grad()
            loss = self.loss(x, y).backward()
            self.adam.step()
            return loss.realize()

    def gradients(self) -> list:
        with Context(TRAINING=1):
            self.adam.zero_grad()
            self.loss(*self.batches[0]).backward()
            return [t.grad.numpy() for t in self.tensors]

    def parameters(self) -> list:
        return [t.numpy() for t in self.tensors]

    def step(self) -> None:
        self.captured(*next(self.turns)).item()  # wait for it
