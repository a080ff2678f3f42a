"""Labellings counted one by one, beside convex hulls, closed forms and a search over all cuts."""

from itertools import combinations, product
from math import comb

import numpy as np
import pytest

from derived.topics import growth_function as gf
from derived.topics.separability import augment, count_dichotomies


@pytest.mark.parametrize("n", [1, 2, 5, 8])
def test_closed_forms(n):
    assert gf.growth("thresholds", n) == n + 1
    assert gf.growth("intervals", n) == 1 + n + comb(n, 2)
    assert gf.growth("two intervals", n) == gf.sauer_bound(n, 4)
    assert gf.growth("half-planes", n) == n * n - n + 2


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_half_planes_by_linear_programs(n):
    rng = np.random.default_rng(n)
    for points in (rng.standard_normal((n, 2)), np.column_stack([np.arange(n), 2 * np.arange(n)])):
        assert len(gf.half_planes(points)) == count_dichotomies(augment(points))
    corners = np.array([[0, 0], [1, 0], [0, 1], [1, 1], [0.5, 0.5]])
    assert len(gf.half_planes(corners)) == count_dichotomies(augment(corners))


def test_rectangles_and_intervals_by_all_cuts():
    points = np.random.default_rng(1).random((5, 2))
    cuts = np.linspace(-0.01, 1.01, 40)
    sides = list(combinations(cuts, 2))
    on_line = {tuple((a < points[:, 0]) & (points[:, 0] <= b)) for a, b in sides}
    assert on_line <= {tuple(row.astype(bool)) for row in gf.intervals(points[:, 0])}
    ranks = np.argsort(np.argsort(points, axis=0), axis=0)
    edges = list(product(range(-1, 5), range(-1, 5)))
    brute = {tuple((a < ranks[:, 0]) & (ranks[:, 0] <= b) & (c < ranks[:, 1]) & (ranks[:, 1] <= d))
             for a, b in edges for c, d in edges}  # fmt: skip
    assert brute == {tuple(row.astype(bool)) for row in gf.rectangles(points)}


def test_equal_points_have_equal_labels():
    assert len(gf.thresholds([1.0, 1.0, 2.0])) == 3


def test_dimensions_and_growth_of_rectangles():
    assert [gf.vc_dimension(name, 5) for name in gf.FAMILIES] == [1, 2, 4, 3, 4]
    assert [gf.growth("rectangles", n) for n in range(6)] == [1, 2, 4, 8, 16, 28]


def test_sauer_and_shattered_subsets():
    assert gf.sauer_bound(10, 3) == 1 + 10 + 45 + 120 and gf.sauer_bound(3, 8) == 8
    assert gf.log_sauer(400, 60) == pytest.approx(np.log(float(gf.sauer_bound(400, 60))))
    assert gf.log_sauer(9000, 900) > 710
    rng = np.random.default_rng(2)
    for m in (1, 3, 9):
        L = rng.permutation(np.array(list(product((0, 1), repeat=4))))[:m]
        found = gf.shattered_subsets(L)
        assert len(found) >= m
        for S in found:
            assert {tuple(row) for row in L[:, list(S)]} == set(product((0, 1), repeat=len(S)))


def test_one_sine_labels_anything():
    for y in product((0, 1), repeat=8):
        assert ((np.sin(gf.sine_frequency(y) * 2.0 ** -np.arange(1, 9)) > 0) == np.array(y)).all()


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="family"):
        gf.growth("half-plane", 3)
    with pytest.raises(ValueError, match="n is 8"):
        gf.growth("rectangles", 8)
    with pytest.raises(ValueError, match="equal rows"):
        gf.half_planes(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="points has shape"):
        gf.thresholds(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="expected 0 and 1"):
        gf.sine_frequency([1, -1])
