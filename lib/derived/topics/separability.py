"""Linear separability: deciding it, the largest margin, and counting how many labellings are separable."""

from __future__ import annotations

from itertools import permutations, product
from math import comb

import numpy as np
from scipy.optimize import linprog, nnls

from derived.arguments import one_of, require
from derived.data import signed_rows

__all__ = [
    "augment",
    "boolean_classes",
    "count_dichotomies",
    "count_threshold_functions",
    "cover_count",
    "is_separable",
    "margin",
    "max_margin",
    "nearest_in_hull",
    "separating_direction",
    "shatters",
]


def augment(X: np.ndarray) -> np.ndarray:
    r"""Rows :math:`(x, 1)`: (N, n) to (N, n + 1). A bias is the weight of a coordinate that is always 1."""
    X = np.asarray(X)
    require(X.ndim == 2, "augment: X has shape {}, expected (N, n)", X.shape)
    return np.column_stack([X, np.ones(len(X), X.dtype)])


def separating_direction(X: np.ndarray, y: np.ndarray) -> np.ndarray | None:
    r"""Some :math:`\theta` with :math:`y_i\,x_i\cdot\theta\ge1` for all i, by linear programming, or None.

    Parameters
    ----------
    X : (N, n) examples; append a column of ones for a bias (:func:`augment`).
    y : (N,) labels -1 and +1.
    """
    Z = signed_rows(X, y, "separating_direction")
    largest = np.abs(Z).max()
    if largest == 0:
        return None
    found = linprog(np.zeros(Z.shape[1]), A_ub=-Z / largest, b_ub=-np.ones(len(Z)), bounds=(None, None))
    return found.x / largest if found.status == 0 else None


def nearest_in_hull(Z: np.ndarray) -> np.ndarray:
    r"""The point nearest to the origin in the convex hull of the rows of ``Z`` (N, n).

    With :math:`u\ge0`, :math:`u=t\alpha`, :math:`\sum_i\alpha_i=1`, minimising
    :math:`\lVert Z^\top u\rVert^2+(1-\sum_iu_i)^2` over t leaves :math:`d^2/(1+d^2)`, where
    :math:`d=\lVert Z^\top\alpha\rVert`: a non-negative least-squares problem (Lawson and Hanson, 1974, chapter 23).
    """
    R = max(np.linalg.norm(Z, axis=1).max(), np.finfo(np.float64).tiny)
    A = np.vstack([Z.T / R, np.ones(len(Z))])
    u, _ = nnls(A, np.r_[np.zeros(Z.shape[1]), 1.0], maxiter=30 * len(Z))
    return Z.T @ u / u.sum()


def is_separable(X: np.ndarray, y: np.ndarray) -> bool:
    r"""Whether a hyperplane through the origin has all +1 strictly on one side and all -1 on the other.

    It does exactly if 0 is not in the convex hull of the :math:`y_ix_i`; a distance below 1e-7 of the longest example
    counts as 0. Many times faster than :func:`separating_direction`, which proves a yes by its answer.
    """
    Z = signed_rows(X, y, "is_separable")
    return bool(np.linalg.norm(nearest_in_hull(Z)) > 1e-7 * np.linalg.norm(Z, axis=1).max())


def margin(theta: np.ndarray, X: np.ndarray, y: np.ndarray) -> float:
    r"""Margin :math:`\min_iy_i\,x_i\cdot\theta/\lVert\theta\rVert`, negative when an example is on the wrong side."""
    theta = np.asarray(theta, dtype=np.float64)
    require(theta.any(), "margin: theta is 0, expected a direction")
    return float((signed_rows(X, y, "margin") @ theta).min() / np.linalg.norm(theta))


def max_margin(X: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    r"""Largest margin and the unit vector that attains it (the hard-margin support vector machine without bias).

    The margin is the distance of the origin from the convex hull of the :math:`z_i=y_ix_i`, and the nearest point
    has the direction sought (:func:`nearest_in_hull`).

    Parameters
    ----------
    X, y : as for :func:`separating_direction`.

    Returns
    -------
    gamma, theta : the margin, and an (n,) array of norm 1.

    Raises
    ------
    ValueError
        if the examples are not separable, or only with a margin below 1e-7 of the longest example.
    """
    Z = signed_rows(X, y, "max_margin")
    R = np.linalg.norm(Z, axis=1).max()
    require(R > 0, "max_margin: X is 0, expected examples that can be separated")
    nearest = nearest_in_hull(Z)
    distance = np.linalg.norm(nearest)
    require(distance > 1e-7 * R, "max_margin: the examples are not separable (nearest point of the hull: {:.1e})",
            distance)  # fmt: skip
    theta = nearest / distance
    return float((Z @ theta).min()), theta


def cover_count(s: int, n: int) -> int:
    r"""Cover's number of separable labellings, :math:`C(s,n)=2\sum_{i=0}^{n-1}\binom{s-1}i`.

    Parameters
    ----------
    s : number of points in general position (any n of them, or fewer, are linearly independent), at least 1.
    n : their dimension; hyperplanes through the origin.
    """
    require(s >= 1 and n >= 0, "cover_count: s is {}, n is {}, expected s >= 1 and n >= 0", s, n)
    return 2 * sum(comb(s - 1, i) for i in range(n))


def count_dichotomies(X: np.ndarray) -> int:
    """Number of labellings of the rows of ``X`` (s, n) that a hyperplane through the origin separates.

    By brute force, each of the 2ˢ⁻¹ pairs of opposite labellings by itself: for s up to about 15.
    """
    X = np.asarray(X)
    return 2 * sum(is_separable(X, (1, *rest)) for rest in product((-1, 1), repeat=len(X) - 1))


def shatters(points: np.ndarray, family: str = "homogeneous") -> bool:
    """Whether every labelling of the points (s, n) is separable, by brute force.

    Parameters
    ----------
    points : (s, n) array.
    family : ``"homogeneous"`` (hyperplanes through the origin) or ``"affine"`` (all hyperplanes).
    """
    one_of("shatters", "family", family, ("homogeneous", "affine"))
    X = augment(points) if family == "affine" else np.asarray(points)
    return all(is_separable(X, (1, *rest)) for rest in product((-1, 1), repeat=len(X) - 1))


def boolean_classes(n: int) -> list[tuple[np.ndarray, int]]:
    """Boolean functions of ``n`` inputs up to symmetry: one truth table of each class and the size of the class.

    Two functions are in one class if permuting inputs, negating inputs or negating the output turns one into the
    other. None of these changes whether a threshold unit computes it. n is at most 4 (222 classes).
    """
    require(1 <= n <= 4, "boolean_classes: n is {}, expected 1 to 4", n)
    inputs = np.array(list(product((0, 1), repeat=n)))
    place = 1 << np.arange(n)[::-1]
    moves = [(inputs[:, list(order)] ^ flip) @ place for order in permutations(range(n)) for flip in inputs]
    value = 1 << np.arange(2**n)
    seen, classes = np.zeros(2**2**n, dtype=bool), []
    for code in range(len(seen)):
        if not seen[code]:
            table = (code >> np.arange(2**n)) & 1
            images = table[np.array(moves)] @ value
            members = np.unique([images, len(seen) - 1 - images])
            seen[members] = True
            classes.append((table, len(members)))
    return classes


def count_threshold_functions(n: int) -> int:
    """Number of Boolean functions of ``n`` inputs that one threshold unit computes: one of each class is tried."""
    X = augment(np.array(list(product((-1, 1), repeat=n))))
    return sum(size for table, size in boolean_classes(n) if is_separable(X, 2 * table - 1))
