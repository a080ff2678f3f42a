"""The figures of the chapter on threshold units draw what they are told."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from derived.topics.perceptron import Perceptron
from derived.viz import threshold_units


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def texts(fig):
    return [text.get_text() for ax in fig.axes for text in ax.texts]


@pytest.mark.parametrize(
    ("weights", "name"),
    [((1, 1, -1.5), "AND"), ((1, 1, -0.5), "OR"), ((-1, -1, 1.5), "NAND"), ((0, 1, -0.5), "x₂"), ((0, 0, 0), "TRUE"),
     ((1, -1, -0.5), "x₁ ∧ ¬x₂")],
)  # fmt: skip
def test_unit_names_the_function_that_it_computes(weights, name):
    assert texts(threshold_units.draw_unit(*weights))[-1] == f"computes  {name}"


@pytest.mark.parametrize("k", [0, 6, 9, 15])
def test_network_shows_its_table(k):
    table = [(k >> place) & 1 for place in (3, 2, 1, 0)]
    shown = texts(threshold_units.draw_boolean_network(table))
    assert shown[-1] == f"computes  {threshold_units.BOOLEAN_NAMES[k]}"
    assert [text for text in shown if text in ("0", "1")] == [str(bit) for bit in table]


def test_run_stops_at_its_end_and_circles_the_next_mistake():
    X, y = np.array([[1.0, 0.4], [0.618, -0.4]]), np.array([1, -1])
    run = Perceptron().fit(X, y)
    arguments = (X, y, run.path, run.mistakes, np.array([0.0, 1.0]))
    first, last = threshold_units.draw_run(*arguments, 1), threshold_units.draw_run(*arguments, 99)
    circled = [line for line in first.axes[0].lines if line.get_markersize() == 15]
    assert np.array_equal(np.ravel(circled[0].get_data()), X[run.mistakes[1]])
    assert not [line for line in last.axes[0].lines if line.get_markersize() == 15]
    assert last.axes[2].get_title(loc="left").startswith(f"{run.updates} updates of at most 7") or \
        last.axes[2].get_title().startswith(f"{run.updates} updates of at most 7")


def test_feature_map_has_a_line_on_the_right():
    X, y = np.array([[0.5, 0.0], [0.0, 1.5]]), np.array([-1, 1])
    theta = np.array([1.0, 1.0, -1.0])
    fig = threshold_units.draw_feature_map(X, y, ("a", "b"), X**2, theta, lambda x: (x**2).sum(1) - 1)
    line = fig.axes[1].lines[0].get_xydata()
    assert np.allclose(line @ theta[:2] + theta[2], 0)
