"""Planar flows: each layer moves points along one direction, by an amount that depends on one projection."""

from __future__ import annotations

import numpy as np

from derived import ops
from derived.arguments import require
from derived.nn import Module, Parameter
from derived.tensor import Tensor

__all__ = ["PlanarFlow", "invertible", "planar", "planar_inverse"]


def planar(z: Tensor, u: Tensor, w: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    r"""One planar layer and the logarithm of the absolute determinant of its Jacobian.

    .. math:: F(z)=z+u\tanh(w\cdot z+b),\qquad\det\partial F=1+\bigl(1-\tanh^2(w\cdot z+b)\bigr)\,u\cdot w

    Parameters
    ----------
    z : (..., N, d) tensor or array, as the others.
    u, w : (..., 1, d), or of any shape that broadcasts to that of z.
    b : (..., 1, 1) or a number.

    Returns
    -------
    (..., N, d) and (..., N); the logarithm is minus infinity where the determinant is 0.
    """
    t = ops.tanh(ops.sum(ops.mul(z, w), -1, True) + b)
    det = 1 + (1 - t * t) * ops.sum(ops.mul(u, w), -1, True)
    return z + u * t, ops.log(ops.absolute(det))[..., 0]


def invertible(u: Tensor, w: Tensor) -> Tensor:
    r"""The vector u, moved along w until the layer is a flow.

    .. math:: \hat u=u+\bigl(\operatorname{softplus}(w\cdot u)-1-w\cdot u\bigr)\frac w{\lVert w\rVert^2},\qquad
       w\cdot\hat u=\operatorname{softplus}(w\cdot u)-1>-1

    Shapes (..., d). Rezende and Mohamed (2015), appendix A.1.
    """
    inner = ops.sum(ops.mul(u, w), -1, True)
    return u + (ops.softplus(inner) - 1 - inner) * w / ops.sum(ops.mul(w, w), -1, True)


def planar_inverse(x: np.ndarray, u: np.ndarray, w: np.ndarray, b: np.ndarray) -> np.ndarray:
    r"""Solve :math:`F(z)=x`: first :math:`\alpha=w\cdot z` from :math:`\alpha+(u\cdot w)\tanh(\alpha+b)=w\cdot x`.

    The left side increases with :math:`\alpha` for :math:`u\cdot w\ge-1`, and the root lies within
    :math:`\lvert u\cdot w\rvert` of :math:`w\cdot x`: bisection finds it. Then :math:`z=x-u\tanh(\alpha+b)`.
    Shapes as in :func:`planar`; raises ValueError where :math:`u\cdot w<-1`.
    """
    c = (u * w).sum(axis=-1, keepdims=True)
    require(bool(np.all(c >= -1)), "planar_inverse: u·w is {}, expected at least -1: no inverse", c.min())
    target = (x * w).sum(axis=-1, keepdims=True)
    low, high = target - np.abs(c), target + np.abs(c)
    for _ in range(60):
        middle = (low + high) / 2
        above = middle + c * np.tanh(middle + b) > target
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return x - u * np.tanh((low + high) / 2 + b)


class PlanarFlow(Module):
    """S flows of ``depth`` planar layers in d dimensions, in the direction from data to noise.

    Parameters
    ----------
    copies : S.
    depth : number of layers.
    dimension : d.
    rng : source of the initial parameters.
    dtype : of the parameters.
    """

    def __init__(self, copies: int, depth: int, dimension: int = 2, *, rng: np.random.Generator,
                 dtype: type = np.float64) -> None:  # fmt: skip
        def draw(size: int) -> list[Parameter]:
            return [Parameter(rng.normal(0, 0.7, (copies, 1, size)).astype(dtype)) for _ in range(depth)]

        self.copies = copies
        self.u, self.w, self.b = draw(dimension), draw(dimension), draw(1)

    def forward(self, x: np.ndarray) -> tuple[Tensor, Tensor]:
        """(S, N, d) data to noise (S, N, d), and the log determinant (S, N), the sum over the layers."""
        z, total = Tensor(x), 0.0
        moved = invertible(ops.stack(self.u), ops.stack(self.w))  # of all layers at once
        for k, (w, b) in enumerate(zip(self.w, self.b, strict=True)):
            z, log_det = planar(z, moved[k], w, b)
            total = log_det + total
        return z, total

    def inverse(self, z: np.ndarray) -> np.ndarray:
        """(S, N, d) noise to data, layer by layer from the last, by :func:`planar_inverse`."""
        for u, w, b in reversed(list(zip(self.u, self.w, self.b, strict=True))):
            z = planar_inverse(z, invertible(u, w).data, w.data, b.data)
        return z
