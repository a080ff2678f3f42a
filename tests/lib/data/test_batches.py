"""Batches: every example once an epoch, another order each time, nobody else's draws in it."""

import re
from itertools import pairwise

import numpy as np
import pytest

from derived.data import Batches


def rng(seed=0):
    return np.random.default_rng(seed)


def examples(N):
    return np.arange(N, dtype=np.float32)[:, None] * np.ones((1, 3), np.float32), np.arange(N)


def order(batches):
    return [int(label) for _, y in batches for label in y]


@pytest.mark.parametrize(("N", "b"), [(10, 3), (10, 5), (10, 10), (10, 99), (1, 1), (7, 1)])
@pytest.mark.parametrize("shuffle", [True, False])
def test_every_example_once_with_its_own_label(N, b, shuffle):
    X, y = examples(N)
    batches = Batches(X, y, b, rng(), shuffle=shuffle)
    got = list(batches)
    assert len(got) == len(batches) == -(-N // b)
    assert all(len(labels) == b for _, labels in got[:-1])
    for rows, labels in got:
        assert np.array_equal(rows[:, 0], labels)
        assert rows.dtype == np.float32 and labels.dtype == np.int64
    assert sorted(order(batches)) == list(range(N))
    if not shuffle:
        assert order(batches) == list(range(N))


def test_drop_last_leaves_out_the_small_batch_only():
    X, y = examples(1347)
    batches = Batches(X, y, 64, rng(), drop_last=True)
    assert len(batches) == 21 == len(list(batches))
    assert {len(labels) for _, labels in batches} == {64}
    assert len(list(Batches(X, y, 64, rng()))[-1][1]) == 3
    left_out = [set(range(1347)) - set(order(batches)) for _ in range(3)]
    assert all(len(rest) == 3 for rest in left_out) and left_out[0] != left_out[1]
    assert len(list(Batches(*examples(64), 32, rng(), drop_last=True))) == 2


def test_every_epoch_has_another_order():
    batches = Batches(*examples(50), 7, rng())
    orders = [order(batches) for _ in range(5)]
    assert all(a != b for a, b in pairwise(orders))


def test_all_orders_are_equally_likely():
    batches = Batches(*examples(3), 3, rng())
    counts = np.unique([order(batches) for _ in range(6000)], axis=0, return_counts=True)[1]
    assert len(counts) == 6
    assert (counts - 1000.0) @ (counts - 1000.0) / 1000 < 20.5  # chi-square with 5 degrees: exceeded once in 1000


def test_the_order_depends_on_the_seed_alone():
    """Others who draw from the same generator, such as dropout, do not change the order of the batches."""
    first, second = rng(), rng()
    quiet, disturbed = Batches(*examples(20), 4, first), Batches(*examples(20), 4, second)
    for _ in range(3):
        second.random(17)
        assert order(quiet) == order(disturbed)
    assert order(Batches(*examples(20), 4, rng(1))) != order(Batches(*examples(20), 4, rng(2)))


def test_two_loaders_of_one_generator_differ_and_leave_it_alone():
    source, untouched = rng(), rng()
    assert order(Batches(*examples(30), 4, source)) != order(Batches(*examples(30), 4, source))
    assert source.random() == untouched.random()


def test_changing_a_shuffled_batch_does_not_change_the_data():
    X, y = examples(10)
    for rows, labels in Batches(X, y, 4, rng()):
        rows[:], labels[:] = -1, -1
    assert (X >= 0).all() and (y >= 0).all()


def test_a_loop_left_early_starts_anew():
    batches = Batches(*examples(10), 2, rng())
    next(iter(batches))
    assert sorted(order(batches)) == list(range(10))


def test_inputs_without_targets_and_images():
    assert sorted(int(v) for rows in Batches(np.arange(9)[:, None], None, 4, rng()) for v in rows[:, 0]) == list(
        range(9)
    )
    images = np.zeros((5, 1, 8, 8), np.float32)
    assert [x.shape for x, _ in Batches(images, np.zeros(5), 2, rng())] == [(2, 1, 8, 8), (2, 1, 8, 8), (1, 1, 8, 8)]


X, Y = examples(10)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Batches(X[:0], Y[:0], 2, rng()), "Batches: X has shape (0, 3), expected at least one example"),
        (lambda: Batches(X, Y[:9], 2, rng()), "Batches: y has shape (9,), expected 10 rows as in X (10, 3)"),
        (lambda: Batches(X, 1, 2, rng()), "Batches: y has shape (), expected 10 rows"),
        (lambda: Batches(X, Y, 0, rng()), "Batches: batch_size is 0, expected an integer >= 1"),
        (lambda: Batches(X, Y, 2.0, rng()), "Batches: batch_size is 2.0, expected an integer >= 1"),
        (
            lambda: Batches(X, Y, 11, rng(), drop_last=True),
            "Batches: batch_size is 11 with drop_last=True, expected at",
        ),
        (lambda: Batches(X, Y, 2), "Batches: rng is None, expected a numpy.random.Generator (or shuffle=False)"),
        (lambda: Batches(X, Y, 2, 0), "Batches: rng is 0, expected a numpy.random.Generator"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_repr():
    assert repr(Batches(X, Y, 4, rng())) == "Batches(10 examples, 3 batches of 4, shuffled)"
    assert repr(Batches(X, Y, 4, shuffle=False)) == "Batches(10 examples, 3 batches of 4, in order)"
