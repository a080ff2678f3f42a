"""LSTM and GRU of 128 units over 64 steps, batches of 32: forward and backpropagation through time."""

import numpy as np
import torch

from benchmarks import products
from benchmarks.networks import module_step
from benchmarks.timing import Pair
from derived import nn


def build() -> list[Pair]:
    """Gradients of the weights and of the inputs, without an update, beside ``nn.LSTM`` and ``nn.GRU``."""
    return [_pair("LSTM", 4), _pair("GRU", 3)]


def _pair(kind: str, gates: int) -> Pair:
    rng = np.random.default_rng(0)
    T, N, H = 64, 32, 128
    x, g = rng.standard_normal((2, T, N, H), dtype=np.float32)
    model = getattr(nn, kind)(H, H, rng=rng)
    twin = getattr(torch.nn, kind)(H, H)
    twin.load_state_dict({name: torch.tensor(array) for name, array in model.state_dict().items()})
    return module_step(f"{kind} 128 units, 64 steps, batch 32", model, twin, x, g, 0.75,
                       products.recurrent(T, N, H, gates))  # fmt: skip
