"""Random batches and networks with batch normalisation, beside PyTorch: what the claims about them are checked on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import numpy as np

from derived import nn
from derived.parity.twins import torch_twin

__all__ = ["columns", "normalized_mlps", "pulled"]


def pulled(f: Callable, upstream: np.ndarray, *arrays: np.ndarray) -> tuple[np.ndarray, ...]:
    """PyTorch's value of f at the arrays, and the gradients of <upstream, f> with respect to each, as arrays."""
    import torch

    inputs = [torch.tensor(a, requires_grad=True) for a in arrays]
    value = f(*inputs)
    # An upstream gradient handed to autograd or backward would make PyTorch import SymPy, which takes half a second.
    gradients = torch.autograd.grad((value * torch.tensor(upstream)).sum(), inputs)
    return value.detach().numpy(), *(g.numpy() for g in gradients)


def columns(rng: np.random.Generator, count: int = 20) -> Iterator[SimpleNamespace]:
    """Batches X (N, n), vectors gamma and beta (n,), eps, and V (N, n) to pull back; float64.

    The columns have means and scales of their own, between 0.03 and 30. The first batch has N = 2 and n = 1, the second
    n = 1, and the last, on which wrong versions are tried, N = 7 and n = 3.
    """
    for k in range(count):
        N, n = int(rng.integers(2, 9)), int(rng.integers(1, 6))
        N, n = {count - 1: (7, 3), 0: (2, 1), 1: (N, 1)}.get(k, (N, n))
        scale = 10.0 ** rng.uniform(-1.5, 1.5, n)
        X = scale * (rng.standard_normal((N, n)) + rng.normal(0, 2, n))
        gamma, beta, V = rng.standard_normal(n), rng.standard_normal(n), rng.standard_normal((N, n))
        yield SimpleNamespace(X=X, gamma=gamma, beta=beta, V=V, eps=float(rng.choice([1e-5, 1e-3, 0.1])), N=N, n=n)


def normalized_mlps(rng: np.random.Generator, count: int = 10, hidden: int | None = None) -> Iterator[SimpleNamespace]:
    r"""Classifiers with one to three normalised hidden layers, a batch, and the gradients that PyTorch finds.

    Yields
    ------
    Namespace with ``model`` (float64, :math:`\gamma` and :math:`\beta` random), ``X``, ``y``, ``twin`` (PyTorch's
    modules after their backward pass) and ``Z``, its arrays :math:`\partial E/\partial Z^{[l]}`, first layer first.
    """
    import torch

    for k in range(count):
        depth = hidden or int(rng.integers(1, 4))
        sizes = [1] * (depth + 1) + [2] if k == 0 else [*rng.integers(1, 6, depth + 1).tolist(), 3]
        model = nn.MLP(sizes, ("tanh", "sigmoid", "softplus")[k % 3], rng=rng, norm="batch", dtype=np.float64)
        for p in model.parameters():
            p.data = p.data + 0.5 * rng.standard_normal(p.shape)
        N = int(rng.integers(2, 9))
        X, y = rng.standard_normal((N, sizes[0])), rng.integers(0, sizes[-1], N)
        twin, a, Z = torch_twin(model), torch.tensor(X), []
        for module in twin:
            a = module(a)
            if isinstance(module, torch.nn.BatchNorm1d) or module is twin[-1]:
                a.retain_grad()
                Z.append(a)
        torch.nn.functional.cross_entropy(a, torch.tensor(y)).backward()
        yield SimpleNamespace(model=model, X=X, y=y, twin=twin, Z=[z.grad.numpy() for z in Z])
