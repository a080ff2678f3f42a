"""Encodings of labels against scikit-learn's, and that they undo each other."""

import re

import numpy as np
import pytest
from sklearn.preprocessing import OneHotEncoder

from derived.data import decode, one_hot, signed_rows, signs


def test_one_hot_is_sklearns():
    labels = np.random.default_rng(0).integers(5, size=40)
    theirs = OneHotEncoder(categories=[range(5)], sparse_output=False).fit_transform(labels[:, None])
    assert np.array_equal(one_hot(labels, 5, np.float64), theirs)
    assert one_hot(labels, 5).dtype == np.float32
    assert one_hot([0, 2], dtype=int).tolist() == [[1, 0, 0], [0, 0, 1]]


def test_decode_undoes_one_hot_and_takes_the_first_of_equals():
    labels = np.random.default_rng(0).integers(5, size=40)
    assert np.array_equal(decode(one_hot(labels, 7)), labels)
    assert decode([[0.2, 0.5, 0.5], [3.0, -1.0, 2.0]]).tolist() == [1, 0]


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.float32, bool])
def test_signs(dtype):
    labels = np.array([0, 1, 1, 0]).astype(dtype)
    assert signs(labels).tolist() == [-1, 1, 1, -1]
    assert signs(labels).dtype == np.int64 and signs(labels, np.float32).dtype == np.float32
    assert signs(np.eye(2)).tolist() == [[1, -1], [-1, 1]]


@pytest.mark.parametrize("shape", [(1, 1), (7, 3)])
def test_signed_rows_multiplies_each_row_by_its_label(shape):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=shape), rng.choice([-1, 1], shape[0])
    assert np.array_equal(signed_rows(X, y), np.diag(y) @ X)
    assert signed_rows(X.astype(np.float32), y).dtype == np.float64


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: one_hot([0, 3], 3), "one_hot: labels has 3 at index 1, expected integers from 0 to 2"),
        (lambda: one_hot([0, -1]), "one_hot: labels has -1 at index 1"),
        (lambda: one_hot([0.0, 1.0]), "one_hot: labels has dtype float64, expected integers"),
        (lambda: one_hot([]), "one_hot: labels has shape (0,)"),
        (lambda: decode([1.0, 2.0]), "decode: scores has shape (2,), expected (N, K)"),
        (lambda: decode([[1.0, np.nan]]), "decode: scores has nan at index (0, 1)"),
        (lambda: signs([0, 1, 2]), "signs: labels has 2, expected only 0 and 1"),
        (lambda: signs([-1, 1]), "signs: labels has -1, expected only 0 and 1"),
        (lambda: signed_rows(np.eye(2), [0, 1]), "signed_rows: y has 0, expected only -1 and 1"),
        (lambda: signed_rows(np.eye(2), [1], "fit"), "fit: X has shape (2, 2) and y (1,), expected (N, d) and (N,)"),
        (lambda: signed_rows([[np.nan]], [1], "fit"), "fit: X has nan at index (0, 0)"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
