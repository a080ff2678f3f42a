"""Diagrams of recurrent networks: as many units and arrows as there are."""

import matplotlib.pyplot as plt
import pytest
from matplotlib.patches import Circle, FancyArrowPatch

from derived.viz.diagrams import draw_folded, draw_unrolled


def parts(ax):
    circles = [p for p in ax.patches if isinstance(p, Circle)]
    arrows = [p for p in ax.get_children() if isinstance(p, FancyArrowPatch)]
    return len(circles), len(arrows)


def test_folded():
    assert parts(draw_folded()) == (3, 3)
    plt.close("all")


@pytest.mark.parametrize("steps", [1, 2, 4])
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_unrolled(steps, layers):
    assert parts(draw_unrolled(steps, layers)) == (steps * (layers + 2), steps * (layers + 1) + layers * (steps - 1))
    plt.close("all")


def test_bidirectional():
    ax = draw_unrolled(3, bidirectional=True)
    assert parts(ax) == (12, 12 + 4)
    assert {t.get_text() for t in ax.texts if "g" in t.get_text()} == {"$g_1$", "$g_2$", "$g_3$"}
    plt.close("all")
