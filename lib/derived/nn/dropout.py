"""Dropout as a module: random in training, absent in evaluation."""

from __future__ import annotations

import numpy as np

from derived import ops
from derived.arguments import require
from derived.nn.module import Module
from derived.tensor import Tensor


class Dropout(Module):
    r"""Inverted dropout: in training each entry is kept with probability :math:`q=1-p` and divided by :math:`q`.

    A fresh mask is drawn in every forward pass, one number for each unit and example. After ``eval()`` the module
    gives back what it gets. Never behind the last layer: :math:`a/q` would be no probability.

    Parameters
    ----------
    p : the probability to DROP an entry, :math:`0\le p<1`, as in PyTorch (the literature often gives q).
    rng : source of the masks.

    Raises
    ------
    ValueError
        if p lies outside [0, 1), or if rng is no generator.
    """

    def __init__(self, p: float = 0.5, *, rng: np.random.Generator) -> None:
        require(0 <= p < 1, "Dropout: p is {}, expected a drop probability with 0 <= p < 1", p)
        require(isinstance(rng, np.random.Generator), "Dropout: rng is {!r}, expected a numpy.random.Generator", rng)
        self.p, self.rng = p, rng

    def forward(self, x: Tensor | np.ndarray) -> Tensor:
        """Same shape as ``x``."""
        if not self.training or self.p == 0:
            return x if isinstance(x, Tensor) else Tensor(x)
        return ops.dropout(x, self.p, rng=self.rng)

    def extra_repr(self) -> str:
        return f"p={self.p}"
