"""The pictures show what they are given: titles, limits, one circle a mode."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from derived.viz import generator_pictures as pictures


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_the_warped_grid_is_the_image_of_the_square():
    fig = pictures.draw_warp(lambda z: (2 * z + 1, np.full(len(z), 2 * np.log(2))), "twice", limit=1.0)
    lines = np.concatenate([line.get_xydata() for line in fig.axes[0].lines])
    assert lines.min() == pytest.approx(-1) and lines.max() == pytest.approx(3)
    assert "twice" in [fig.axes[0].get_title(loc=side) for side in ("left", "center")]
    colour = fig.axes[0].collections[0].get_array()
    assert np.max(colour) == pytest.approx(1 / (8 * np.pi), rel=1e-2)


def test_a_determinant_of_zero_is_drawn_without_a_warning():
    pictures.draw_warp(lambda z: (z, np.full(len(z), -np.inf)), "flat")


def test_density_game_ring_and_fit():
    _, ax = plt.subplots()
    grid = np.stack(np.meshgrid([0.0, 1.0], [2.0, 3.0]), axis=-1).reshape(-1, 2)
    pictures.draw_density(ax, grid, np.arange(4.0))
    np.testing.assert_array_equal(ax.collections[0].get_array().ravel(), np.arange(4))
    x = np.linspace(-1, 1, 5)
    game = pictures.draw_game(x, x**2, x**4, 0 * x + 0.5, "title")
    np.testing.assert_array_equal(game.axes[1].lines[0].get_ydata(), 0.5)
    ring = pictures.draw_ring(np.zeros((3, 2)), np.ones((4, 2)), "ring")
    assert len(ring.axes[0].patches) == 4
    fit = pictures.draw_fit(x, x**2, x**4, "fit")
    np.testing.assert_array_equal(fit.axes[0].lines[1].get_ydata(), x**4)
