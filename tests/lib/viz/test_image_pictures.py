"""Tiles stand in rows, empty ones are left out, and signed maps are symmetric about white."""

import matplotlib.pyplot as plt
import numpy as np

from derived.viz.image_pictures import draw_signed, tiles


def test_tiles():
    grey, colour, signed = np.zeros((1, 4, 4)), np.full((3, 4, 4), 1.2), np.array([[1.0, -2.0]])
    fig = tiles([[grey, colour], [signed, None]], ["a", "b"], ["first", "second"], width=4)
    assert len(fig.axes) == 3 and [t.get_text() for t in fig.texts] == ["a", "b", "first", "second"]
    boxes = [ax.get_position() for ax in fig.axes]
    assert boxes[0].x1 < boxes[1].x0 and boxes[2].y1 < boxes[0].y0 and all(b.y0 >= 0 and b.x1 <= 1 for b in boxes)
    assert fig.axes[2].images[0].get_clim() == (-2, 2)
    plt.close(fig)


def test_grey_images_of_one_shape_share_their_axes():
    rng = np.random.default_rng(0)
    row = [rng.random((1, 8, 8)) for _ in range(3)]
    fig = tiles([row, [*row[:2], None]], width=3)
    assert len(fig.axes) == 3
    strip = fig.axes[0].images[0].get_array()
    assert strip.shape == (24, 3 * 24 + 2 * 2)
    for k, image in enumerate(row):
        np.testing.assert_array_equal(strip[::3, 26 * k : 26 * k + 24 : 3], image[0])
    box, single = (ax.get_position() for ax in fig.axes[:2])
    assert abs(box.x0 - single.x0) < 0.005 and abs(box.height - single.height) < 0.005
    plt.close(fig)


def test_a_map_of_zeros():
    _, ax = plt.subplots()
    draw_signed(ax, np.zeros((2, 2)), "nothing")
    assert ax.images[0].get_clim() == (-1, 1) and ax.get_title(loc="left") + ax.get_title() == "nothing"
    plt.close("all")
