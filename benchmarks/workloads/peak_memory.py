"""Peak resident memory of a process that trains the 784-256-10 network for 20 steps, ours and PyTorch's, each alone."""

import subprocess
import sys

from benchmarks.timing import Measure

COMMON = "import numpy as np; X = np.random.default_rng(0).random((128, 784), dtype=np.float32)\n"
OURS = """
from derived import nn, ops, optim
y = np.arange(128) % 10
model = nn.MLP((784, 256, 10), rng=np.random.default_rng(0))
optimizer = optim.Adam(model.parameters())
for _ in range(20):
    optimizer.zero_grad()
    ops.cross_entropy(model(X), y).backward()
    optimizer.step()
"""
THEIRS = """
import torch
X, y = torch.tensor(X), torch.arange(128) % 10
model = torch.nn.Sequential(torch.nn.Linear(784, 256), torch.nn.ReLU(), torch.nn.Linear(256, 10))
optimizer = torch.optim.Adam(model.parameters())
for _ in range(20):
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(model(X), y).backward()
    optimizer.step()
"""
PEAK = "print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1])"


def build() -> Measure:
    """Megabytes."""

    def figure():
        return _peak(OURS), _peak(THEIRS)

    return Measure("peak memory, training MLP 784", "MB", figure, goal=100.0)


def _peak(script: str) -> float:
    """Peak of a fresh process, from Linux's kernel: getrusage would count the memory of this process, its parent."""
    run = subprocess.run([sys.executable, "-c", COMMON + script + PEAK], capture_output=True, text=True, check=True)
    return int(run.stdout) / 2**10
