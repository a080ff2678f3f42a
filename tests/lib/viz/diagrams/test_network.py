"""The layer graph has the right units and lines, and shows weights by more than colour."""

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.patches import Circle

from derived.viz.diagrams import draw_network
from derived.viz.style import colors


def units(ax):
    return [patch for patch in ax.patches if isinstance(patch, Circle)]


@pytest.mark.parametrize("sizes", [[2, 3, 1], [1, 1], [4, 4, 4, 2]])
def test_every_unit_and_every_weight_is_drawn(sizes, overlaps):
    ax = draw_network(sizes, names=["layer"] * len(sizes))
    assert len(units(ax)) == sum(sizes)
    assert len(ax.lines) == sum(a * b for a, b in zip(sizes, sizes[1:], strict=False))
    assert not overlaps(ax)


def test_lines_join_units_of_neighbouring_layers():
    ax = draw_network([2, 2])
    centres = {tuple(np.round(unit.center, 6)) for unit in units(ax)}
    for line in ax.lines:
        start, end = (tuple(np.round(point, 6)) for point in line.get_xydata())
        assert {start, end} <= centres and start[0] < end[0]


def test_weights_show_in_width_dash_and_number(overlaps):
    weights = [np.array([[1.0, -0.5], [0.25, 0.0], [2.0, -2.0]])]
    ax = draw_network([2, 3], weights=weights, show_weights=True)
    lines = {tuple(line.get_ydata()): line for line in ax.lines}
    assert len(lines) == 6
    widths = sorted(line.get_linewidth() for line in ax.lines)
    assert widths[0] < widths[1] < widths[2] < widths[3] < widths[4] == widths[5]
    assert sum(line.is_dashed() for line in ax.lines) == 2
    assert {text.get_text() for text in ax.texts if text.get_text()} == {"1", "−0.5", "0.25", "0", "2", "−2"}
    assert not overlaps(ax)


def test_dropped_units_lose_their_lines():
    ax = draw_network([2, 3, 1], dropped=[(1, 0)])
    crosses = 2
    assert len(ax.lines) == (2 * 2 + 2) + crosses


def test_highlighted_units_are_filled():
    faces = {patch.get_facecolor() for patch in units(draw_network([2, 1], highlight=[(0, 1)]))}
    assert to_rgba(colors.light) in faces and len(faces) == 2


def test_own_labels():
    ax = draw_network([1, 1], labels=[["in"], ["out"]])
    assert [text.get_text() for text in ax.texts] == ["in", "out"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([3],), "sizes is .3., expected two layers"),
        (([3, 0],), "sizes is .3, 0."),
        (([3, 2], [np.ones((3, 2))]), r"weights have shapes \[\(3, 2\)\], expected \[\(2, 3\)\]"),
    ],
)
def test_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        draw_network(arguments[0], weights=arguments[1] if len(arguments) > 1 else None)
