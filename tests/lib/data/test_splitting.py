"""Splits: scikit-learn's parts for two, disjoint and stratified parts for any number."""

import re

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.model_selection import KFold, train_test_split

from derived.data import folds, load_digits_split, split


def numbered(N=100, classes=3):
    """Rows that carry their own index, so that parts can be compared as sets."""
    return np.arange(N)[:, None] * np.ones((1, 2)), np.arange(N) % classes


def test_the_books_split_of_the_digits_is_sklearns():
    digits = load_digits()
    theirs = train_test_split(digits.data / 16, digits.target, test_size=0.25, stratify=digits.target, random_state=0)
    ours = load_digits_split(dtype=np.float64)
    for a, b in zip(ours, theirs, strict=True):
        assert np.array_equal(a, b)
    X_train, X_test, y_train, y_test = load_digits_split(images=True)
    assert X_train.shape == (1347, 1, 8, 8) and X_test.shape == (450, 1, 8, 8)
    assert X_train.dtype == np.float32 and y_train.dtype == np.int64
    assert np.array_equal(X_test.reshape(450, 64), load_digits_split()[1])
    assert abs(np.bincount(y_test) / 450 - np.bincount(y_train) / 1347).max() < 0.002


@pytest.mark.parametrize("sizes", [(0.75, 0.25), (0.8, 0.2), (0.7, 0.3), (0.9, 0.1), (60, 40)])
@pytest.mark.parametrize("stratify", [True, False])
def test_two_parts_are_sklearns(sizes, stratify):
    X, y = numbered()
    theirs = train_test_split(X, y, test_size=sizes[1], stratify=y if stratify else None, random_state=7)
    for a, b in zip(split(X, y, sizes, random_state=7, stratify=stratify), theirs, strict=True):
        assert np.array_equal(a, b)


@pytest.mark.parametrize("sizes", [(0.6, 0.2, 0.2), (60, 30, 10), (0.4, 0.3, 0.2, 0.1), (0.98, 0.01, 0.01)])
@pytest.mark.parametrize("stratify", [True, False])
def test_parts_share_no_row_and_lose_none(sizes, stratify):
    X, y = numbered(300)
    if not isinstance(sizes[0], float):
        X, y = numbered(100)
    K = len(sizes)
    parts = split(X, y, sizes, random_state=0, stratify=stratify)
    rows = [part[:, 0].astype(int) for part in parts[:K]]
    assert sorted(np.concatenate(rows)) == list(range(len(X)))
    for row, labels in zip(rows, parts[K:], strict=True):
        assert np.array_equal(y[row], labels)
    expected = [s if isinstance(s, int) else s * len(X) for s in sizes]
    assert [len(row) for row in rows] == pytest.approx(expected, abs=1)


def test_stratified_parts_keep_the_shares_and_others_do_not():
    X = np.zeros((400, 1))
    y = (np.arange(400) < 40).astype(int)
    parts = split(X, y, (0.5, 0.25, 0.25), random_state=0)
    assert [labels.sum() for labels in parts[3:]] == [20, 10, 10]
    free = [split(X, y, (0.5, 0.5), random_state=s, stratify=False)[3].sum() for s in range(10)]
    assert len(set(free)) > 1


def test_reproducible_from_an_integer_and_from_a_generator():
    X, y = numbered()

    def train(**how):
        return split(X, y, (0.5, 0.5), **how)[0]

    assert np.array_equal(train(random_state=1), train(random_state=1))
    assert not np.array_equal(train(random_state=1), train(random_state=2))
    rng = np.random.default_rng(0)
    first, second = train(rng=rng), train(rng=rng)
    assert not np.array_equal(first, second)
    assert np.array_equal(first, train(rng=np.random.default_rng(0)))


def test_real_targets_without_strata():
    X, _ = numbered()
    parts = split(X, np.linspace(0, 1, 100), random_state=0, stratify=False)
    assert [len(part) for part in parts] == [75, 25, 75, 25]


X, Y = numbered()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: split(X, Y[:-1], random_state=0), "split: y has shape (99,), expected as many rows as X (100, 2)"),
        (lambda: split(X, Y), "split: rng is None and random_state is None, expected exactly one"),
        (lambda: split(X, Y, (0.5, 0.4), random_state=0), "split: sizes is (0.5, 0.4), expected positive fractions"),
        (lambda: split(X, Y, (1.5, -0.5), random_state=0), "split: sizes is (1.5, -0.5), expected positive fractions"),
        (lambda: split(X, Y, (50, 40), random_state=0), "split: sizes is (50, 40), expected numbers that sum to 100"),
        (lambda: split(X, Y, (100, 0), random_state=0), "which leaves a part of 100 examples empty"),
        (lambda: split(X, Y, (1.0,), random_state=0), "split: sizes is (1.0,), expected two or more parts"),
        (lambda: split(X, Y / 2, random_state=0), "dtype float64, expected class indices (or stratify=False)"),
        (lambda: split(X, np.arange(100), random_state=0), "split: y has one example of class 0, expected at least"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


@pytest.mark.parametrize("N, k", [(2, 2), (10, 3), (10, 10), (23, 5)])
@pytest.mark.parametrize("shuffle", [True, False])
def test_folds_hold_out_every_example_once(N, k, shuffle):
    pairs = folds(N, k, np.random.default_rng(1) if shuffle else None)
    held_out = np.concatenate([part for _, part in pairs])
    assert len(pairs) == k and sorted(held_out.tolist()) == list(range(N))
    for train, part in pairs:
        assert sorted([*train, *part]) == list(range(N)) and not set(train) & set(part)
        assert len(part) in (N // k, -(-N // k))
    if not shuffle:
        assert held_out.tolist() == list(range(N))


def test_blocks_are_sklearns():
    for ours, theirs in zip(folds(23, 5), KFold(5).split(np.zeros(23)), strict=True):
        np.testing.assert_array_equal(ours[0], theirs[0])
        np.testing.assert_array_equal(ours[1], theirs[1])


@pytest.mark.parametrize("k", [1, 11, 2.5])
def test_folds_refuse_bad_numbers(k):
    with pytest.raises(ValueError, match="folds: k is .*, expected an integer from 2 to 10"):
        folds(10, k)
