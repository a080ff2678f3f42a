"""Computation graphs: layout in the order of the computation, values below, gradients above."""

import pytest

from derived.viz.diagrams import draw_graph
from derived.viz.diagrams.graph import layout
from derived.viz.style import colors

NETWORK = {
    "x1": "$x_1$", "x2": "$x_2$", "a1": "$a_1$", "a2": "$a_2$",
    "h1": "$h_1$", "h2": "$h_2$", "y": "$y$", "t": "$t$", "L": "$L$",
}  # fmt: skip
EDGES = [
    ("x1", "a1"), ("x1", "a2"), ("x2", "a1"), ("x2", "a2"), ("a1", "h1"),
    ("a2", "h2"), ("h1", "y"), ("h2", "y"), ("y", "L"), ("t", "L"),
]  # fmt: skip


def places(ax, text):
    return next(shown.get_position() for shown in ax.texts if shown.get_text() == text)


def test_every_edge_points_to_the_right():
    at = layout(list(NETWORK), EDGES)
    assert all(at[start][0] < at[end][0] for start, end in EDGES)


def test_no_two_nodes_share_a_place():
    at = layout(list(NETWORK), EDGES)
    for a in at:
        for b in at:
            assert a == b or at[a][0] != at[b][0] or abs(at[a][1] - at[b][1]) >= 1 - 1e-9


def test_an_input_stands_beside_its_first_use():
    at = layout(list(NETWORK), EDGES)
    assert at["t"][0] == at["L"][0] - 1


def test_parallel_chains_do_not_cross():
    at = layout(["a", "b", "c", "d", "e", "f"], [("a", "d"), ("b", "c"), ("c", "e"), ("d", "f")])
    assert (at["a"][1] < at["b"][1]) == (at["d"][1] < at["c"][1]) == (at["f"][1] < at["e"][1])


def test_values_below_and_gradients_above_in_red(overlaps):
    values = {name: 1.2345 for name in NETWORK}
    gradients = {name: -0.056789 - k for k, name in enumerate(NETWORK)}
    ax = draw_graph(NETWORK, EDGES, values=values, gradients=gradients, highlight=["y"])
    assert places(ax, "∂ −0.0568")[1] > places(ax, "$x_1$")[1]
    red = [text for text in ax.texts if text.get_color() == colors.red]
    assert len(red) == len(NETWORK)
    assert sum(text.get_text() == "1.23" for text in ax.texts) == len(NETWORK)
    assert not overlaps(ax)


def test_a_step_shows_only_what_is_known():
    ax = draw_graph(["x", "f"], [("x", "f")], values={"x": 2}, derivatives={("x", "f"): "3x²"})
    assert [text.get_text() for text in ax.texts] == ["x", "2", "f", "3x²"]


def test_positions_can_be_given():
    ax = draw_graph(["x", "f"], [("x", "f")], positions={"x": (0, 0), "f": (0, 2)})
    assert places(ax, "x")[0] == places(ax, "f")[0]


@pytest.mark.parametrize(
    ("edges", "message"), [([("x", "g")], "edges name .'g'."), ([("x", "f"), ("f", "x")], "edges form a cycle")]
)
def test_refuses(edges, message):
    with pytest.raises(ValueError, match=message):
        draw_graph(["x", "f"], edges)
