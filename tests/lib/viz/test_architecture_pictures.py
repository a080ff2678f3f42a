"""The pictures of blocks show what they are asked for, and their bars and curves are the counts and gradients."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from derived.viz import architecture_pictures as pictures


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_inception_writes_the_width_in():
    plain, marked = texts(pictures.draw_inception()), texts(pictures.draw_inception(width=16))
    assert plain.count("1×1") == 4 and marked.count("1×1") == 3 and "1×1: 16" in marked
    for name in ("3×3", "5×5", "pool 3×3", "input", "concatenate"):
        assert plain.count(name) == marked.count(name) == 1


@pytest.mark.parametrize(("width", "cheaper"), [(16, True), (154, True), (155, False)])
def test_bars_are_the_multiplications(width, cheaper):
    direct, first, second = (bar.get_width() for bar in pictures.draw_bottleneck(width).axes[1].patches)
    assert np.isclose(direct, 28**2 * 25 * 192 * 32 / 1e6)
    assert np.isclose(first, 28**2 * 192 * width / 1e6) and np.isclose(second, 28**2 * 25 * width * 32 / 1e6)
    assert (first + second < direct) == cheaper


def test_blocks_differ_by_their_shortcuts():
    patches = {name: len(pictures.draw_block(name).patches) for name in ("none", "add", "concatenate")}
    assert patches["add"] == patches["none"] + 3 * 2 and patches["concatenate"] == patches["none"] + 6


@pytest.mark.parametrize(("connection", "points"), [("none", 11), ("add", 6), ("concatenate", 11)])
def test_gradients_along_the_network(connection, points):
    ax = pictures.draw_connection(connection, 12).axes[1]
    *seeds, mean = (line.get_ydata() for line in ax.lines)
    assert len(seeds) == 5 and mean.shape == (points,)
    assert np.allclose(np.log(mean), np.mean(np.log(seeds), axis=0))
    low, high = ax.get_ylim()
    assert low < np.min(seeds) and np.max(seeds) < high
    if connection == "add":
        assert np.allclose(mean, mean[0])
