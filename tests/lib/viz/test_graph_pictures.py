"""Pictures of graphs: as many lines, nodes and crosses as there are edges, nodes and mistakes."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy import sparse

from derived.topics import graph_matrices as gm
from derived.viz import graph_pictures as pictures


def test_every_edge_and_node_is_drawn_once():
    for A in (gm.cycle(6) + np.eye(6), sparse.csr_array(gm.cycle(6))):
        ax = pictures.draw_nodes(plt.figure().add_subplot(), pictures.circle_positions(6), A, np.arange(6) / 6,
                                 names="abcdef", marked=[2])  # fmt: skip
        (edges,), (dots, squares) = ax.lines, ax.collections
        assert np.isnan(edges.get_xdata()).sum() == 6 and len(edges.get_xdata()) == 18  # two ends and a cut each
        assert len(dots.get_offsets()) == 5 and len(squares.get_offsets()) == 1
        assert [t.get_text() for t in ax.texts] == list("abcdef")
    plt.close("all")


def test_positions_start_on_top():
    np.testing.assert_allclose(pictures.circle_positions(4), [[0, 1], [1, 0], [0, -1], [-1, 0]], atol=1e-15)


def test_wrong_signs_get_a_cross():
    scores = np.array([-1.0, 0.5, 0.0, 2.0])
    fig = pictures.draw_passing(pictures.circle_positions(4), gm.path(4), scores, [0], "a title",
                                right=np.array([-1, -1, 1, 1]))  # fmt: skip
    crosses = fig.axes[0].collections[-1]
    assert len(crosses.get_offsets()) == 2 and fig.axes[0].get_title() == "a title"
    plt.close("all")


def test_the_sign_of_a_small_score_is_seen():
    fig = pictures.draw_passing(pictures.circle_positions(3), gm.path(3), np.array([1.0, -1e-4, 0.0]), [0], "")
    np.testing.assert_allclose(fig.axes[0].collections[0].get_array(), [-(1e-4**0.2), 0])
    plt.close("all")


def test_a_matrix_of_another_size_is_named():
    with pytest.raises(ValueError, match="A has shape"):
        pictures.draw_nodes(plt.figure().add_subplot(), pictures.circle_positions(4), gm.path(3))
    plt.close("all")
