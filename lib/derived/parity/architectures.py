"""The counts of layer specifications and the values of blocks, computed by PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from derived import nn
from derived.topics.layer_specs import Branches, Conv, Dense, Flatten, GlobalPool, Layer, Norm, Pool

if TYPE_CHECKING:
    import torch

__all__ = ["block_in_torch", "pulled_through", "residual_jacobians", "torch_counts"]


def torch_counts(layers: Sequence[Layer], shape: tuple[int, ...]) -> tuple[tuple[int, ...], int, int]:
    """Output shape, parameters and multiplications of the network that PyTorch builds from the specifications.

    It is built and run on PyTorch's "meta" device, which has shapes but no numbers; its counter of operations counts
    two for a multiplication and the addition that goes with it.
    """
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    x, parameters = torch.zeros(1, *shape, device="meta"), 0
    with torch.no_grad(), torch.device("meta"), FlopCounterMode(display=False) as counter:
        x, parameters = _run(layers, x)
    return tuple(x.shape[1:]), parameters, counter.get_total_flops() // 2


def _run(layers: Sequence[Layer], x: torch.Tensor) -> tuple[torch.Tensor, int]:
    import torch

    total = 0
    for spec in layers:
        if isinstance(spec, Branches):
            values, counts = zip(*(_run(path, x) for path in spec.paths), strict=True)
            x, total = torch.cat(values, dim=1) if spec.join == "cat" else sum(values), total + sum(counts)
            continue
        module = _module(spec, x.shape[1])
        total += sum(p.numel() for p in module.parameters())
        if not isinstance(spec, Norm):  # it changes no shape and counts no products, but is slow on "meta"
            x = module(x)
    return x, total


def _module(spec: Layer, channels: int) -> torch.nn.Module:
    import torch

    match spec:
        case Conv(out, k, stride, padding, groups, bias):
            return torch.nn.Conv2d(channels, out, k, stride, padding, groups=groups, bias=bias)
        case Pool(k, stride, padding, ceil):
            return torch.nn.MaxPool2d(k, stride, padding, ceil_mode=ceil)
        case GlobalPool():
            return torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())
        case Flatten():
            return torch.nn.Flatten()
        case Norm():
            return torch.nn.BatchNorm2d(channels).eval()
        case Dense(out, bias):
            return torch.nn.Linear(channels, out, bias)
    raise ValueError(f"torch_counts: {spec} is no layer specification")


def block_in_torch(block: nn.Module) -> tuple[Callable, dict[str, torch.Tensor]]:
    """A function of a PyTorch tensor that does in training what the block does, and its parameters by their names.

    Parameters
    ----------
    block : :class:`derived.nn.Inception`, ResidualBlock, DenseBlock, or Sequential of convolutions, batch
        normalisations, ReLUs and pooling of three by three with stride 1.
    """
    import torch
    from torch.nn import functional as F

    weights = {name: torch.tensor(p.data, requires_grad=True) for name, p in block.named_parameters()}

    def run(layers: Sequence[nn.Module], prefix: str, x: torch.Tensor) -> torch.Tensor:
        for k, layer in enumerate(layers):
            weight, bias = (weights.get(f"{prefix}{k}.{name}") for name in ("weight", "bias"))
            match layer:
                case nn.Conv2d():
                    x = F.conv2d(x, weight, bias, layer.stride, layer.padding)
                case nn.BatchNorm2d():
                    x = F.batch_norm(x, None, None, weight, bias, training=True)
                case nn.ReLU():
                    x = torch.relu(x)
                case nn.MaxPool2d():
                    x = F.max_pool2d(x, 3, 1, 1)
        return x

    def forward(x: torch.Tensor) -> torch.Tensor:
        match block:
            case nn.Inception():
                names = ("branch1", "branch2", "branch3", "branch4")
                return torch.cat([run(getattr(block, n).layers, f"{n}.", x) for n in names], dim=1)
            case nn.ResidualBlock():
                change = run(block.body.layers, "body.", x)
                return torch.relu(change + run(block.shortcut.layers, "shortcut.", x) if block.skip else change)
            case nn.DenseBlock():
                for l, layer in enumerate(block.layers):
                    x = torch.cat([x, run(layer.layers, f"layers.{l}.", x)], dim=1)
                return x
        return run(block.layers, "", x)

    return forward, weights


def pulled_through(block: nn.Module, x: np.ndarray, g: np.ndarray) -> tuple[np.ndarray, np.ndarray, dict]:
    """PyTorch's value of the block at x, and its gradients in x and in each parameter for the incoming gradient g."""
    import torch

    forward, weights = block_in_torch(block)
    t = torch.tensor(x, requires_grad=True)
    y = forward(t)
    (y * torch.tensor(g)).sum().backward()
    return y.detach().numpy(), t.grad.numpy(), {name: w.grad.numpy() for name, w in weights.items()}


def residual_jacobians(branches: Sequence[Callable], x: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """Jacobian of each branch f at the place where the chain of blocks x + f(x) meets it, and that of the whole chain.

    Parameters
    ----------
    branches : functions of a PyTorch vector, into vectors of the same length; the first block first.
    x : the vector that enters.
    """
    import torch

    def chain(t: torch.Tensor) -> torch.Tensor:
        for f in branches:
            t = t + f(t)
        return t

    jacobian, entering, found = torch.autograd.functional.jacobian, torch.tensor(x), []
    for f in branches:
        found.append(jacobian(f, entering).numpy())
        entering = entering + f(entering)
    return found, jacobian(chain, torch.tensor(x)).numpy()
