"""Random queries, keys and values: what the claims about attention are checked on."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np

__all__ = ["lookups"]


def lookups(rng: np.random.Generator, count: int = 20, *, square: bool = False) -> Iterator[SimpleNamespace]:
    """Q (L, d), K (S, d), V (S, n), and G (L, n) to pull back; float64, standard normal.

    All sizes of the first case are 1. Those of the last, on which wrong versions are tried, are L = 4, S = 5, d = 3 and
    n = 2. ``square`` makes S equal to L, 5 in the last case.
    """
    for k in range(count):
        L, S, d, n = rng.integers(1, 7, 4).tolist()
        L, S, d, n = {count - 1: (4, 5, 3, 2), 0: (1, 1, 1, 1)}.get(k, (L, S, d, n))
        L = S if square else L
        shapes = {"Q": (L, d), "K": (S, d), "V": (S, n), "G": (L, n)}
        arrays = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
        yield SimpleNamespace(**arrays, L=L, S=S, d=d, n=n)
