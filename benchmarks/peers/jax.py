"""JAX: the whole step, Adam included, compiled by XLA."""

from __future__ import annotations

import os
from functools import partial
from itertools import cycle

if os.environ.get("OMP_NUM_THREADS", "1") == "1":
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402

from benchmarks.peers import Task  # noqa: E402

KIND, DTYPE = "compiler", "float32"
LAYERS, LOSS = ("linear", "relu", "conv2d", "max_pool2d", "flatten"), ("cross_entropy", "Adam")


class Network:
    """A list of arrays, and a function of them."""

    def __init__(self, task: Task) -> None:
        self.arrays = [jnp.array(a) for _, *rest in task.layers for a in rest[:2] if hasattr(a, "ndim")]
        self.state = [jnp.zeros_like(a) for a in self.arrays], [jnp.zeros_like(a) for a in self.arrays], 0
        self.batches = [(jnp.array(X), jnp.array(y)) for X, y in task.batches]
        self.turns = cycle(self.batches)
        structure = tuple((kind, *(a for a in rest if not hasattr(a, "ndim"))) for kind, *rest in task.layers)
        self.loss = partial(loss, structure)
        self.train = jax.jit(partial(adam_step, self.loss))

    def gradients(self) -> list:
        return list(jax.jit(jax.grad(self.loss))(self.arrays, *self.batches[0]))

    def parameters(self) -> list:
        return self.arrays

    def step(self) -> None:
        self.arrays, self.state = jax.block_until_ready(self.train(self.arrays, self.state, *next(self.turns)))


def loss(structure: tuple, arrays: list, x: jax.Array, y: jax.Array) -> jax.Array:
    """Mean cross-entropy of the network."""
    parameters = iter(arrays)
    for kind, *rest in structure:
        if kind == "linear":
            x = x @ next(parameters).T + next(parameters)
        elif kind == "conv2d":
            pads = [(rest[0], rest[0])] * 2
            x = jax.lax.conv_general_dilated(x, next(parameters), (1, 1), pads) + next(parameters)[:, None, None]
        elif kind == "max_pool2d":
            window = (1, 1, rest[0], rest[0])
            x = jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, window, window, "VALID")
        else:
            x = jax.nn.relu(x) if kind == "relu" else x.reshape(len(x), -1)
    return -jnp.take_along_axis(jax.nn.log_softmax(x), y[:, None], axis=1).mean()


def adam_step(function, arrays: list, state: tuple, x: jax.Array, y: jax.Array) -> tuple:
    """One step of Adam; the new arrays and state."""
    m, v, t = state
    gradients, t = jax.grad(function)(arrays, x, y), t + 1
    m = [0.9 * a + 0.1 * g for a, g in zip(m, gradients, strict=True)]
    v = [0.999 * a + 0.001 * g * g for a, g in zip(v, gradients, strict=True)]
    arrays = [a - 1e-3 * (b / (1 - 0.9**t)) / (jnp.sqrt(c / (1 - 0.999**t)) + 1e-8)
              for a, b, c in zip(arrays, m, v, strict=True)]  # fmt: skip
    return arrays, (m, v, t)
