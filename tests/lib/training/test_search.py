"""Grids, random points and scales against counting and SciPy."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from derived.training import best_trial, grid, log_uniform, one_minus_log_uniform, random_points, run_trials


def test_a_grid_is_the_product_of_its_axes():
    made = grid(lr=[1, 2, 3], b=["x"], c=(True, False))
    assert [tuple(p.values()) for p in made] == list(product([1, 2, 3], ["x"], (True, False)))
    assert grid(lr=[1]) == [{"lr": 1}]


def test_distinct_values_on_each_axis():
    rng = np.random.default_rng(0)
    points = random_points(9, rng, lr=lambda r: log_uniform(1e-3, 1, r), m=lambda r: r.random())
    boxes = grid(lr=[1, 2, 3], m=[1, 2, 3])
    for axis in ("lr", "m"):
        assert len({p[axis] for p in points}) == 9 and len({p[axis] for p in boxes}) == 3


@pytest.mark.parametrize("size", [None, 1, (20_000,), (2, 3)])
def test_shapes(size):
    rng = np.random.default_rng(0)
    assert np.shape(log_uniform(0.1, 1, rng, size)) == (() if size is None else np.empty(size).shape)


def test_the_logarithm_is_uniform():
    rng = np.random.default_rng(1)
    x = log_uniform(1e-4, 2.0, rng, 20_000)
    assert stats.kstest(x, stats.loguniform(1e-4, 2.0).cdf).pvalue > 0.01
    assert stats.kstest(rng.uniform(1e-4, 2.0, 20_000), stats.loguniform(1e-4, 2.0).cdf).pvalue < 1e-12
    beta = one_minus_log_uniform(0.5, 0.999, rng, 20_000)
    assert stats.kstest(1 - beta, stats.loguniform(0.001, 0.5).cdf).pvalue > 0.01
    assert beta.min() >= 0.5 and beta.max() <= 0.999


def test_budget_best_and_what_is_not_finite():
    values = {1: np.nan, 2: 5.0, 3: np.inf, 4: 4.0, 5: 4.0, 6: 0.0}
    trials = run_trials(lambda lr: values[lr], grid(lr=[1, 2, 3, 4, 5, 6]), budget=5)
    assert len(trials) == 5 and best_trial(trials).point == {"lr": 4}
    assert len(run_trials(lambda lr: lr, grid(lr=[1, 2]), budget=9)) == 2
    endless = ({"lr": k} for k in iter(int, 1))
    assert len(run_trials(lambda lr: lr, endless, budget=3)) == 3


@pytest.mark.parametrize(("call", "message"), [
    (lambda: log_uniform(0, 1, np.random.default_rng()), "low is 0 and high 1, expected 0 < low < high"),
    (lambda: one_minus_log_uniform(0.5, 1, np.random.default_rng()), "expected 0 <= low < high < 1"),
    (lambda: grid(), "grid: an axis is missing"),
    (lambda: grid(lr=[]), "grid: an axis is missing or has no values"),
    (lambda: random_points(0, np.random.default_rng(), lr=lambda r: 1), "trials is 0"),
    (lambda: random_points(3, np.random.default_rng()), "an axis is missing"),
    (lambda: run_trials(lambda lr: lr, grid(lr=[1]), 0), "budget is 0"),
    (lambda: best_trial(run_trials(lambda lr: np.nan, grid(lr=[1]))), "no trial has a finite value"),
])  # fmt: skip
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
