"""The loop of training: every box and arrow is there and readable."""

from matplotlib.patches import FancyArrowPatch

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
