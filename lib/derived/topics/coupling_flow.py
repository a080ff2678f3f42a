"""Affine coupling: half of the coordinates stay, and tell how to scale and shift the others."""

from __future__ import annotations

import numpy as np

from derived import ops
from derived.arguments import require
from derived.nn import Module
from derived.tensor import Tensor, no_grad
from derived.topics.restarts import StackedMLP

__all__ = ["CouplingFlow"]


class CouplingFlow(Module):
    r"""S flows of affine coupling layers (Dinh, Sohl-Dickstein and Bengio, 2017), each with its own networks.

    With :math:`x=(x_a,x_b)`, the first half of the coordinates and the rest, one layer towards the data is

    .. math:: x_a=z_a,\qquad x_b=z_b\odot e^{s(z_a)}+t(z_a),\qquad\log\det=\sum_is_i(z_a)

    and backwards :math:`z_b=(x_b-t(x_a))\odot e^{-s(x_a)}`. The networks s and t are never inverted. Between layers the
    coordinates change places. The scale is kept in bounds, :math:`s=2\tanh(\cdot/2)`.

    Parameters
    ----------
    copies : S.
    depth : number of layers.
    dimension : d, at least 2.
    hidden : units in the hidden layer of each network.
    rng : source of the initial weights.
    dtype : of the parameters.
    """

    def __init__(self, copies: int, depth: int, dimension: int = 2, hidden: int = 24, *, rng: np.random.Generator,
                 dtype: type = np.float64) -> None:  # fmt: skip
        require(dimension >= 2, "CouplingFlow: dimension is {}, expected at least 2", dimension)
        self.copies, self.kept = copies, dimension // 2
        moved = dimension - self.kept
        self.nets = [StackedMLP(copies, [self.kept, hidden, hidden, 2 * moved], "tanh", rng=rng, init="xavier_normal",
                                dtype=dtype) for _ in range(depth)]  # fmt: skip
        for net in self.nets:
            net.weights[-1].data *= 0.1  # starts near the identity

    def parameters(self) -> list:
        """Weights and biases of all networks."""
        return [p for net in self.nets for p in net.parameters()]

    def forward(self, x: np.ndarray) -> tuple[Tensor, Tensor]:
        """(S, N, d) data to noise (S, N, d), and the log determinant (S, N) of this direction."""
        x, total = Tensor(x), 0.0
        for net in reversed(self.nets):
            x = ops.flip(x, (-1,))
            a, b = x[..., : self.kept], x[..., self.kept :]
            s, t = self._scale_shift(net, a)
            x = ops.cat([a, (b - t) * ops.exp(-s)], -1)
            total = total - s.sum(-1)
        return x, total

    def inverse(self, z: np.ndarray) -> np.ndarray:
        """(S, N, d) noise to data."""
        with no_grad():
            z = Tensor(z)
            for net in self.nets:
                a, b = z[..., : self.kept], z[..., self.kept :]
                s, t = self._scale_shift(net, a)
                z = ops.flip(ops.cat([a, b * ops.exp(s) + t], -1), (-1,))
        return z.data

    def _scale_shift(self, net: StackedMLP, a: Tensor) -> tuple[Tensor, Tensor]:
        out = net(a)
        moved = out.shape[-1] // 2
        return 2 * ops.tanh(out[..., :moved] * 0.5), out[..., moved:]
