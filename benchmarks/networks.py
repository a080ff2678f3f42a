"""A training step of a network, in our library and in PyTorch: forward, loss, backward, update."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle

import numpy as np
import torch
from torch.nn import functional as F

from benchmarks import products
from benchmarks.peers import Task
from benchmarks.timing import Pair
from derived import nn, ops, optim
from derived.parity import torch_twin
from derived.tensor import Tensor


def gradients(model: nn.Module, twin: torch.nn.Module) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The gradients of both, by name."""
    theirs = dict(twin.named_parameters())
    return {name: (p.grad, theirs[name].grad.numpy()) for name, p in model.named_parameters()}


def layers(model: nn.Sequential) -> list[tuple]:
    """The network in plain tuples: ("linear", W, b), ("conv2d", W, b, padding), ("max_pool2d", size), ("relu",) …"""
    found = []
    for module in model.layers:
        kind = {"Linear": "linear", "Conv2d": "conv2d", "MaxPool2d": "max_pool2d"}.get(type(module).__name__)
        if kind is None:
            found.append((type(module).__name__.lower(),))
        elif kind == "max_pool2d":
            found.append((kind, np.max(module.kernel_size).item()))
        else:
            arrays = module.weight.data.copy(), module.bias.data.copy()
            found.append((kind, *arrays) if kind == "linear" else (kind, *arrays, np.max(module.padding).item()))
    return found


def mlp(name: str, sizes: Sequence[int], X: np.ndarray, y: np.ndarray, batch_size: int, goal: float | None,
        optimizer: str = "Adam", **options: float) -> Pair:  # fmt: skip
    """:func:`training_step` of a ReLU network of these sizes."""
    model = nn.MLP(sizes, rng=np.random.default_rng(0))
    return training_step(name, model, X, y, batch_size, goal, optimizer, **options)


def training_step(name: str, model: nn.Sequential, X: np.ndarray, y: np.ndarray, batch_size: int, goal: float | None,
                  optimizer: str = "Adam", loss: str = "cross_entropy", **options: float) -> Pair:  # fmt: skip
    """One step with PyTorch's optimizer of that name beside ours, on one batch of ``X``, ``y`` after the other.

    A single batch would be learnt by heart within the rounds, and exponentials that underflow are slow.
    """
    X = np.ascontiguousarray(X, dtype=np.float32)
    starts = range(0, len(X) - batch_size + 1, batch_size)
    batches = [(X[i : i + batch_size], y[i : i + batch_size]) for i in starts]
    our_turns, their_turns = cycle(batches), cycle([(torch.tensor(a), torch.tensor(b)) for a, b in batches])
    described, twin = layers(model), torch_twin(model)
    our_optimizer = getattr(optim, optimizer)(model.parameters(), **options)
    their_optimizer = getattr(torch.optim, optimizer)(twin.parameters(), **options)
    our_loss, their_loss = getattr(ops, loss), getattr(F, loss)

    def ours():
        inputs, targets = next(our_turns)
        our_optimizer.zero_grad()
        our_loss(model(inputs), targets).backward()
        our_optimizer.step()

    def theirs():
        inputs, targets = next(their_turns)
        their_optimizer.zero_grad()
        their_loss(twin(inputs), targets).backward()
        their_optimizer.step()

    def values():
        ours()
        theirs()
        parameters = {n: (p.data, q.detach().numpy()) for (n, p), q in zip(
            model.named_parameters(), twin.parameters(), strict=True)}  # fmt: skip
        return gradients(model, twin) | {f"{n} after the step": pair for n, pair in parameters.items()}

    task = Task(described, batches, loss, optimizer, options)
    return Pair(name, ours, theirs, goal, values, products=products.of_layers(described, batches[0][0].shape),
                task=task)  # fmt: skip


def module_step(name: str, model: nn.Module, twin: torch.nn.Module, x: np.ndarray, g: np.ndarray, goal: float,
                within: Sequence[products.Product]) -> Pair:  # fmt: skip
    """Forward and backward of one module, to its parameters and its input, given the gradient ``g`` of its output."""
    inputs, their_inputs, their_g = nn.Parameter(x), torch.tensor(x, requires_grad=True), torch.tensor(g)

    def output(value):
        return value[0] if isinstance(value, tuple) else value

    def ours():
        model.zero_grad()
        inputs.grad = None
        output(model(inputs)).backward(g)

    def theirs():
        twin.zero_grad()
        their_inputs.grad = None
        output(twin(their_inputs)).backward(their_g)

    def values():
        ours()
        theirs()
        return gradients(model, twin) | {"x": (inputs.grad, their_inputs.grad.numpy())}

    return Pair(name, ours, theirs, goal, values, products=within)


def function_step(name: str, ours_function: Callable, theirs_function: Callable, arrays: Sequence[np.ndarray],
                  g: np.ndarray, goal: float | None, within: Sequence[products.Product] = (),
                  layout: Callable = np.asarray) -> Pair:  # fmt: skip
    """Forward and backward of one function of tensors, to all its arguments; ``layout`` is how ours lie in memory."""
    ours_in = [Tensor(layout(a), requires_grad=True) for a in arrays]
    theirs_in = [torch.tensor(a, requires_grad=True) for a in arrays]
    our_g, their_g = layout(g), torch.tensor(g)

    def ours():
        for p in ours_in:
            p.grad = None
        ours_function(*ours_in).backward(our_g)

    def theirs():
        for p in theirs_in:
            p.grad = None
        theirs_function(*theirs_in).backward(their_g)

    def values():
        ours()
        theirs()
        return {str(i): (p.grad, q.grad.numpy()) for i, (p, q) in enumerate(zip(ours_in, theirs_in, strict=True))}

    return Pair(name, ours, theirs, goal, values, products=within)
