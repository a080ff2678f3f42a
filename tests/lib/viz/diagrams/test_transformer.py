"""The diagram of the transformer names its parts, each arrow inside the picture."""

import matplotlib.pyplot as plt

from derived.viz.diagrams import draw_transformer


def test_parts_are_named():
    ax = draw_transformer(layers="6")
    texts = [t.get_text() for t in ax.texts]
    for name, count in {"self-attention": 1, "causal self-attention": 1, "cross-attention": 1, "feed-forward": 2,
                        "embedding + position": 2, "× 6": 2, "+, N": 5}.items():  # fmt: skip
        assert texts.count(name) == count, name
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    for text in ax.texts:
        x, y = text.get_position()
        assert left < x < right and bottom < y < top
    plt.close(ax.figure)
