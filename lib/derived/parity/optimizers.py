"""An optimizer of this library and one of PyTorch's side by side."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from derived import optim
from derived.tensor import Tensor
from derived.topics.descent import optimizer_path

__all__ = ["driven", "named_pair", "optimizer_pair", "torch_driven", "torch_path"]


def driven(make: Callable, g: np.ndarray) -> np.ndarray:
    """Displacements (T, n) after each step of an optimizer that is given the gradients g (T, n), whatever it does.

    Parameters
    ----------
    make : builds the optimizer from a list of parameters.
    """
    rows = iter(g)
    return optimizer_path(make, lambda _: next(rows), np.zeros(g.shape[1]), len(g))[1:]


def torch_driven(make: Callable, g: np.ndarray) -> np.ndarray:
    """The same for an optimizer of PyTorch, on one float64 tensor of zeros (n,)."""
    rows = iter(g)
    return torch_path(make, lambda _: next(rows), np.zeros(g.shape[1]), len(g))[1:]


def torch_path(make: Callable, gradient: Callable, x0: np.ndarray, steps: int) -> np.ndarray:
    """What :func:`derived.topics.descent.optimizer_path` computes, (steps + 1, n), for an optimizer of PyTorch."""
    import torch

    w = torch.tensor(np.array(x0, dtype=np.float64), requires_grad=True)
    optimizer, path = make([w]), [w.detach().numpy().copy()]
    for _ in range(steps):
        w.grad = torch.tensor(gradient(path[-1]))
        optimizer.step()
        path.append(w.detach().numpy().copy())
    return np.array(path)


def named_pair(rng: np.random.Generator, name: str, **options: object) -> tuple[np.ndarray, np.ndarray]:
    """:func:`optimizer_pair` for ``derived.optim.NAME`` and ``torch.optim.NAME`` with the same options."""
    import torch

    both = [lambda p, room=room: getattr(room, name)(p, **options) for room in (optim, torch.optim)]
    return optimizer_pair(*both, rng)


def optimizer_pair(ours: Callable, theirs: Callable, rng: np.random.Generator, steps: int = 100,
                   shapes: tuple = ((3, 2), (2,), (1,))) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """The paths of both on one loss with random data, from one random start, each with its own gradients.

    PyTorch computes in float64 here, its scalars too: NAdam keeps a product in the default dtype.

    The loss of each step is the mean of log cosh of random affine functions, new ones in each step, as with batches,
    plus a small parabola. (Without the noise some methods would dither around the minimum with steps of fixed length,
    where rounding errors grow from step to step, and 100 steps would tell nothing.)

    Parameters
    ----------
    ours, theirs : build the optimizer from a list of parameters, such as ``lambda p: optim.Adam(p, lr=0.1)``.
    rng : source of data and start.
    steps : how many.
    shapes : of the parameters.

    Returns
    -------
    Two arrays (steps + 1, P) float64: all P entries of the parameters after each step; the second is PyTorch's.
    """
    import torch

    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        return _paths(ours, theirs, rng, steps, shapes)
    finally:
        torch.set_default_dtype(default)


def _paths(ours: Callable, theirs: Callable, rng: np.random.Generator, steps: int,
           shapes: tuple) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    import torch

    ends = np.cumsum([int(np.prod(s)) for s in shapes])
    start = np.split(rng.standard_normal(ends[-1]), ends[:-1])
    mine = [Tensor(a.reshape(s).copy(), requires_grad=True) for a, s in zip(start, shapes, strict=True)]
    other = [torch.tensor(a.reshape(s), requires_grad=True) for a, s in zip(start, shapes, strict=True)]
    optimizer, reference = ours(mine), theirs(other)
    paths = ([np.concatenate(start)], [np.concatenate(start)])
    for _ in range(steps):
        A, b = rng.standard_normal((4, ends[-1])), rng.standard_normal(4)
        x = np.concatenate([p.data.ravel() for p in mine])
        g = A.T @ np.tanh(A @ x - b) / len(b) + 0.1 * x
        for p, piece in zip(mine, np.split(g, ends[:-1]), strict=True):
            p.grad = piece.reshape(p.shape)
        optimizer.step()
        reference.zero_grad()
        y = torch.cat([q.reshape(-1) for q in other])
        (torch.log(torch.cosh(torch.tensor(A) @ y - torch.tensor(b))).mean() + 0.05 * (y * y).sum()).backward()
        reference.step()
        paths[0].append(np.concatenate([p.data.ravel() for p in mine]))
        paths[1].append(np.concatenate([q.detach().numpy().ravel() for q in other]))
    return np.array(paths[0]), np.array(paths[1])
