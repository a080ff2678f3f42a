"""Random convolutions with data and gradients, and the same in PyTorch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from derived import ops

__all__ = ["ConvCase", "convolutions", "pooled", "slid_back"]


@dataclass(frozen=True)
class ConvCase:
    """A batch of images, kernels, geometry, and a gradient that comes back.

    Attributes
    ----------
    x, w, b, g : (N, C, H, W), (C', C, kh, kw), (C',) and (N, C', oh, ow) float64 arrays.
    geometry : stride, padding, dilation, each a pair.
    y, pulled : PyTorch's value, and its gradients with respect to x, w, b for the incoming gradient g.
    """

    x: np.ndarray
    w: np.ndarray
    b: np.ndarray
    g: np.ndarray
    geometry: tuple[tuple[int, int], ...]
    y: np.ndarray
    pulled: tuple[np.ndarray, ...]


def convolutions(rng: np.random.Generator, count: int = 20, *, plain: bool = False) -> Iterator[ConvCase]:
    """`count` random cases; the first has size 1 everywhere. ``plain``: stride 1, no padding, no dilation."""
    import torch

    for case in range(count):
        N, C, K, kh, kw = (1 if case == 0 else int(n) for n in rng.integers(1, 4, 5))
        geometry = ((1, 1), (0, 0), (1, 1)) if plain or case == 0 else tuple(
            tuple(int(n) for n in rng.integers(low, 3, 2)) for low in (1, 0, 1))  # fmt: skip
        room = [d * (k - 1) + 1 for d, k in zip(geometry[2], (kh, kw), strict=True)]
        H, W = room if case == 0 else [int(r + n) for r, n in zip(room, rng.integers(0, 5, 2), strict=True)]
        arrays = rng.normal(size=(N, C, H, W)), rng.normal(size=(K, C, kh, kw)), rng.normal(size=K)
        tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
        y = torch.nn.functional.conv2d(*tensors, *geometry)
        g = rng.normal(size=y.shape)
        (y * torch.tensor(g)).sum().backward()
        yield ConvCase(*arrays, g, geometry, y.detach().numpy(), tuple(t.grad.numpy() for t in tensors))


def slid_back(x: np.ndarray, w: np.ndarray, g: np.ndarray, stride: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """PyTorch's gradients in x and w of a sequence's cross-correlation with w, for the incoming gradient g."""
    import torch

    tensors = [torch.tensor(np.array(a), requires_grad=True) for a in (x, w)]
    y = torch.nn.functional.conv1d(*(t[None, None] for t in tensors), stride=stride)
    (y * torch.tensor(g)).sum().backward()
    return tuple(t.grad.numpy() for t in tensors)


def pooled(kind: str, x: np.ndarray, geometry: tuple, rng: np.random.Generator) -> tuple:
    """A random incoming gradient g for images pooled as ``"max"`` or ``"avg"``, then (value, PyTorch's value) and
    (gradient for g, PyTorch's); ``geometry`` is kernel, stride, padding."""
    import torch

    name, t = f"{kind}_pool2d", torch.tensor(x, requires_grad=True)
    y = getattr(torch.nn.functional, name)(t, *geometry)
    g = rng.standard_normal(y.shape)
    (y * torch.tensor(g)).sum().backward()
    value, pull = getattr(ops, name).rule(x, *geometry)
    return g, (value, y.detach().numpy()), (pull(g), t.grad.numpy())
