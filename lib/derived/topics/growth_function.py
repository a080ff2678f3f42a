"""How many labellings of n points a family of classifiers has: growth function, shattering, Sauer's lemma."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from itertools import combinations, permutations
from math import comb
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln, logsumexp

from derived.arguments import one_of, require, require_finite

__all__ = [
    "FAMILIES",
    "Family",
    "growth",
    "half_planes",
    "intervals",
    "log_sauer",
    "rectangles",
    "sauer_bound",
    "shattered_subsets",
    "sine_frequency",
    "thresholds",
    "unions",
    "vc_dimension",
]


class Family(NamedTuple):
    """A family of classifiers: `labellings(points)` lists what it does, `placements(n)` the sets worth trying."""

    labellings: Callable[[np.ndarray], np.ndarray]
    placements: Callable[[int], Iterable[np.ndarray]]


def thresholds(points: np.ndarray) -> np.ndarray:
    r"""Labellings of points on the line (n,) by :math:`x\mapsto\mathbb 1[x>a]`: (m, n) rows of 0 and 1, all different.

    Equal points always have equal labels.
    """
    return _above(_line("thresholds", points)[None])


def intervals(points: np.ndarray) -> np.ndarray:
    r"""Labellings by :math:`x\mapsto\mathbb 1[a<x\le b]`, as in :func:`thresholds`."""
    above = thresholds(points)
    return _distinct(above[:, None] & ~above & 1)


def unions(points: np.ndarray, k: int) -> np.ndarray:
    """Labellings by the unions of at most `k` intervals, as in :func:`thresholds`."""
    require(k >= 1, "unions: k is {}, expected at least one interval", k)
    single = intervals(points)
    return reduce(lambda found, _: _distinct(found[:, None] | single), range(k - 1), single)


def half_planes(points: np.ndarray) -> np.ndarray:
    r"""Labellings of points in the plane (n, 2), all different, by :math:`x\mapsto\mathbb 1[u\cdot x>a]`.

    The order of the :math:`u\cdot x_i` changes only where u is orthogonal to a difference of two points. So one u
    between any two neighbouring such directions is enough, and for each u all thresholds a.
    """
    points = _plane("half_planes", points)
    require(len(np.unique(points, axis=0)) == len(points), "half_planes: points has equal rows, expected a set")
    i, j = np.triu_indices(len(points), 1)
    orthogonal = -np.arctan2(*(points[i] - points[j]).T) % np.pi
    stops = np.unique(np.round(np.r_[0.0, orthogonal], 12))
    angles = (stops + np.r_[stops[1:], stops[0] + np.pi]) / 2
    scores = np.column_stack([np.cos(angles), np.sin(angles)]) @ points.T
    return _above(np.vstack([scores, -scores]))


def rectangles(points: np.ndarray) -> np.ndarray:
    """Labellings of points in the plane (n, 2) by rectangles with sides along the axes: 1 inside, 0 outside."""
    points = _plane("rectangles", points)
    return _distinct(intervals(points[:, 0])[:, None] & intervals(points[:, 1]))


def _on_circle(n: int) -> list[np.ndarray]:
    turn = 2 * np.pi * np.arange(n) / n + 0.1
    return [np.column_stack([np.cos(turn), np.sin(turn)])]


def _orders(n: int) -> Iterable[np.ndarray]:
    return (np.column_stack([np.arange(n), order]) for order in permutations(range(n)))


def _in_a_row(n: int) -> list[np.ndarray]:
    return [np.arange(float(n))]


FAMILIES = {
    "thresholds": Family(thresholds, _in_a_row),
    "intervals": Family(intervals, _in_a_row),
    "two intervals": Family(lambda points: unions(points, 2), _in_a_row),
    "half-planes": Family(half_planes, _on_circle),
    "rectangles": Family(rectangles, _orders),
}


def growth(family: str, n: int) -> int:
    r"""Growth function :math:`S(n)=\max_{x_1,\dots,x_n}|\{(f(x_1),\dots,f(x_n)):f\in\mathcal F\}|`, by enumeration.

    On the line all sets of n different points have equally many labellings, in the plane with half-planes all sets in
    general position (points on a circle are; other sets have no more). For rectangles only the two orders along the
    axes count, so all n! of them are tried: n at most 7.

    Parameters
    ----------
    family : a key of ``FAMILIES``.
    n : number of points, at least 0.
    """
    chosen = FAMILIES[one_of("growth", "family", family, FAMILIES)]
    limit = 7 if family == "rectangles" else 60
    require(0 <= n <= limit, "growth: n is {}, expected 0 to {} for {}", n, limit, family)
    return 1 if n == 0 else max(len(chosen.labellings(points)) for points in chosen.placements(n))


def vc_dimension(family: str, largest: int) -> int:
    """The largest n, at most `largest`, with growth 2ⁿ: the size of the largest set that the family shatters."""
    return max(n for n in range(largest + 1) if growth(family, n) == 2**n)


def shattered_subsets(labellings: np.ndarray) -> list[tuple[int, ...]]:
    """The sets of positions on which the rows of `labellings` (m, n) show all patterns, the empty set included."""
    L = np.asarray(labellings)
    require(L.ndim == 2 and len(L) > 0, "shattered_subsets: labellings has shape {}, expected (m, n)", L.shape)
    sets = (S for size in range(L.shape[1] + 1) for S in combinations(range(L.shape[1]), size))
    return [S for S in sets if len({tuple(row) for row in L[:, list(S)]}) == 2 ** len(S)]


def sauer_bound(n: int, d: int) -> int:
    r"""Sauer's lemma: a family of VC dimension d has at most :math:`\sum_{i=0}^d\binom ni` labellings of n points."""
    require(n >= 0 and d >= 0, "sauer_bound: n is {}, d is {}, expected numbers >= 0", n, d)
    return sum(comb(n, i) for i in range(min(n, d) + 1))


def log_sauer(n: int, d: int) -> float:
    """Logarithm of :func:`sauer_bound`, also where the number itself is too large for a float."""
    require(n >= 0 and d >= 0, "log_sauer: n is {}, d is {}, expected numbers >= 0", n, d)
    i = np.arange(min(n, d) + 1)
    return float(logsumexp(gammaln(n + 1) - gammaln(i + 1) - gammaln(n - i + 1)))


def sine_frequency(labels: Sequence[int]) -> float:
    r"""A frequency for which :math:`\mathbb 1[\sin(\omega x)>0]` labels :math:`x_i=2^{-i}`, i = 1 … n, as wanted.

    .. math:: \omega=\pi\Bigl(1+\sum_{i=1}^n(1-y_i)\,2^i\Bigr)

    Parameters
    ----------
    labels : (n,) labels 0 and 1; n at most 40, so that float64 can tell the phases apart.
    """
    y = np.asarray(labels)
    require(y.ndim == 1 and len(y) <= 40, "sine_frequency: labels has shape {}, expected (n,), n <= 40", y.shape)
    require(bool(np.isin(y, (0, 1)).all()), "sine_frequency: labels has {}, expected 0 and 1", np.unique(y))
    return float(np.pi * (1 + np.sum((1 - y) * 2.0 ** np.arange(1, len(y) + 1))))


def _above(scores: np.ndarray) -> np.ndarray:
    """Labellings by `score > a` for each row of scores (m, n) and every a, without repetition."""
    cuts = np.column_stack([np.full(len(scores), -np.inf), scores])
    return _distinct(scores[:, None] > cuts[:, :, None])


def _distinct(labellings: np.ndarray) -> np.ndarray:
    """The different rows along the last axis, in lexicographic order."""
    rows = labellings.reshape(-1, labellings.shape[-1]).astype(np.uint8)
    packed = np.ascontiguousarray(np.packbits(rows, axis=1))
    _, first = np.unique(packed.view(f"V{packed.shape[1]}").ravel(), return_index=True)
    return rows[np.sort(first)]


def _line(where: str, points: np.ndarray) -> np.ndarray:
    points = np.asarray(points, dtype=np.float64)
    require(points.ndim == 1 and len(points) > 0, "{}: points has shape {}, expected (n,)", where, points.shape)
    require_finite(where, "points", points)
    return points


def _plane(where: str, points: np.ndarray) -> np.ndarray:
    points = np.asarray(points, dtype=np.float64)
    require(points.ndim == 2 and points.shape[1] == 2 and len(points) > 0,
            "{}: points has shape {}, expected (n, 2)", where, points.shape)  # fmt: skip
    require_finite(where, "points", points)
    return points
