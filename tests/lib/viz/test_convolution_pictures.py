"""The pictures show what the library computes."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from derived.topics.convolution_matrices import weight_index
from derived.topics.receptive_fields import Stage
from derived.viz import convolution_pictures as cp


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


@pytest.mark.parametrize("layer", cp.LAYERS)
def test_sliding(layer):
    kernel, s = cp.LAYERS[layer]
    theirs = torch.nn.functional.conv2d(torch.tensor(cp.IMAGE)[None, None], torch.tensor(kernel)[None, None], None,
                                        s.stride, s.padding, s.dilation)  # fmt: skip
    np.testing.assert_allclose(cp.sliding_value(layer), theirs[0, 0], atol=1e-12)
    figure = cp.draw_sliding(layer, 5)
    numbers = [t for t in figure.axes[0].texts if t.get_position()[0] > 8 and t.get_position()[1] > 1]
    written = [t.get_text().replace("−", "-") for t in numbers]
    assert written == [f"{v:.0f}" for v in theirs.numpy().ravel()[:5] + 0.0]


def test_matrix_and_connections():
    fig, (ax, bx) = plt.subplots(2)
    cp.draw_matrix(ax, weight_index((2, 2), (4, 4)), (4, 4))
    cp.draw_connections(bx, (2, 2), (4, 4))
    assert len(ax.texts) == 36 and len(bx.lines) == 36 + 2


def test_windows_and_images():
    figure = cp.draw_windows([Stage(3), Stage(3, 2)], 31)
    assert "5 pixels" in figure.axes[0].get_title(loc="left") + figure.axes[0].get_title()
    fig, ax = plt.subplots()
    cp.draw_gray(ax, np.zeros((2, 3)), "zero", limit=1)
    assert ax.images[0].get_clim() == (-1, 1)


def test_numbers():
    fig, ax = plt.subplots()
    cp.draw_numbers(ax, np.array([[1.0, -2], [0.5, 0]]), "four", marked=np.eye(2, dtype=bool), window=2)
    assert [t.get_text() for t in ax.texts] == ["1", "−2", "0.5", "0"]
    assert len(ax.patches) == 1 + 2 and len(ax.collections) == 4 and ax.get_title(loc="left") + ax.get_title() == "four"
