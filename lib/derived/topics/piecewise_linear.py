r"""Continuous piecewise-linear functions of one variable as sums of hinges :math:`(x-x_i)_+` or :math:`|x-x_i|`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from derived import nn
from derived.arguments import require, require_finite
from derived.topics.ridge import network

__all__ = ["HingeSum", "pl_to_relu"]


@dataclass(frozen=True)
class HingeSum:
    r""":math:`g(x)=ax+b+\sum_{i=1}^{m-1}c_i(x-x_i)_+`.

    Attributes
    ----------
    a, b : slope and intercept of the first piece.
    knots : (m - 1,) the inner knots :math:`x_i`, increasing.
    jumps : (m - 1,) the jumps of the slope :math:`c_i`.
    """

    a: float
    b: float
    knots: np.ndarray
    jumps: np.ndarray

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Values at x, of the shape of x."""
        x = np.asarray(x, dtype=np.float64)
        return self.a * x + self.b + np.maximum(x[..., None] - self.knots, 0) @ self.jumps

    def absolute(self) -> tuple[float, float, np.ndarray]:
        r"""The same function as :math:`a'x+b'+\sum_i\frac{c_i}2|x-x_i|`, from :math:`z_+=\frac12(z+|z|)`.

        Returns
        -------
        a', b' and the coefficients (m - 1,) of the absolute values.
        """
        half = self.jumps / 2
        return self.a + float(half.sum()), self.b - float(half @ self.knots), half

    def parts(self) -> tuple[HingeSum, HingeSum]:
        """Two convex functions p and q with g = p - q: the hinges with positive jumps, and the others."""
        up = self.jumps > 0
        return (HingeSum(self.a, self.b, self.knots[up], self.jumps[up]),
                HingeSum(0.0, 0.0, self.knots[~up], -self.jumps[~up]))  # fmt: skip

    def lines(self) -> tuple[np.ndarray, np.ndarray]:
        """Slopes (m,) and intercepts (m,) of the pieces, from left to right."""
        slopes = self.a + np.concatenate([[0.0], np.cumsum(self.jumps)])
        return slopes, self.b - np.concatenate([[0.0], np.cumsum(self.jumps * self.knots)])

    def network(self, start: float) -> nn.Sequential:
        r"""ReLU network with m units that equals g for :math:`x\ge` ``start``, where :math:`ax+b` is itself a hinge."""
        corners = np.concatenate([[start], self.knots])
        require(bool(np.all(np.diff(corners) > 0)), "network: start is {}, expected below the knots", start)
        weights = np.concatenate([[self.a], self.jumps])
        return network(np.ones((len(corners), 1)), -corners, weights, self.a * start + self.b, "relu")


def pl_to_relu(knots: np.ndarray, values: np.ndarray) -> HingeSum:
    r"""The piecewise-linear function through :math:`(x_i,y_i)`, :math:`i=0,\dots,m`, as a sum of hinges.

    With the slopes :math:`s_i=(y_i-y_{i-1})/(x_i-x_{i-1})`: :math:`a=s_1`, :math:`b=y_0-s_1x_0` and
    :math:`c_i=s_{i+1}-s_i`. Beyond the ends the outer pieces go on.

    Parameters
    ----------
    knots, values : (m + 1,) the :math:`x_i`, strictly increasing, and the :math:`y_i`; m >= 1.
    """
    x, y = np.asarray(knots, dtype=np.float64), np.asarray(values, dtype=np.float64)
    require(x.ndim == 1 and x.shape == y.shape and len(x) >= 2,
            "pl_to_relu: knots has shape {}, values {}, expected two or more of each",
            x.shape, y.shape)  # fmt: skip
    require_finite("pl_to_relu", "values", y)
    require(bool(np.all(np.diff(x) > 0)),
            "pl_to_relu: knots is {}, expected strictly increasing numbers", x)  # fmt: skip
    slopes = np.diff(y) / np.diff(x)
    return HingeSum(float(slopes[0]), float(y[0] - slopes[0] * x[0]), x[1:-1], np.diff(slopes))
