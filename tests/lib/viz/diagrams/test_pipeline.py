"""Block diagrams: every box and arrow is there and readable."""

import pytest
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from derived.viz.diagrams import draw_pipeline


def count(ax, kind):
    return sum(isinstance(patch, kind) for patch in ax.patches)


def test_the_training_loop(overlaps):
    ax = draw_pipeline()
    assert {text.get_text() for text in ax.texts} == {
        "data", "layers", "prediction", "loss", "optimiser", "weights", "gradient", "update",
    }  # fmt: skip
    assert count(ax, FancyArrowPatch) == 6
    assert not overlaps(ax)


def test_a_single_row_is_a_chain(overlaps):
    ax = draw_pipeline(["encoder", "context\nvector", "decoder"], highlight=["decoder"])
    assert count(ax, FancyArrowPatch) == 2 and count(ax, FancyBboxPatch) == 3
    assert not overlaps(ax)


def test_rows_without_arrows_get_none():
    assert count(draw_pipeline([["a", "b"], ["c", None]], []), FancyArrowPatch) == 0


def test_refuses_an_arrow_to_nowhere():
    with pytest.raises(ValueError, match="arrows name .'z'."):
        draw_pipeline(["a", "b"], [("a", "z")])
