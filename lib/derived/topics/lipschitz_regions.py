r"""The exact Lipschitz constant of a small ReLU network: it is affine on each of finitely many regions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from derived import nn
from derived.arguments import require
from derived.topics.regions import arrangement_patterns

__all__ = ["Piece", "hidden_layer_constant", "linear_pieces"]


@dataclass(frozen=True)
class Piece:
    r"""A convex polygon on which the network is :math:`x\mapsto Ax+c`.

    Attributes
    ----------
    corners : (k, 2), in order round the polygon.
    A, c : (m, 2) and (m,).
    """

    corners: np.ndarray
    A: np.ndarray
    c: np.ndarray

    @property
    def slope(self) -> float:
        r"""The operator norm :math:`\|A\|_2`."""
        return float(np.linalg.norm(self.A, 2))


def hidden_layer_constant(model: nn.Sequential) -> float:
    r"""Lipschitz constant of a network with one hidden layer of ReLUs on all of :math:`\mathbb R^n`, exactly.

    .. math:: \max_d\|W^{[2]}\mathrm{diag}(d)\,W^{[1]}\|_2

    over the activation patterns :math:`d\in\{0,1\}^m` that occur, which
    :func:`derived.topics.regions.arrangement_patterns` lists; at least n hidden units in general position.
    """
    W, b, last = (p.data for p in model.parameters()[:3])
    patterns = arrangement_patterns(W, b)
    return float(np.linalg.norm(np.einsum("km,rm,mn->rkn", last, patterns, W), 2, axis=(1, 2)).max())


def linear_pieces(model: nn.Sequential, low: float = -1.0, high: float = 1.0) -> list[Piece]:
    r"""The square :math:`[\text{low},\text{high}]^2` cut into the regions where a ReLU network is affine.

    Layer by layer and unit by unit every polygon is cut along the line where the unit's argument is 0. On each piece
    the product of the weights of the active units is the derivative.

    Parameters
    ----------
    model : affine layers and ReLUs with two inputs.
    """
    require(low < high, "linear_pieces: low is {}, high {}, expected low < high", low, high)
    require(model[0].in_features == 2, "linear_pieces: the network has {} inputs, expected 2", model[0].in_features)
    square = np.array([[low, low], [high, low], [high, high], [low, high]], dtype=np.float64)
    pieces = [Piece(square, np.eye(2), np.zeros(2))]
    for layer in model.layers:
        if isinstance(layer, nn.ReLU):
            pieces = [part for piece in pieces for part in _fold(piece)]
        else:
            W, b = (p.data.astype(np.float64) for p in layer.parameters())
            pieces = [Piece(p.corners, W @ p.A, W @ p.c + b) for p in pieces]
    return pieces


def _fold(piece: Piece) -> list[Piece]:
    """Cut a piece along the kinks of all units of a ReLU layer, and switch off what is negative."""
    polygons = [piece.corners]
    for a, c in zip(piece.A, piece.c, strict=True):
        polygons = [part for corners in polygons for part in _cut(corners, corners @ a + c)]
    made = []
    for corners in polygons:
        active = piece.A @ corners.mean(axis=0) + piece.c > 0
        made.append(Piece(corners, piece.A * active[:, None], piece.c * active))
    return made


def _cut(corners: np.ndarray, height: np.ndarray) -> list[np.ndarray]:
    """The parts of a convex polygon where a linear function, given at the corners, is positive and negative."""
    scale = 1e-12 * max(1.0, float(np.abs(height).max()))
    if height.min() >= -scale or height.max() <= scale:
        return [corners]
    sides: tuple[list, list] = ([], [])
    for k in range(len(corners)):
        p, q, h, g = corners[k - 1], corners[k], height[k - 1], height[k]
        if (h > scale and g < -scale) or (h < -scale and g > scale):
            crossing = p + (q - p) * (h / (h - g))
            sides[0].append(crossing)
            sides[1].append(crossing)
        if g >= -scale:
            sides[0].append(q)
        if g <= scale:
            sides[1].append(q)
    return [np.array(side) for side in sides if len(side) >= 3]
