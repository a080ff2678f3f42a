"""The same network in PyTorch, and random networks to compare: what the claims about networks are checked on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from derived.nn import (
    MLP,
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm1d,
    Conv2d,
    Dropout,
    LayerNorm,
    Linear,
    MaxPool2d,
    Sequential,
)

if TYPE_CHECKING:
    import torch

__all__ = ["flat", "flat_loss", "graph_twin", "random_mlps", "row_jacobians", "torch_twin"]


def torch_twin(model: Sequential) -> torch.nn.Sequential:
    """PyTorch's modules of the same names, with the same weights in the same dtype.

    Parameters
    ----------
    model : Sequential of Linear layers, convolutions, pooling, batch and layer normalisation, dropout, and activations
        without options, such as an MLP. PyTorch draws its own masks.
    """
    import torch

    layers = []
    for module in model.layers:
        kind = type(module).__name__
        if isinstance(module, Linear):
            layers.append(torch.nn.Linear(module.in_features, module.out_features, module.bias is not None))
        elif isinstance(module, Conv2d):
            layers.append(torch.nn.Conv2d(module.in_channels, module.out_channels, module.kernel_size, module.stride,
                                          module.padding, module.dilation, bias=module.bias is not None))  # fmt: skip
        elif isinstance(module, MaxPool2d | AvgPool2d | AdaptiveAvgPool2d):
            options = {name: value for name, value in vars(module).items() if name != "training"}
            layers.append(getattr(torch.nn, kind)(**options))
        elif isinstance(module, BatchNorm1d):
            layers.append(torch.nn.BatchNorm1d(module.num_features, module.eps, module.momentum,
                                               module.weight is not None, module.running_mean is not None))  # fmt: skip
        elif isinstance(module, LayerNorm):
            layers.append(torch.nn.LayerNorm(module.normalized_shape, module.eps, module.weight is not None,
                                             module.bias is not None))  # fmt: skip
        elif isinstance(module, Dropout):
            layers.append(torch.nn.Dropout(module.p))
        else:
            layers.append(torch.nn.Softmax(dim=-1) if kind == "Softmax" else getattr(torch.nn, kind)())
    state = {name: torch.tensor(array) for name, array in model.state_dict().items()}
    twin = torch.nn.Sequential(*layers).to(next(iter(state.values())).dtype)
    twin.load_state_dict(state)
    return twin


def graph_twin(graph: Any) -> Callable:
    """The last value of a :class:`derived.topics.graph_bounds.TanhGraph` as a function of a PyTorch vector."""
    import torch

    def last(x: torch.Tensor) -> torch.Tensor:
        values = [x]
        for C, A in zip(graph.linear, graph.inner, strict=True):
            z, straight = (sum(torch.tensor(M) @ values[i] for i, M in part.items()) for part in (A, C))
            values.append(torch.tanh(z) + straight)
        return values[-1]

    return last


def row_jacobians(f: Callable, x: np.ndarray) -> torch.Tensor:
    """Derivatives (N, m, n) by PyTorch of a function of (N, n) to (N, m) that treats every row for itself."""
    import torch

    return torch.autograd.functional.jacobian(lambda rows: f(rows).sum(0), torch.tensor(x)).permute(1, 0, 2)


def flat(arrays: Iterable[np.ndarray]) -> torch.Tensor:
    """Arrays one after the other as one PyTorch vector."""
    import torch

    return torch.tensor(np.concatenate([np.ravel(a) for a in arrays]))


def flat_loss(model: Sequential, X: np.ndarray, Y: np.ndarray) -> tuple[torch.Tensor, Callable]:
    """All parameters as one PyTorch vector, and the mean squared error of the outputs as a function of it.

    Returns
    -------
    theta : (P,) tensor, the arrays of ``model.parameters()`` one after the other.
    loss : function of such a vector, for ``torch.autograd.functional``.
    """
    import torch

    twin = torch_twin(model)
    names, tensors = zip(*twin.named_parameters(), strict=True)
    theta = torch.cat([t.detach().reshape(-1) for t in tensors])

    def loss(vector: torch.Tensor) -> torch.Tensor:
        pieces = torch.split(vector, [t.numel() for t in tensors])
        parameters = {name: p.reshape(t.shape) for name, p, t in zip(names, pieces, tensors, strict=True)}
        outputs = torch.func.functional_call(twin, parameters, torch.tensor(X))
        return ((outputs - torch.tensor(Y)) ** 2).mean()

    return theta, loss


def random_mlps(count: int, activation: str, rng: np.random.Generator, *, layers: int = 1,
                **options: Any) -> Iterator[tuple[MLP, np.ndarray]]:  # fmt: skip
    """`count` networks of at least `layers` and at most three affine layers of 1 to 5 units, with inputs; float64.

    Weights and biases are normal, so no bias is 0 as it would be after the usual initialisation. The first network is
    the smallest: one input, one hidden unit, one output, one example. Further options go to :class:`derived.nn.MLP`.
    """
    for k in range(count):
        depth = int(rng.integers(layers, 4))
        sizes = [1, 1, 1] if k == 0 else rng.integers(1, 6, depth + 1).tolist()
        model = MLP(sizes, activation, rng=rng, dtype=np.float64, **options)
        for p in model.parameters():
            p.data = rng.standard_normal(p.shape)
        yield model, rng.standard_normal((1 if k == 0 else int(rng.integers(1, 7)), sizes[0]))
