"""What the figures of associative memories say: the values drawn, the overlaps, the counts of spurious bits."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from derived.topics.hopfield import random_patterns
from derived.topics.willshaw import expected_fill
from derived.viz import associative


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_states_stand_in_their_rows_and_columns():
    states = random_patterns(6, 4, np.random.default_rng(0)).reshape(2, 3, 4)
    ax = associative.draw_states(states, ["a", "b"], ["x", "y", "z"], side=2).axes[0]
    board = ax.images[0].get_array()
    assert board.shape == (7, 10) and np.array_equal(board[1:3, 1:3], states[0, 0].reshape(2, 2))
    assert np.array_equal(board[4:6, 7:9], states[1, 2].reshape(2, 2)) and board.mask[::3].all()
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["x", "y", "z"]


def test_states_must_fit_the_names():
    with pytest.raises(ValueError, match=r"states has shape \(1, 3, 4\), expected \(2, 3, 4\)"):
        associative.draw_states(np.ones((1, 3, 4)), ["a", "b"], ["x", "y", "z"], side=2)


@pytest.mark.parametrize(("n", "r", "s"), [(16, 1, 1), (64, 4, 200)])
def test_store_shows_fill_and_spurious_bits(n, r, s):
    left, right = associative.draw_store(n, r, s).axes
    assert f"formula {expected_fill(n, r, s):.0%}" in left.get_title(loc="left") + left.get_title()
    spurious = len(right.lines[-1].get_xdata())
    assert right.texts[-1].get_text().startswith(f"spurious: {spurious} here")


def test_recall_of_one_pattern_ends_there():
    patterns = random_patterns(3, 64, np.random.default_rng(0))
    pictures, energies = associative.draw_recall(patterns, 1, 10).axes
    texts = [text.get_text() for text in pictures.texts]
    assert texts == ["stored", "overlap 1.00", "start", "overlap 0.69", "end", "overlap 1.00"]
    stored, _, end = (image.get_array() for image in pictures.images)
    assert np.array_equal(stored, patterns[0].reshape(8, 8)) and np.array_equal(end, stored)
    energy = energies.lines[0].get_ydata()
    assert len(energy) == 11 and (np.diff(energy) < 0).all() and np.isclose(energy[-1], -1)


def test_path_starts_from_the_damage_asked_for():
    patterns = random_patterns(2, 64, np.random.default_rng(0))
    path, energies = associative.recall_path(patterns, 2, 5)
    assert path.shape == (len(energies), 64) and np.sum(path[0] != patterns[0]) == 5
