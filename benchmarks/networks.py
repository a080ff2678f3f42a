"""A training step of a network, in our library and in PyTorch: forward, cross-entropy, backward, update."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

import numpy as np
import torch
from torch.nn import functional as F

from benchmarks.timing import Pair
from derived import nn, ops, optim
from derived.parity import torch_twin


def gradients(model: nn.Module, twin: torch.nn.Module) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The gradients of both, by name."""
    theirs = dict(twin.named_parameters())
    return {name: (p.grad, theirs[name].grad.numpy()) for name, p in model.named_parameters()}


def mlp(name: str, sizes: Sequence[int], X: np.ndarray, y: np.ndarray, batch_size: int, goal: float,
        optimizer_name: str = "Adam", **options: float) -> Pair:  # fmt: skip
    """:func:`training_step` of a ReLU network of these sizes."""
    return training_step(name, nn.MLP(sizes, rng=np.random.default_rng(0)), X, y, batch_size, goal,
                         optimizer_name, **options)  # fmt: skip


def training_step(name: str, model: nn.Sequential, X: np.ndarray, y: np.ndarray, batch_size: int, goal: float,
                  optimizer_name: str = "Adam", **options: float) -> Pair:  # fmt: skip
    """One step with PyTorch's optimizer of that name beside ours, on one batch of ``X``, ``y`` after the other.

    A single batch would be learnt by heart within the rounds, and exponentials that underflow are slow.
    """
    X = np.ascontiguousarray(X, dtype=np.float32)
    starts = range(0, len(X) - batch_size + 1, batch_size)
    batches = [(X[i : i + batch_size], y[i : i + batch_size]) for i in starts]
    our_turns, their_turns = cycle(batches), cycle([(torch.tensor(a), torch.tensor(b)) for a, b in batches])
    twin = torch_twin(model)
    optimizer = getattr(optim, optimizer_name)(model.parameters(), **options)
    their_optimizer = getattr(torch.optim, optimizer_name)(twin.parameters(), **options)

    def ours():
        inputs, labels = next(our_turns)
        optimizer.zero_grad()
        ops.cross_entropy(model(inputs), labels).backward()
        optimizer.step()

    def theirs():
        inputs, labels = next(their_turns)
        their_optimizer.zero_grad()
        F.cross_entropy(twin(inputs), labels).backward()
        their_optimizer.step()

    def values():
        ours()
        theirs()
        parameters = {n: (p.data, q.detach().numpy()) for (n, p), q in zip(
            model.named_parameters(), twin.parameters(), strict=True)}  # fmt: skip
        return gradients(model, twin) | {f"{n} after the step": pair for n, pair in parameters.items()}

    return Pair(name, ours, theirs, goal, values)
