"""Images as sequences of rows: the order of the pixels, and that it learns."""

import numpy as np
import pytest

from derived import nn
from derived.data import load_digits_split
from derived.topics.row_reader import RowReader, read_digits


@pytest.mark.parametrize("bidirectional", [False, True])
def test_rows_are_steps(bidirectional):
    rng = np.random.default_rng(0)
    layer = nn.RNN(3, 4, bidirectional=bidirectional, rng=rng, dtype=np.float64)
    model = RowReader(layer, 2, rng=rng)
    images = rng.standard_normal((5, 12))
    for image, scores in zip(images, model(images).data, strict=True):
        last = layer(image.reshape(4, 3))[1].data.ravel()  # forward, then backward last state
        np.testing.assert_allclose(scores, model.output(last[None]).data[0], atol=1e-6)


def test_a_few_epochs_are_far_above_chance():
    data = load_digits_split()
    for options in ({}, {"lr": 0.03, "decay": True}):
        assert read_digits(data, nn.RNN(8, 32, rng=np.random.default_rng(0)), 0, epochs=4, **options) > 0.7
