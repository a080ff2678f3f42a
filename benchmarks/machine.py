"""What a figure depends on: processor, versions, BLAS."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from pathlib import Path

import numpy as np
import torch


def describe(peers: list[str]) -> dict[str, object]:
    """Names and versions, for the head of the page."""
    packages = ("numpy", "scipy", "torch", *peers)
    versions = {name: importlib.metadata.version(name.replace("_", "-")) for name in packages}
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": versions,
        "blas": _numpy_blas(),
        "torch_blas": "MKL" if torch.backends.mkl.is_available() else "its own",
        "vectors": torch.backends.cpu.get_cpu_capability(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        found = next(line for line in lines if line.startswith("model name"))
        return found.partition(":")[2].strip()
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _numpy_blas() -> str:
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return f"{blas['name']} {blas['version']}"
