"""Drawing area and arrows."""

import matplotlib.pyplot as plt
import pytest
from matplotlib.path import Path

from derived.viz.diagrams.canvas import arrow, blank, box, circle


def test_blank_makes_a_figure_of_fitting_size_or_uses_the_axes_given():
    ax = blank(None, (0, 20), (0, 2))
    assert tuple(ax.figure.get_size_inches()) == (8.0, 1.2)
    mine = plt.figure().subplots()
    assert blank(mine, (0, 1), (0, 1)) is mine
    assert mine.get_aspect() == 1 and not mine.axison


def test_an_arrow_stops_at_the_border_of_its_nodes():
    ax = blank(None, (-1, 5), (-1, 1))
    ends = circle(ax, (0, 0), 0.5), circle(ax, (4, 0), 0.5)
    line = arrow(ax, (0, 0), (4, 0), ends)
    ax.figure.canvas.draw()
    path = line.get_path()
    xs = path.vertices[path.codes != Path.CLOSEPOLY, 0]
    assert 0.5 <= xs.min() < 0.7 and 3.3 < xs.max() <= 3.5


def test_a_straight_arrow_stops_at_the_side_of_a_box():
    ax = blank(None, (-1, 5), (-3, 3))
    ends = box(ax, (0, 0), (1.0, 0.6)), box(ax, (4, 2), (1.0, 0.6))
    line = arrow(ax, (0, 0), (4, 2), ends)
    start, end = line._posA_posB
    assert start == pytest.approx((0.5, 0.25)) and end == pytest.approx((3.5, 1.75))
    assert arrow(ax, (0, 0), (0, -2), (ends[0], None))._posA_posB == [pytest.approx((0, -0.3)), (0, -2)]
