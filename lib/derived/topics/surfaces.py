"""Functions of two variables on which descent can be watched: value, gradient, Hessian, minimisers, what to plot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from derived.arguments import require

__all__ = ["BEALE", "MONKEY", "PLATEAU", "ROSENBROCK", "SADDLE", "SURFACES", "TWO_WELLS", "Surface", "quadratic"]

Map = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Surface:
    """A function on the plane.

    Attributes
    ----------
    name : for titles.
    value : maps points (..., 2) to numbers (...).
    gradient : maps points (..., 2) to gradients (..., 2).
    hessian : maps points (..., 2) to matrices (..., 2, 2).
    minimisers : (m, 2) all global minimisers; m = 0 where there is none.
    box : (x_min, x_max, y_min, y_max), a part of the plane worth drawing.
    start : (2,) a point from which descent is instructive.
    """

    name: str
    value: Map
    gradient: Map
    hessian: Map
    minimisers: np.ndarray
    box: tuple[float, float, float, float]
    start: np.ndarray

    def grid(self, points: int = 101) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Coordinates x (points,), y (points,) over the box and values (points, points), ready for ``contour``."""
        x, y = np.linspace(*self.box[:2], points), np.linspace(*self.box[2:], points)
        return x, y, self.value(np.stack(np.meshgrid(x, y), axis=-1))


def _surface(name: str, value: Callable, gradient: Callable, hessian: Callable, minimisers: list, box: tuple,
             start: tuple) -> Surface:  # fmt: skip
    """From functions of the two coordinates; the Hessian is given by its entries xx, xy, yy."""

    def vector(p: np.ndarray) -> np.ndarray:
        p = np.asarray(p, dtype=np.float64)
        out = np.empty_like(p)
        out[..., 0], out[..., 1] = gradient(p[..., 0], p[..., 1])
        return out

    def matrix(p: np.ndarray) -> np.ndarray:
        p = np.asarray(p, dtype=np.float64)
        xx, xy, yy, _ = np.broadcast_arrays(*hessian(p[..., 0], p[..., 1]), p[..., 0])
        return np.stack([np.stack([xx, xy], axis=-1), np.stack([xy, yy], axis=-1)], axis=-2)

    def number(p: np.ndarray) -> np.ndarray:
        p = np.asarray(p, dtype=np.float64)
        return value(p[..., 0], p[..., 1])

    points = np.array(minimisers, dtype=np.float64).reshape(-1, 2)
    return Surface(name, number, vector, matrix, points, box, np.array(start, dtype=np.float64))


def quadratic(kappa: float = 10.0, angle: float = 0.0) -> Surface:
    r""":math:`\frac12x^\top Hx` with eigenvalues 1 and `kappa`; the flat direction is turned by `angle` (radians).

    Raises
    ------
    ValueError
        if kappa is not positive.
    """
    require(kappa > 0, "quadratic: kappa is {}, expected a number > 0", kappa)
    c, s = np.cos(angle), np.sin(angle)
    xx, xy, yy = c * c + kappa * s * s, (1 - kappa) * c * s, s * s + kappa * c * c
    return _surface(
        f"quadratic, κ = {kappa:g}",
        lambda x, y: (xx * x * x + 2 * xy * x * y + yy * y * y) / 2,
        lambda x, y: (xx * x + xy * y, xy * x + yy * y),
        lambda x, y: (xx, xy, yy), [(0, 0)], (-4.0, 4.0, -2.0, 2.0), (-3.5, 1.0))  # fmt: skip


def _beale(x: np.ndarray, y: np.ndarray) -> list[tuple]:
    """Of each of the three terms r²: r, its slopes in x and y, its second derivatives xy and yy (xx is 0)."""
    return [(c - x * (1 - y**k), y**k - 1, k * x * y ** (k - 1), k * y ** (k - 1), k * (k - 1) * x * y ** max(k - 2, 0))
            for k, c in ((1, 1.5), (2, 2.25), (3, 2.625))]  # fmt: skip


BEALE = _surface(
    "Beale",
    lambda x, y: sum(r * r for r, *_ in _beale(x, y)),
    lambda x, y: (2 * sum(r * rx for r, rx, *_ in _beale(x, y)), 2 * sum(r * ry for r, _, ry, *_ in _beale(x, y))),
    lambda x, y: (2 * sum(rx * rx for _, rx, *_ in _beale(x, y)),
                  2 * sum(rx * ry + r * rxy for r, rx, ry, rxy, _ in _beale(x, y)),
                  2 * sum(ry * ry + r * ryy for r, _, ry, _, ryy in _beale(x, y))),
    [(3, 0.5)], (-4.5, 4.5, -2.0, 2.0), (1.0, 1.5))  # fmt: skip

ROSENBROCK = _surface(
    "Rosenbrock",
    lambda x, y: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    lambda x, y: (2 * (x - 1) - 400 * x * (y - x * x), 200 * (y - x * x)),
    lambda x, y: (2 - 400 * y + 1200 * x * x, -400 * x, 200.0),
    [(1, 1)], (-2.0, 2.0, -1.0, 3.0), (-1.2, 1.0))  # fmt: skip

SADDLE = _surface(
    "saddle with two valleys",
    lambda x, y: x * x / 2 - y * y / 2 + y**4 / 4,
    lambda x, y: (x, y**3 - y),
    lambda x, y: (1.0, 0.0, 3 * y * y - 1),
    [(0, -1), (0, 1)], (-2.0, 2.0, -1.6, 1.6), (-1.8, 0.0))  # fmt: skip

MONKEY = _surface(
    "monkey saddle",
    lambda x, y: x**3 - 3 * x * y * y,
    lambda x, y: (3 * x * x - 3 * y * y, -6 * x * y),
    lambda x, y: (6 * x, -6 * y, -6 * x),
    [], (-1.5, 1.5, -1.5, 1.5), (0.8, 0.05))  # fmt: skip

PLATEAU = _surface(
    "plateau",
    lambda x, y: np.tanh(x) ** 2 + np.tanh(y) ** 2,
    lambda x, y: tuple(2 * np.tanh(t) / np.cosh(t) ** 2 for t in (x, y)),
    lambda x, y: (_bowl(x), 0.0, _bowl(y)),
    [(0, 0)], (-5.0, 5.0, -5.0, 5.0), (-4.0, 2.0))  # fmt: skip

TWO_WELLS = _surface(
    "two wells",
    lambda x, y: (x * x - 1) ** 2 / 4 + 0.1 * x + y * y / 2,
    lambda x, y: (x**3 - x + 0.1, y),
    lambda x, y: (3 * x * x - 1, 0.0, 1.0),
    [(-1.0466805318046022, 0)], (-1.8, 1.8, -1.2, 1.2), (1.6, 0.9))  # fmt: skip


def _bowl(t: np.ndarray) -> np.ndarray:
    """Second derivative of tanh²."""
    return (2 - 4 * np.sinh(t) ** 2) / np.cosh(t) ** 4


SURFACES = {s.name: s for s in (quadratic(), BEALE, ROSENBROCK, SADDLE, MONKEY, PLATEAU, TWO_WELLS)}
