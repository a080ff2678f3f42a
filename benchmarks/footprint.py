"""Trains one network for 20 steps and prints the peak of the process's memory: ``python -m benchmarks.footprint``.

A process of its own for each library and network, which imports nothing of the other library.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

STEPS = 20


def data(name: str) -> tuple[np.ndarray, np.ndarray]:
    """A batch for the network of that name."""
    rng = np.random.default_rng(0)
    if name == "GPT":
        tokens = rng.integers(0, 92, (16, 65))
        return tokens[:, :-1], tokens[:, 1:]
    shape = {"MLP 784": (128, 784), "LeNet": (64, 1, 28, 28), "LSTM": (64, 32, 128)}[name]
    return rng.random(shape, dtype=np.float32), rng.integers(0, 10, shape[0])


def ours(name: str) -> None:
    """With the book's library."""
    from derived import nn, ops, optim

    X, y = data(name)
    rng = np.random.default_rng(0)
    if name == "GPT":
        from derived.topics.gpt import GPT

        model = GPT(92, 128, 4, 2, rng=rng)
    elif name == "LSTM":
        model = nn.LSTM(128, 128, rng=rng)
    elif name == "MLP 784":
        model = nn.MLP((784, 256, 10), rng=rng)
    else:
        model = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2, rng=rng), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5, rng=rng), nn.ReLU(),
            nn.MaxPool2d(2), nn.Flatten(), *nn.MLP((400, 120, 84, 10), rng=rng).layers)  # fmt: skip
    adam = optim.Adam(model.parameters())
    for _ in range(STEPS):
        adam.zero_grad()
        if name == "GPT":
            loss = model.loss(X, y)
        else:
            loss = model(X)[0].mean() if name == "LSTM" else ops.cross_entropy(model(X), y)
        loss.backward()
        adam.step()


def theirs(name: str) -> None:
    """With PyTorch."""
    import torch
    from torch import nn
    from torch.nn import functional as F

    torch.set_num_threads(1)
    X, y = (torch.from_numpy(a) for a in data(name))
    if name == "GPT":
        from benchmarks.torch_gpt import TorchGPT

        model = TorchGPT(92, 128, 4, 2, 64)
    elif name == "LSTM":
        model = nn.LSTM(128, 128)
    elif name == "MLP 784":
        model = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    else:
        model = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))  # fmt: skip
    adam = torch.optim.Adam(model.parameters())
    for _ in range(STEPS):
        adam.zero_grad()
        if name == "LSTM":
            loss = model(X)[0].mean()
        else:
            loss = F.cross_entropy(model(X).flatten(0, -2), y.flatten())
        loss.backward()
        adam.step()


if __name__ == "__main__":
    library, network = sys.argv[1:]
    {"ours": ours, "theirs": theirs}[library](network)
    # From Linux's kernel: getrusage would count the memory of the parent process.
    status = Path("/proc/self/status").read_text()
    print(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
