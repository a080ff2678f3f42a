"""Which results count as equal, and how a difference is put in words."""

import numpy as np
import pytest

from derived.exercises.comparison import difference, text


class Boxed:
    """Stands for a tensor: an object with its array in ``data``."""

    def __init__(self, data):
        self.data = np.asarray(data)


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (1, 1.0),
        (True, np.True_),
        (np.float32(0.5), 0.5),
        ([1.0, 2.0], np.array([1.0, 2.0])),
        (1.0 + 1e-12, 1.0),
        (1e8 + 1e-4, 1e8),
        (np.nan, np.nan),
        (np.inf, np.inf),
        (np.zeros((0, 2)), np.zeros((0, 2))),
        (Boxed([1.0]), np.array([1.0])),
        ([np.ones(2), 3], (np.ones(2), 3)),
        ({"a": 1.0}, {"a": 1.0 + 1e-13}),
        ({1, 2}, {2, 1}),
        ("AND", "AND"),
        (None, None),
        (1j, 1j),
    ],
)
def test_equal(got, want):
    assert difference(got, want, 1e-10) == ""


@pytest.mark.parametrize(
    ("got", "want", "words"),
    [
        (1.001, 1.0, "value is wrong"),
        (-np.inf, np.inf, "value is wrong"),
        (np.ones((2, 1)), np.ones(2), "shape is (2, 1), expected (2,)"),
        ([[1], [1, 2]], np.ones(2), "different lengths"),
        ((1, 2), (1, 2, 3), "2 values, expected 3"),
        ((1, np.zeros(2)), (1, np.ones(2)), "value 2"),
        (3, (1, 2), "int, expected 2 values"),
        ({"a": 1}, {"b": 1}, "keys are ['a'], expected ['b']"),
        ({"a": 1}, {"a": 2}, "entry 'a'"),
        ([1, 2], {1, 2}, "expected a set"),
        ({1}, {1, 2}, "differs"),
        ("OR", "AND", "differs"),
        (1, "AND", "expected a text"),
        (1 + 1e-7, 1.0, "float32"),
        (np.array([1.0, np.nan]), np.array([1.0, 2.0]), "NaN"),
    ],
)
def test_different(got, want, words):
    assert words in difference(got, want, 1e-10)


def test_text_shows_the_shape_and_stays_short():
    shown = text(np.zeros((1000, 50)))
    assert "(1000, 50)" in shown and len(shown) < 600
    assert text(0.1 + 0.2) == "0.3"
    assert text(np.int64(3)) == "3"
    assert len(text("x" * 5000)) == 300
