"""The five comparisons: what passes, what fails, and that nothing passes by being empty or NaN."""

import numpy as np
import pytest
import torch

from derived.check.comparisons import enumeration, identity, inequality, monte_carlo, rate, to_array
from derived.tensor import Tensor

NAN, INF = np.nan, np.inf


@pytest.mark.parametrize(
    ("ours", "reference"),
    [
        (1.0, 1.0), (1, 1.0), (True, True), (np.ones(3), [1, 1, 1]), (1e-11, 0.0), (1e12, 1e12 + 1), (INF, INF),
        ([1.0, -INF], [1.0, -INF]), (Tensor([1.0]), torch.ones(1)), (torch.ones(1, requires_grad=True), np.ones(1)),
        (np.float32(1), 1.0), (1 + 2j, 1 + 2j), (np.uint8([3]), np.uint8([3])),
    ],
)  # fmt: skip
def test_identity_holds(ours, reference):
    outcome = identity(ours, reference)
    assert outcome.passed and outcome.error <= 1e-10 and outcome.count == np.size(to_array(reference))


@pytest.mark.parametrize(
    ("ours", "reference"),
    [
        (1.0, 1.0 + 1e-9), (0.0, 1e-9), (NAN, NAN), (NAN, 1.0), (1.0, NAN), (INF, -INF), (INF, 1.0), (1.0, INF),
        ([1.0, NAN], [1.0, 1.0]), (np.ones(3), np.ones((3, 1))), (np.ones(3), 1.0), (1.0, np.ones(1)), ([], []),
        (True, False), (np.ones((0, 3)), np.ones((0, 3))), (1j, 1.0), (np.uint8([0]), np.uint8([255])),
        (np.uint8([255]), np.uint8([0])), (1e12, 1e12 + 1000),
    ],
)  # fmt: skip
def test_identity_fails(ours, reference):
    outcome = identity(ours, reference)
    assert not outcome.passed and outcome.error > 1e-10


def test_identity_of_unsigned_integers_does_not_wrap_around():
    assert not identity(np.uint8([0]), np.uint8([255]), tol=0.1).passed
    assert identity(np.uint8([0]), np.uint8([255])).error == 1.0


def test_identity_uses_the_tolerance_it_states():
    assert identity(1.0, 1.001, tol=0.01).passed
    assert not identity(1.0, 1.02, tol=0.01).passed
    assert "tolerance 0.01" in identity(1.0, 1.02, tol=0.01).detail


@pytest.mark.parametrize(
    ("value", "bound"),
    [(1.0, 2.0), (2.0, 2.0), (2.0 + 1e-13, 2.0), (-3, -2), ([1, 2], 2), (1.0, INF), (INF, INF), (-INF, 0.0), (0.0, 0.0),
     ([[1], [2]], [3, 4]), (np.uint8([200]), np.uint8([201]))],
)  # fmt: skip
def test_inequality_holds(value, bound):
    assert inequality(value, bound).passed


@pytest.mark.parametrize(
    ("value", "bound"),
    [(2.0 + 1e-9, 2.0), ([1, 3], 2), (NAN, 2.0), (1.0, NAN), (INF, 1.0), (1.0, -INF), ([], 1.0), (-2, -3),
     (np.ones(2), np.ones(3))],
)  # fmt: skip
def test_inequality_fails(value, bound):
    assert not inequality(value, bound).passed


def test_inequality_says_how_tight_it_came():
    assert "0.75 of the bound" in inequality([1.0, 3.0], 4.0).detail
    assert inequality([1.0, 3.0], 4.0).error == -1.0
    assert "exceeded by 1" in inequality(5.0, 4.0).detail
    assert "no positive finite bound" in inequality(-1.0, 0.0).detail
    assert inequality([0.5, 1e-15], [1.0, 1e-160]).detail.startswith("0.5 of"), "a bound below the slack says nothing"


def samples(n, mean=0.0, shape=()):
    return mean + np.random.default_rng(0).standard_normal((n, *shape))


def test_monte_carlo_holds_within_its_standard_errors():
    for shape in ((), (3,), (2, 2)):
        assert monte_carlo(samples(1000, shape=shape), np.zeros(shape)).passed
    assert monte_carlo(np.full(10, 2.0), 2.0).passed  # no spread, and right
    assert monte_carlo(np.array([True, False] * 500), 0.5).passed


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        (samples(1000), 0.2), (samples(1000, shape=(3,)), [0, 0, 0.2]), (np.full(10, 2.0), 2.1), (samples(1), 0.0),
        (np.append(samples(10), NAN), 0.0), (np.append(samples(10), INF), 0.0), (samples(10), NAN),
        (samples(10, shape=(3,)), 0.0), (samples(10), np.zeros(1)), ([], 0.0),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_monte_carlo_fails(drawn, expected):
    assert not monte_carlo(drawn, expected).passed


def test_monte_carlo_counts_standard_errors():
    s = samples(10_000)
    off = s.mean() + 5 * s.std(ddof=1) / 100
    assert not monte_carlo(s, off).passed
    assert monte_carlo(s, off, sigmas=5.01).passed
    assert monte_carlo(s, off).error == pytest.approx(5.0)


@pytest.mark.parametrize(
    ("ours", "brute"),
    [
        (3, 3), (True, True), ("ab", "ab"), ({1, 2}, {2, 1}), ([1, 2], [1, 2]), ({"a": 1}, {"a": 1}), (set(), set()),
        (np.arange(3), np.arange(3)), (np.int64(3), 3), ([1, 2], np.array([1, 2])), (np.array([True]), np.array([1])),
        ((1, 2), [1, 2]), (Tensor([1, 2]), [1, 2]),
    ],
)  # fmt: skip
def test_enumeration_holds(ours, brute):
    assert enumeration(ours, brute).passed


@pytest.mark.parametrize(
    ("ours", "brute"),
    [
        (3, 4), (True, False), ({1, 2}, {1}), ([1, 2], [2, 1]), (np.arange(3), np.arange(4)),
        ([1, 2], np.array([1, 3])), (np.array([NAN]), np.array([NAN])), (np.empty(0), np.empty(0)), (3, 3.0000001),
        ("a", "b"), ({"a": 1}, {"a": 2}), (np.ones((2, 1)), np.ones(2)),
    ],
)  # fmt: skip
def test_enumeration_fails(ours, brute):
    assert not enumeration(ours, brute).passed


def test_enumeration_counts():
    assert enumeration({1, 2, 3}, {1, 2, 3}).count == 3
    assert enumeration(np.ones((2, 5)), np.ones((2, 5))).count == 10
    assert enumeration([1, 2, 3], np.array([1, 5, 6])).detail == "2 of 3 differ"


SIZES = np.array([0.1, 0.05, 0.025, 0.0125])


def test_rate_finds_the_slope():
    assert rate(SIZES, 3 * SIZES**2, 2).passed
    assert rate(SIZES, 3 * SIZES**2.05, 2).passed
    assert not rate(SIZES, 3 * SIZES**2.05, 2, tol=0.01).passed
    assert not rate(SIZES, SIZES, 2).passed
    assert rate(1 / SIZES, SIZES, -1).passed


@pytest.mark.parametrize(
    ("sizes", "errors"),
    [(SIZES[:2], SIZES[:2]), (SIZES, SIZES[:3]), (SIZES, 0 * SIZES), (SIZES, -SIZES), (-SIZES, SIZES), ([], []),
     (SIZES, [0.1, NAN, 0.1, 0.1])],
)  # fmt: skip
def test_rate_fails_without_enough_to_go_by(sizes, errors):
    outcome = rate(sizes, errors, 1)
    assert not outcome.passed and outcome.detail == "needs three or more positive sizes and errors"
