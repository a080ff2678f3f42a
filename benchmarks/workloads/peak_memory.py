"""Peak resident memory of a process that trains a network for 20 steps, ours and PyTorch's, each alone."""

import subprocess
import sys

from benchmarks.timing import Measure


def build() -> list[Measure]:
    """Megabytes; ours shall be a third of PyTorch's."""
    return [_measure(name) for name in ("MLP 784", "LeNet", "LSTM", "GPT")]


def _measure(name: str) -> Measure:
    def figure():
        return _peak("ours", name), _peak("theirs", name)

    return Measure(f"peak memory, training {name}", "MB", figure, goal=3.0)


def _peak(library: str, network: str) -> float:
    command = [sys.executable, "-m", "benchmarks.footprint", library, network]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout) / 2**10
