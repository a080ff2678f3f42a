"""Regions and lines lie where the classifier and the weights put them."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from derived.viz import boundaries

LINE = np.array([1.0, -2.0])


@pytest.fixture
def ax():
    _, axes = plt.subplots()
    axes.set(xlim=(-2, 2), ylim=(-1, 3))
    yield axes
    plt.close("all")


@pytest.fixture
def points():
    X = np.random.default_rng(0).normal(size=(40, 2))
    return X, np.where(X @ LINE + 0.3 >= 0, 1, -1)


def borders(ax):
    paths = [path for drawn in ax.collections for path in drawn.get_paths() if hasattr(drawn, "levels")]
    return np.vstack([path.vertices for path in paths])


WAYS = {
    "labels": ({}, lambda p: np.where(p @ LINE + 0.3 >= 0, 1, -1), 0.03),
    "threshold": ({"threshold": 0.1}, lambda p: p @ LINE + 0.4, 1e-9),
    "scores": ({}, lambda p: np.column_stack([np.zeros(len(p)), p @ LINE + 0.3]), 1e-9),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_border_is_where_the_classifier_changes_its_mind(ax, points, way):
    options, predict, tolerance = WAYS[way]
    boundaries.decision_boundary(ax, predict, *points, **options)
    assert np.abs(borders(ax) @ LINE + 0.3).max() <= tolerance
    assert ax.images[0].get_array()[0, 0] == (points[0].min(axis=0) @ LINE + 0.3 >= 0)


def test_three_classes_by_scores(ax):
    centres = np.array([[0, 1], [1, -1], [-1, -1]])
    X = np.random.default_rng(0).normal(size=(60, 2))
    y = ((X[:, None] - centres) ** 2).sum(2).argmin(1)
    boundaries.decision_boundary(ax, lambda p: -((p[:, None] - centres) ** 2).sum(2), X, y)
    assert set(np.unique(ax.images[0].get_array())) == {0, 1, 2}


def test_classes_differ_in_colour_and_marker(ax, points):
    boundaries.scatter_classes(ax, *points)
    first, second = ax.collections
    assert not np.array_equal(first.get_facecolor(), second.get_facecolor())
    assert not np.array_equal(first.get_paths()[0].vertices, second.get_paths()[0].vertices)
    assert ax.get_legend_handles_labels()[1] == ["class −1", "class +1"]


@pytest.mark.parametrize(("count", "stored"), [(999, False), (1001, True)])
def test_many_points_are_stored_as_an_image(ax, count, stored):
    boundaries.scatter_classes(ax, np.zeros((count, 2)), np.zeros(count, dtype=int))
    assert bool(ax.collections[0].get_rasterized()) is stored


@pytest.mark.parametrize(("w", "b"), [((1, 1), -0.5), ((-2, 0.5), 0.3), ((0, 1), -1), ((1, 0), 0)])
def test_half_plane_line_and_side(ax, w, b):
    boundaries.half_plane(ax, w, b)
    line = ax.lines[0].get_xydata()
    np.testing.assert_allclose(line @ np.array(w, dtype=float) + b, 0, atol=1e-9)
    corners = ax.patches[0].get_xy()
    assert (corners @ np.array(w, dtype=float) + b).min() >= -1e-9
    assert (corners @ np.array(w, dtype=float) + b).max() > 0.1


@pytest.mark.parametrize(("b", "tinted"), [(1.0, 1), (-1.0, 0)])
def test_half_plane_without_weights_has_no_line(ax, b, tinted):
    boundaries.half_plane(ax, (0, 0), b)
    assert not ax.lines and len(ax.patches) == tinted


def test_the_limits_stay(ax):
    boundaries.half_plane(ax, (1, 1))
    assert ax.get_xlim() == (-2, 2) and ax.get_ylim() == (-1, 3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda ax, X, y: boundaries.decision_boundary(ax, lambda p: p[:, 0], X, y), "expected labels among"),
        (lambda ax, X, y: boundaries.decision_boundary(ax, lambda p: [1], X, y), r"predict returned \(1,\)"),
        (lambda ax, X, y: boundaries.decision_boundary(ax, len, X[:, :1], y), r"X has shape \(40, 1\)"),
        (lambda ax, X, y: boundaries.scatter_classes(ax, X, y[:3]), r"y has shape \(3,\)"),
        (lambda ax, X, y: boundaries.half_plane(ax, [1, 2, 3]), r"w has shape \(3,\)"),
    ],
)
def test_refuses(ax, points, call, message):
    with pytest.raises(ValueError, match=message):
        call(ax, *points)
