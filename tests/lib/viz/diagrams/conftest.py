"""Diagrams are drawn in the book's style, and no text may cover another."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from derived.viz import use_style


@pytest.fixture(autouse=True)
def own_style():
    with mpl.rc_context():
        use_style()
        yield
        plt.close("all")


@pytest.fixture
def overlaps():
    """The pairs of texts of some axes whose boxes intersect, and the texts that the picture cuts off."""

    def found(ax):
        figure = ax.get_figure()
        figure.canvas.draw()
        texts = [text for text in ax.texts if text.get_text().strip()]
        boxes = [text.get_window_extent() for text in texts]
        pairs = [(i, k) for i in range(len(texts)) for k in range(i) if boxes[i].overlaps(boxes[k])]
        faults = [f"{texts[i].get_text()!r} over {texts[k].get_text()!r}" for i, k in pairs]
        left, bottom, right, top = figure.bbox.extents
        for text, box in zip(texts, boxes, strict=True):
            if box.x0 < left - 1 or box.y0 < bottom - 1 or box.x1 > right + 1 or box.y1 > top + 1:
                faults.append(f"{text.get_text()!r} is cut off")
        return faults

    return found
