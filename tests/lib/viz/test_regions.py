"""A map in few shades: neighbours differ, one region keeps one shade."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from derived.viz.regions import draw_map, shades


@pytest.mark.parametrize("count", [1, 2, 40])
def test_neighbours_differ(count):
    rng = np.random.default_rng(count)
    centres, grid = rng.random((count, 2)), np.stack(np.meshgrid(*[np.linspace(0, 1, 50)] * 2), axis=-1)
    labels = np.linalg.norm(grid[:, :, None] - centres, axis=-1).argmin(axis=2)
    labels = np.unique(labels, return_inverse=True)[1].reshape(50, 50)
    shade = shades(labels)
    for here, there in ((np.s_[:, 1:], np.s_[:, :-1]), (np.s_[1:], np.s_[:-1])):
        assert np.all((shade[here] == shade[there]) <= (labels[here] == labels[there]))
        assert np.all((labels[here] == labels[there]) <= (shade[here] == shade[there]))
    assert len(set(zip(labels.ravel(), shade.ravel(), strict=True))) == labels.max() + 1
    assert shade.max() < 7


def test_a_single_row():
    assert shades(np.array([[0, 0, 1, 0]])).tolist() == [[0, 0, 1, 0]]


def test_drawing_puts_the_first_row_at_the_bottom():
    _, ax = plt.subplots()
    draw_map(ax, np.array([[0, 0], [1, 1]]), (0, 2, -1, 1))
    assert ax.get_ylim() == (-1, 1) and ax.images[0].origin == "lower"
    plt.close("all")
