"""Probability surfaces and the simplex: what is drawn where."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from derived.viz.probabilities import barycentric, draw_simplex, probability_surface


@pytest.fixture
def ax():
    fig, ax = plt.subplots()
    yield ax
    plt.close(fig)


def test_surface_marks_one_half_where_the_probability_is_one_half(ax):
    X, y = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([0, 1])
    probability_surface(ax, lambda P: 8 * (P[:, 0] - 0.3), X, y, limits=(-1, 1, -1, 1))
    lines = ax.collections[1]
    assert 1.8 in lines.get_linewidths()
    bold = lines.get_paths()[list(lines.get_linewidths()).index(1.8)]
    np.testing.assert_allclose(bold.vertices[:, 0], 0.3, atol=0.01)
    assert ax.get_xlim() == (-1, 1)


def test_surface_of_a_constant_and_of_a_wrong_shape(ax):
    X, y = np.zeros((2, 2)), np.array([0, 1])
    probability_surface(ax, lambda P: np.zeros(len(P)), X, y, limits=(-1, 1, -1, 1))
    with pytest.raises(ValueError, match="logits returned"):
        probability_surface(ax, lambda P: P, X, y, limits=(-1, 1, -1, 1))


def test_barycentric_corners_and_centre():
    corners = barycentric(np.eye(3))
    np.testing.assert_allclose(np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1), 1)
    np.testing.assert_allclose(barycentric(np.full((1, 3), 1 / 3)), [corners.mean(axis=0)])
    with pytest.raises(ValueError, match=r"\(2,\)"):
        barycentric(np.ones(2))


def test_simplex_names_its_corners(ax):
    draw_simplex(ax, "abc")
    assert [text.get_text() for text in ax.texts] == ["a", "b", "c"]
