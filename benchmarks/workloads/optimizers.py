"""Adam and SGD with momentum alone, on a million parameters in seven arrays, beside torch.optim's defaults.

And beside its fused Adam, written in C++, which has to be asked for.
"""

import numpy as np
import torch

from benchmarks.timing import Pair
from derived import nn, optim

SHAPES = [(500, 500), (500,), (500, 500), (500,), (998, 250), (500,), (996, 250)]


def build() -> list[Pair]:
    """One step of each."""
    return [
        _step("Adam, a million parameters", optim.Adam, torch.optim.Adam, {}),
        _step("SGD with momentum, a million", optim.SGD, torch.optim.SGD, {"lr": 1e-3, "momentum": 0.9}),
        _step("Adam, a million, PyTorch's with fused=True", optim.Adam, torch.optim.Adam, {}, None, fused=True),
    ]


def _step(name: str, ours_class: type, theirs_class: type, options: dict, goal: float | None = 1.0,
          **theirs_only: bool) -> Pair:  # fmt: skip
    rng = np.random.default_rng(0)
    arrays = [rng.standard_normal(shape, dtype=np.float32) for shape in SHAPES]
    ours = [nn.Parameter(a.copy()) for a in arrays]
    theirs = [torch.nn.Parameter(torch.tensor(a)) for a in arrays]
    for p, q in zip(ours, theirs, strict=True):
        p.grad = rng.standard_normal(p.shape, dtype=np.float32)
        q.grad = torch.tensor(p.grad)
    optimizer, their_optimizer = ours_class(ours, **options), theirs_class(theirs, **options, **theirs_only)

    def values():
        for _ in range(3):
            optimizer.step()
            their_optimizer.step()
        return {str(k): (p.data, q.detach().numpy()) for k, (p, q) in enumerate(zip(ours, theirs, strict=True))}

    return Pair(name, optimizer.step, their_optimizer.step, goal, values)
