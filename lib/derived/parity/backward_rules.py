"""Gradients of scores in PyTorch, with the backward pass of every ReLU changed by a hook."""

from __future__ import annotations

import numpy as np

from derived.nn import Sequential
from derived.parity.twins import torch_twin

__all__ = ["hooked_gradient"]


def hooked_gradient(model: Sequential, images: np.ndarray, classes: np.ndarray, rule: str = "gradient") -> np.ndarray:
    """What PyTorch's backward pass gives for one score of each image.

    Parameters
    ----------
    model : network that :func:`~derived.parity.twins.torch_twin` can build, with ``torch.nn.ReLU``.
    rule : "gradient"; "guided" clips what leaves each ReLU backwards at 0; "deconvnet" clips what arrives and forgets
        which units were active.
    """
    import torch

    twin = torch_twin(model)
    for layer in twin:
        if isinstance(layer, torch.nn.ReLU) and rule != "gradient":
            layer.register_full_backward_hook(
                lambda module, left, arrived: ((left if rule == "guided" else arrived)[0].clamp(min=0),))  # fmt: skip
    x = torch.tensor(images, requires_grad=True)
    twin(x)[torch.arange(len(images)), torch.tensor(classes)].sum().backward()
    return x.grad.numpy()
