"""The same network in PyTorch, and random networks to compare: what the claims about networks are checked on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from derived.nn import MLP, Linear, Sequential

if TYPE_CHECKING:
    import torch

__all__ = ["random_mlps", "torch_twin"]


def torch_twin(model: Sequential) -> torch.nn.Sequential:
    """PyTorch's modules of the same names, with the same weights in the same dtype.

    Parameters
    ----------
    model : Sequential of Linear layers (with bias) and activations without options, such as an MLP.
    """
    import torch

    layers = []
    for module in model.layers:
        kind = type(module).__name__
        if isinstance(module, Linear):
            layers.append(torch.nn.Linear(module.in_features, module.out_features))
        else:
            layers.append(torch.nn.Softmax(dim=-1) if kind == "Softmax" else getattr(torch.nn, kind)())
    state = {name: torch.tensor(array) for name, array in model.state_dict().items()}
    twin = torch.nn.Sequential(*layers).to(next(iter(state.values())).dtype)
    twin.load_state_dict(state)
    return twin


def random_mlps(count: int, activation: str, rng: np.random.Generator, **options) -> Iterator[tuple[MLP, np.ndarray]]:
    """`count` networks of one to three affine layers with 1 to 5 units each, and 1 to 6 inputs for each; float64.

    Weights and biases are normal, so no bias is 0 as it would be after the usual initialisation. The first network is
    the smallest: one input, one hidden unit, one output, one example.
    """
    for k in range(count):
        depth = int(rng.integers(1, 4))
        sizes = [1, 1, 1] if k == 0 else rng.integers(1, 6, depth + 1).tolist()
        model = MLP(sizes, activation, rng=rng, dtype=np.float64, **options)
        for p in model.parameters():
            p.data = rng.standard_normal(p.shape)
        yield model, rng.standard_normal((1 if k == 0 else int(rng.integers(1, 7)), sizes[0]))
