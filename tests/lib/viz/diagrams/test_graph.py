"""Computation graphs: nodes where they are put, values below, gradients above."""

import pytest

from derived.viz.diagrams import draw_graph
from derived.viz.style import colors

NETWORK = {
    "x1": "$x_1$", "x2": "$x_2$", "a1": "$a_1$", "a2": "$a_2$",
    "h1": "$h_1$", "h2": "$h_2$", "y": "$y$", "t": "$t$", "L": "$L$",
}  # fmt: skip
EDGES = [
    ("x1", "a1"), ("x1", "a2"), ("x2", "a1"), ("x2", "a2"), ("a1", "h1"),
    ("a2", "h2"), ("h1", "y"), ("h2", "y"), ("y", "L"), ("t", "L"),
]  # fmt: skip
AT = {"x1": (0, 1), "x2": (0, 0), "a1": (1, 1), "a2": (1, 0), "h1": (2, 1), "h2": (2, 0), "y": (3, 0.5), "t": (3, -0.5),
      "L": (4, 0)}  # fmt: skip


def places(ax, text):
    return next(shown.get_position() for shown in ax.texts if shown.get_text() == text)


def test_values_below_and_gradients_above_in_red(overlaps):
    values = {name: 1.2345 for name in NETWORK}
    gradients = {name: -0.056789 - k for k, name in enumerate(NETWORK)}
    ax = draw_graph(NETWORK, EDGES, AT, values=values, gradients=gradients, highlight=["y"])
    assert places(ax, "∂ −0.0568")[1] > places(ax, "$x_1$")[1]
    red = [text for text in ax.texts if text.get_color() == colors.red]
    assert len(red) == len(NETWORK)
    assert sum(text.get_text() == "1.23" for text in ax.texts) == len(NETWORK)
    assert not overlaps(ax)


def test_a_step_shows_only_what_is_known():
    ax = draw_graph(["x", "f"], [("x", "f")], {"x": (0, 0), "f": (0, 2)}, values={"x": 2})
    assert [text.get_text() for text in ax.texts] == ["x", "2", "f"]
    assert places(ax, "x")[0] == places(ax, "f")[0]


def test_refuses_an_edge_to_nowhere():
    with pytest.raises(ValueError, match="edges name .'g'."):
        draw_graph(["x", "f"], [("x", "g")], {"x": (0, 0), "f": (1, 0)})
