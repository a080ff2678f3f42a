"""The two neurons: parts are named, inputs and weights are all there, no text covers another."""

from matplotlib.patches import Circle, FancyArrowPatch

from derived.viz.diagrams import draw_artificial, draw_biological, draw_neuron


def test_parts_of_the_cell_are_named(overlaps):
    ax = draw_biological()
    words = " ".join(text.get_text() for text in ax.texts)
    assert all(part in words for part in ("dendrites", "cell body", "axon", "terminals"))
    assert not overlaps(ax)


def test_every_input_has_a_weight_and_an_arrow(overlaps):
    ax = draw_artificial(4)
    texts = [text.get_text() for text in ax.texts]
    assert all(f"$x_{{{k}}}$" in texts and f"$w_{{{k}}}$" in texts for k in (1, 2, 3, 4))
    assert sum(isinstance(patch, FancyArrowPatch) for patch in ax.patches) == 4 + 3
    assert sum(isinstance(patch, Circle) for patch in ax.patches) == 4 + 2
    assert not overlaps(ax)


def test_both_side_by_side(overlaps):
    left, right = draw_neuron()
    assert left.figure is right.figure
    assert not overlaps(left) and not overlaps(right)
