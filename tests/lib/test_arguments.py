"""Messages for bad input: right input passes in silence, wrong input is named."""

import re

import numpy as np
import pytest

from derived.arguments import examples, one_of, require, require_finite, require_labels


def says(message: str):
    return pytest.raises(ValueError, match="^" + re.escape(message) + "$")


def test_require_passes_and_raises():
    require(True, "never seen")
    with says("SGD: lr is -1, expected a number >= 0"):
        require(False, "SGD: lr is -1, expected a number >= 0")


def test_require_fills_a_template_only_when_it_fails():
    class Silent:
        def __format__(self, spec):
            raise AssertionError("formatted although the condition holds")

    require(True, "f: x is {}", Silent())
    with says("f: x has shape (2,), expected 3"):
        require(False, "f: x has shape {}, expected {}", (2,), 3)
    with says("f: braces {} stay without values"):
        require(False, "f: braces {} stay without values")


def test_one_of_returns_a_known_name():
    assert one_of("load", "name", "iris", ["digits", "iris"]) == "iris"
    assert one_of("load", "name", "iris", {"digits": 1, "iris": 2}) == "iris"


@pytest.mark.parametrize(("value", "near"), [("digit", "digits"), ("IRIS", "iris"), ("breast-cancer", "breast_cancer")])
def test_one_of_names_the_nearest(value, near):
    known = ["digits", "iris", "breast_cancer"]
    with says(f"load: name is {value!r}, expected one of 'digits', 'iris', 'breast_cancer' (did you mean {near!r}?)"):
        one_of("load", "name", value, known)


@pytest.mark.parametrize("value", ["zzzz", 3, None])
def test_one_of_gives_no_far_fetched_hint(value):
    with says(f"load: name is {value!r}, expected one of 'digits', 'iris'"):
        one_of("load", "name", value, ["digits", "iris"])


@pytest.mark.parametrize("array", [[1.0, 2.0], np.ones((2, 3), np.float32), [1, 2], [True], 3.0, np.empty(0), [1 + 2j]])
def test_require_finite_accepts(array):
    require_finite("f", "x", array)


def test_require_finite_names_the_first_bad_entry():
    x = np.zeros((2, 3), np.float32)
    x[1, 0], x[1, 2] = np.inf, np.nan
    with says("f: x has inf at index (1, 0), 2 such entries of 6, expected finite numbers"):
        require_finite("f", "x", x)
    with says("f: x has nan at index (1,), 1 such entry of 2, expected finite numbers"):
        require_finite("f", "x", [0.0, np.nan])
    with says("f: x has nan at index (), 1 such entry of 1, expected finite numbers"):
        require_finite("f", "x", np.nan)


def test_require_finite_wants_numbers():
    with says("f: x has dtype <U1, expected numbers"):
        require_finite("f", "x", ["a"])


@pytest.mark.parametrize("dtype", [np.int64, np.int8, np.uint8])
def test_require_labels_accepts_every_integer_type(dtype):
    require_labels("f", np.array([0, 2, 1], dtype), classes=3)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 3, 1], "f: labels has 3 at index 1, expected integers from 0 to 2"),
        ([0, 1, -1], "f: labels has -1 at index 2, expected integers from 0 to 2"),
        ([0.0, 1.0], "f: labels has dtype float64, expected integers (class indices)"),
        ([True], "f: labels has dtype bool, expected integers (class indices)"),
        ([], "f: labels has shape (0,), expected a vector of at least one class index"),
        ([[0, 1]], "f: labels has shape (1, 2), expected a vector of at least one class index"),
    ],
)
def test_require_labels_names_what_is_wrong(labels, message):
    with says(message):
        require_labels("f", labels, classes=3)


def test_examples_are_as_many_as_targets_and_finite():
    X, y = examples("fit", [[1, 2], [3, 4]], np.array([0, 1], np.int8))
    assert X.dtype == y.dtype == np.float64 and X.tolist() == [[1, 2], [3, 4]] and y.tolist() == [0, 1]
    for X, y in (([1.0], [1.0]), (np.eye(2), [1.0]), (np.eye(2), np.eye(2)), (np.empty((0, 2)), [])):
        with says(f"fit: X has shape {np.shape(X)} and y {np.shape(y)}, expected (N, d) and (N,) with N >= 1"):
            examples("fit", X, y)
    for X, y, name in (([[np.nan]], [1.0], "X"), ([[1.0]], [np.inf], "y")):
        with pytest.raises(ValueError, match=f"fit: {name} has"):
            examples("fit", X, y)
