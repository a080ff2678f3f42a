"""The pictures of hidden units say what is there: lines where units switch, the boundary where the head is 0."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from derived import nn
from derived.topics.symmetries import permute_hidden
from derived.viz.features import draw_equal, draw_features, head_boundary, hidden_view, unit_lines


@pytest.fixture
def model():
    model = nn.MLP([2, 3, 1], "tanh", rng=np.random.default_rng(0))
    model[0].bias.data[:] = 0.1, -0.2, 0.3
    return model


@pytest.fixture
def data():
    rng = np.random.default_rng(1)
    return rng.standard_normal((20, 2)).astype(np.float32), np.arange(20) % 2


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_on_each_line_its_unit_is_zero(model):
    _, ax = plt.subplots()
    ax.set(xlim=(-1, 1), ylim=(-1, 1))
    unit_lines(ax, model[0])
    assert [text.get_text() for text in ax.texts] == ["1", "2", "3"]
    for k, line in enumerate(ax.lines):
        points = np.column_stack(line.get_data()).astype(np.float32)
        np.testing.assert_allclose(model[0](points).data[:, k], 0, atol=1e-5)
        shifted = points + np.float32([0.1, 0.37])
        assert np.abs(model[0](shifted).data[:, k]).min() > 1e-2  # a line in another place would be seen
    assert ax.get_xlim() == (-1, 1)


def test_a_unit_without_weights_has_no_line(model):
    model[0].weight.data[1] = 0
    _, ax = plt.subplots()
    unit_lines(ax, model[0])
    assert len(ax.lines) == 2


def test_inputs_of_another_dimension_are_refused():
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match="the layer has 3 inputs, expected 2"):
        unit_lines(ax, nn.Linear(3, 2, rng=np.random.default_rng(0)))


@pytest.mark.parametrize("hidden", [1, 2, 5])
def test_the_first_coordinate_is_the_output(hidden, data):
    model = nn.MLP([2, hidden, 1], "tanh", rng=np.random.default_rng(0))
    view = hidden_view(model, data[0])
    assert view.shape == (20, 2) and np.isfinite(view).all()
    np.testing.assert_allclose(view[:, 0], model(data[0]).data[:, 0], atol=1e-6)


def test_the_heads_line():
    head = nn.Linear(2, 1, rng=np.random.default_rng(1))
    _, ax = plt.subplots()
    head_boundary(ax, head)
    points = ax.collections[0].get_paths()[0].vertices
    np.testing.assert_allclose(points @ head.weight.data[0] + head.bias.data[0], 0, atol=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_the_heads_plane_is_seen_from_its_edge(seed):
    head = nn.Linear(3, 1, rng=np.random.default_rng(seed))
    _, ax = plt.subplots(subplot_kw={"projection": "3d"})
    drawn = []
    ax.plot_surface = lambda *grid, **look: drawn.append(np.stack([g.ravel() for g in grid], axis=1))
    head_boundary(ax, head)
    points = drawn[0][np.isfinite(drawn[0]).all(axis=1)]
    assert len(points) and np.abs(points).max() <= 1
    np.testing.assert_allclose(points @ head.weight.data[0] + head.bias.data[0], 0, atol=1e-6)
    elev, azim = np.radians(ax.elev), np.radians(ax.azim - 3)
    sight = [np.cos(elev) * np.cos(azim), np.cos(elev) * np.sin(azim), np.sin(elev)]
    assert abs(sight @ head.weight.data[0]) < 1e-6


def test_other_heads_are_refused():
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match="the head has 4 inputs, expected 2 or 3"):
        head_boundary(ax, nn.Linear(4, 1, rng=np.random.default_rng(0)))


def test_figures(model, data):
    fig = draw_features(model, *data, title="step 0")
    assert fig.axes[0].get_title(loc="left") == "step 0" or fig.axes[0].get_title() == "step 0"
    fig = draw_equal(model, permute_hidden(model, 1, [2, 0, 1]), units=["C", "A", "B"])
    titles = [ax.get_title() + ax.get_title(loc="left") for ax in fig.axes]
    assert {"A", "B", "C"} <= {text.get_text() for text in fig.axes[0].texts}
    assert any("moved by ≤" in title for title in titles)
