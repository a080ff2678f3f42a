"""Diagrams of gated units and encoder-decoders."""

import matplotlib.pyplot as plt
import pytest

from derived.viz import gate_pictures as pictures


@pytest.mark.parametrize("cell", [pictures.LSTM, pictures.GRU])
def test_every_arrow_joins_known_nodes_and_every_text_is_drawn(cell):
    nodes, arrows = cell
    assert {name for line in arrows for name in line[:2]} == set(nodes)
    ax = pictures.draw_cell(cell, highlight=[arrows[0][:2]])
    drawn = {text.get_text() for text in ax.texts}
    assert {text for _, text, _ in nodes.values() if text} <= drawn
    plt.close("all")


def test_the_decoder_is_fed_the_right_letters_or_its_own():
    forced = pictures.draw_encoder_decoder("ab", "xyz")
    assert [t.get_text() for t in forced.texts if t.get_text()].count("x") == 2
    free = pictures.draw_encoder_decoder("ab", "xyz", forced=False)
    assert [t.get_text() for t in free.texts if t.get_text()].count("x") == 1
    plt.close("all")
