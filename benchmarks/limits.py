"""What the machine allows, in NumPy and in PyTorch: products of large matrices, and passes over memory."""

from __future__ import annotations

import numpy as np
import torch

from benchmarks.timing import interleave

SIDE, ENTRIES = 2048, 2**24


def measure() -> list[dict]:
    """Rows of the table of limits: name, unit, NumPy's figure, PyTorch's."""
    rng = np.random.default_rng(0)
    A, B = rng.standard_normal((2, SIDE, SIDE), dtype=np.float32)
    x, y = rng.standard_normal((2, ENTRIES), dtype=np.float32)
    tA, tB, tx, ty = (torch.from_numpy(a.copy()) for a in (A, B, x, y))
    C, z, tC, tz = A.copy(), x.copy(), tA.clone(), tx.clone()
    gigabytes = ENTRIES * 4 / 1e9
    return [
        _row(f"product of two {SIDE} x {SIDE} matrices", "GFLOP/s", 2 * SIDE**3 / 1e9,
             lambda: np.matmul(A, B, out=C), lambda: torch.mm(tA, tB, out=tC)),
        _row("copy of 64 MB", "GB/s", 2 * gigabytes, lambda: np.copyto(z, x), lambda: tz.copy_(tx)),
        _row("sum of two vectors of 64 MB", "GB/s", 3 * gigabytes,
             lambda: np.add(x, y, out=z), lambda: torch.add(tx, ty, out=tz)),
    ]  # fmt: skip


def _row(name: str, unit: str, work: float, in_numpy, in_torch) -> dict:
    timing = interleave([in_numpy, in_torch], rounds=9)
    return {"name": name, "unit": unit, "numpy": work / timing.quartiles(0)[1], "torch": work / timing.quartiles(1)[1]}
