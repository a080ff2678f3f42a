"""Separability by linear programs, hulls and support vector machines; counts against brute force."""

import re
from itertools import product
from math import comb

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.svm import SVC

from derived.data import separable, signed_rows
from derived.topics.separability import (
    augment,
    boolean_classes,
    count_dichotomies,
    count_threshold_functions,
    cover_count,
    is_separable,
    margin,
    max_margin,
    nearest_in_hull,
    separating_direction,
    shatters,
)

CORNERS = np.array(list(product((0.0, 1.0), repeat=2)))


def test_augment_appends_ones_in_the_dtype():
    X = np.zeros((3, 2), np.float32)
    assert augment(X).shape == (3, 3) and augment(X).dtype == np.float32 and (augment(X)[:, -1] == 1).all()


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e5])
@pytest.mark.parametrize(("N", "n"), [(1, 1), (9, 1), (30, 3), (50, 8)])
def test_prescribed_margins_are_found(N, n, scale):
    X, y, normal = separable(N, n, 0.1, rng=np.random.default_rng(N + n))
    theta = separating_direction(scale * X, y)
    assert (signed_rows(scale * X, y) @ theta).min() >= 1 - 1e-6
    gamma, best = max_margin(scale * X, y)
    assert gamma == pytest.approx(0.1 * scale, rel=1e-8) and np.allclose(best, normal, atol=1e-6)
    assert margin(best, scale * X, y) == pytest.approx(gamma, rel=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_largest_margin_is_the_machines_and_beats_every_direction(seed):
    rng = np.random.default_rng(seed)
    n = 1 + seed % 4
    Z = rng.standard_normal((25, n)) * 0.6 + np.eye(n)[0] * 2.5
    y = rng.choice([-1, 1], 25)
    gamma, theta = max_margin(y[:, None] * Z, y)
    machine = SVC(kernel="linear", C=1e6, tol=1e-10).fit(np.vstack([Z, -Z]), np.repeat([1, -1], 25))
    assert 1 / np.linalg.norm(machine.coef_) == pytest.approx(gamma, rel=1e-6)
    tries = rng.standard_normal((2000, n))
    assert max(margin(t, y[:, None] * Z, y) for t in tries) <= gamma + 1e-12


def test_nearest_point_of_the_hull_by_another_solver():
    rng = np.random.default_rng(3)
    Z = rng.standard_normal((6, 3)) + [2, 0, 0]
    constraint = {"type": "eq", "fun": lambda a: a.sum() - 1}
    found = minimize(lambda a: np.sum((Z.T @ a) ** 2), np.full(6, 1 / 6), bounds=[(0, 1)] * 6, constraints=constraint,
                     method="SLSQP", options={"ftol": 1e-14, "maxiter": 500})  # fmt: skip
    assert max_margin(Z, np.ones(6))[0] == pytest.approx(np.sqrt(found.fun), rel=1e-5)


@pytest.mark.parametrize("seed", range(30))
def test_program_and_hull_agree_on_random_labels(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((8, 4)), rng.choice([-1, 1], 8)
    by_program = separating_direction(X, y) is not None
    assert is_separable(X, y) is is_separable(1e-6 * X, y) is is_separable(1e6 * X, y) is by_program
    if by_program:
        assert max_margin(X, y)[0] > 0
    else:
        with pytest.raises(ValueError, match="not separable"):
            max_margin(X, y)


@pytest.mark.parametrize(("gap", "found"), [(1e-3, True), (1e-6, True), (1e-9, False)])
def test_thin_margins_count_down_to_the_stated_distance(gap, found):
    rng = np.random.default_rng(1)
    X = np.column_stack([rng.standard_normal((40, 3)), np.full(40, gap)])
    X /= np.linalg.norm(X, axis=1).max()
    assert is_separable(X, np.ones(40)) is found


def test_nearest_points_of_hulls_that_are_known():
    assert np.allclose(nearest_in_hull(np.array([[1.0, 1.0], [1.0, -3.0]])), [1, 0])
    assert np.allclose(nearest_in_hull(np.array([[3.0, 4.0], [6.0, 9.0]])), [3, 4])
    assert np.allclose(nearest_in_hull(np.array([[1.0, 0.0], [-1.0, 2.0], [-1.0, -2.0]])), 0, atol=1e-9)


def test_boolean_functions_of_two_inputs():
    verdict = {table: is_separable(augment(CORNERS), 2 * np.array(table) - 1) for table in product((0, 1), repeat=4)}
    assert [table for table, found in verdict.items() if not found] == [(0, 1, 1, 0), (1, 0, 0, 1)]
    assert not is_separable(np.zeros((2, 2)), [1, 1])


def test_cover_is_brute_force_and_the_printed_lower_limit_is_wrong():
    points = np.random.default_rng(0).standard_normal((6, 3))
    for s, n in product(range(1, 7), range(1, 4)):
        assert cover_count(s, n) == count_dichotomies(points[:s, :n])
    assert [cover_count(*k) for k in ((4, 2), (5, 3), (6, 3))] == [8, 22, 32]
    assert 2 * sum(comb(3, i) for i in range(1, 2)) == 6 != cover_count(4, 2)
    assert cover_count(5, 0) == 0 and cover_count(3, 7) == 8
    assert count_dichotomies(augment(np.arange(5.0)[:, None] * [1, 1])) < cover_count(5, 3)


def test_shattering():
    assert shatters(np.eye(3)) and not shatters(np.random.default_rng(0).standard_normal((4, 3)))
    assert shatters(CORNERS[:3], "affine") and not shatters(CORNERS[:3]) and not shatters(CORNERS, "affine")


def test_classes_partition_the_functions_and_keep_separability():
    assert [len(boolean_classes(n)) for n in (1, 2, 3)] == [2, 4, 14]
    assert all(sum(size for _, size in boolean_classes(n)) == 2**2**n for n in (1, 2, 3))
    assert [count_threshold_functions(n) for n in (1, 2)] == [4, 14]
    every = augment(np.array(list(product((0, 1), repeat=3))))
    brute = sum(is_separable(every, 2 * np.array(t) - 1) for t in product((0, 1), repeat=8))
    assert count_threshold_functions(3) == brute == 104


def test_the_functions_of_four_inputs_and_a_sample_by_linear_programs():
    rng = np.random.default_rng(0)
    X, sizes = augment(np.array(list(product((0, 1), repeat=4)))), {True: 0, False: 0}
    for k, (table, size) in enumerate(boolean_classes(4)):
        sizes[is_separable(X, 2 * table - 1)] += size
        if k % 4 == 0:
            assert is_separable(X, 2 * table - 1) is (separating_direction(X, 2 * table - 1) is not None)
    assert sizes == {True: 1882, False: 65536 - 1882}
    # Random weights give threshold functions; negating an input or permuting them must keep that.
    for _ in range(20):
        y = np.where(X @ rng.standard_normal(5) >= 0, 1, -1)
        moved = np.where(rng.integers(2, size=4), 1 - X[:, :4], X[:, :4])[:, rng.permutation(4)]
        assert is_separable(augment(moved), y) and is_separable(X, -y)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: augment([1.0]), "augment: X has shape (1,)"),
        (lambda: is_separable(np.eye(2), [0, 1]), "is_separable: y has 0, expected only -1 and 1"),
        (lambda: margin([0.0, 0.0], np.eye(2), [1, 1]), "margin: theta is 0"),
        (lambda: max_margin([[1.0], [1.0]], [1, -1]), "max_margin: the examples are not separable"),
        (lambda: max_margin(np.zeros((2, 2)), [1, 1]), "max_margin: X is 0"),
        (lambda: cover_count(0, 2), "cover_count: s is 0"),
        (lambda: shatters(np.eye(2), "linear"), "shatters: family is 'linear', expected one of"),
        (lambda: boolean_classes(5), "boolean_classes: n is 5, expected 1 to 4"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
