"""Other libraries on the networks of the workloads, one file a library.

A file is named as the package that it needs. It says what the table has to say about it,

- ``KIND``: "NumPy", "scalars" or "compiler" (only the first counts for the goals),
- ``DTYPE``: what the library computes in when it is left to itself,
- ``LAYERS``, ``LOSS`` and, if images of many pixels take it minutes, ``LARGEST``: what it can do of :class:`Task`,

and defines ``Network(task)`` with ``gradients()`` of the first batch and ``parameters()``, arrays in PyTorch's order
and shapes, and ``step()``, which trains on one batch after the other as the library's own examples do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType

import numpy as np
import torch
from torch.nn import functional as F

NAMES = ("autograd", "smallpebble", "numpy_ml", "micrograd", "tinygrad", "jax")


@dataclass
class Task:
    """A network to train: its layers (:func:`benchmarks.networks.layers`), batches, loss, optimizer and its options."""

    layers: list[tuple]
    batches: list[tuple[np.ndarray, np.ndarray]]
    loss: str = "cross_entropy"
    optimizer: str = "Adam"
    options: dict = field(default_factory=dict)


def can(peer: ModuleType, task: Task) -> bool:
    """Whether the library has all that the task asks for."""
    kinds, (X, _) = {kind for kind, *_ in task.layers}, task.batches[0]
    small = "conv2d" not in kinds or X[0].size <= getattr(peer, "LARGEST", X[0].size)
    return small and kinds <= set(peer.LAYERS) and (task.loss, task.optimizer) == peer.LOSS


def load(name: str) -> ModuleType:
    """The file of that library; raises ImportError or OSError where the library does not run on this machine."""
    return import_module(f"benchmarks.peers.{name}")


def reference(task: Task) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """PyTorch's gradients on the first batch, in float64, and parameters after one step."""
    X, y = (torch.tensor(a) for a in task.batches[0])
    x, parameters = X.double(), []
    for kind, *rest in task.layers:
        arrays = [torch.tensor(a, dtype=torch.float64, requires_grad=True) for a in rest[:2] if np.ndim(a)]
        parameters += arrays
        if kind == "linear":
            x = F.linear(x, *arrays)
        elif kind == "conv2d":
            x = F.conv2d(x, *arrays, padding=rest[2])
        elif kind == "max_pool2d":
            x = F.max_pool2d(x, rest[0])
        else:
            x = x.flatten(1) if kind == "flatten" else torch.relu(x)
    getattr(F, task.loss)(x, y if y.dtype == torch.int64 else y.double()).backward()
    gradients = [p.grad.numpy().copy() for p in parameters]
    getattr(torch.optim, task.optimizer)(parameters, **task.options).step()
    return gradients, [p.detach().numpy() for p in parameters]


def check(network: object, task: Task) -> float:
    """Largest scaled difference of the gradients; raises AssertionError where they, or one step, are not PyTorch's.

    Adam's first step, lr g / |g|, loses the digits of a g near 0, so steps are compared on average.
    """
    expected, after = reference(task)
    before = [np.array(a, dtype=np.float64) for _, *rest in task.layers for a in rest[:2] if np.ndim(a)]
    gradients, worst = network.gradients(), 0.0
    assert [np.shape(g) for g in gradients] == [g.shape for g in expected], "shapes of the gradients"
    for ours, theirs in zip(gradients, expected, strict=True):
        worst = max(worst, float(np.abs(ours - theirs).max() / np.abs(theirs).max()))
    assert worst < 1e-4, f"gradients differ by {worst:.1g}"
    network.step()
    for a, b, start in zip(network.parameters(), after, before, strict=True):
        off = np.abs(a - b).mean() / np.abs(b - start).mean()
        assert off < 1e-2, f"a step differs by {off:.1g}"
    return worst


def channels_last(task: Task) -> tuple[list[tuple], list[np.ndarray], list]:
    """For libraries whose images are (N, H, W, C): layers, batches of images, and a way back for each parameter.

    Kernels become (k, k, in, out) and weights (in, out); the first weight after ``flatten`` has its rows in another
    order, since pixels are flattened in another order.
    """
    layers, back = [], []
    shape = task.batches[0][0].shape[1:]
    flattened = None
    for kind, *rest in task.layers:
        if kind == "conv2d":
            W, b, padding = rest
            layers.append((kind, W.transpose(2, 3, 1, 0).copy(), b, padding))
            back += [lambda a: a.transpose(3, 2, 0, 1), np.ravel]
            shape = (len(W), *(n + 2 * padding - W.shape[2] + 1 for n in shape[1:]))
        elif kind == "linear":
            W, b = rest
            order = np.arange(W.shape[1])
            if flattened:
                order, flattened = order.reshape(flattened).transpose(1, 2, 0).ravel(), None
            layers.append((kind, W[:, order].T.copy(), b))
            back += [lambda a, order=order: a.T[:, np.argsort(order)], np.ravel]
        else:
            layers.append((kind, *rest))
            shape = (shape[0], *(n // rest[0] for n in shape[1:])) if kind == "max_pool2d" else shape
            flattened = shape if kind == "flatten" else flattened
    images = [X.transpose(0, 2, 3, 1).copy() if X.ndim == 4 else X for X, _ in task.batches]
    return layers, images, back
