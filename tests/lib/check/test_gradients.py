"""The references for gradients, and that they catch what is wrong: the checks are checked."""

import numpy as np
import pytest
import torch
from beside_torch import close, normal

from derived import ops
from derived.check import adjoint_error, directional, finite_difference, gradcheck
from derived.tensor import Tensor


def fresh():
    return np.random.default_rng(3)


CHECKS = [gradcheck, adjoint_error]


def product(change_x=lambda g: g, change_y=lambda g: g):
    return lambda x, y: (x * y, lambda g: change_x(g * y), lambda g: change_y(g * x))


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3)])
def test_finite_difference_of_a_number_and_of_arrays(shape):
    x = normal(*shape)
    for f, theirs in [
        (lambda z: np.sum(z**3), lambda z: (z**3).sum()),
        (np.sin, torch.sin),
        (lambda z: np.outer(z, [1.0, 2.0]), lambda z: torch.outer(z.flatten(), torch.tensor([1.0, 2.0]).double())),
    ]:
        got = finite_difference(f, x)
        expected = torch.autograd.functional.jacobian(theirs, torch.tensor(x))
        assert got.shape == np.shape(f(x)) + shape and got.dtype == np.float64
        close(got, expected, 1e-8)


def test_finite_difference_of_float32_is_taken_in_float64():
    close(finite_difference(lambda z: z**2, np.float32([1.5])), [[3.0]], 1e-8)


def test_finite_difference_changes_nothing():
    x = normal(3)
    before = x.copy()
    finite_difference(np.sum, x)
    np.testing.assert_array_equal(x, before)
    assert finite_difference(np.sum, np.empty(0)).shape == (0,)


def test_directional():
    x, u = normal(2, 3), normal(2, 3, seed=1)
    close(directional(np.sin, x, u), np.cos(x) * u, 1e-8)
    close(directional(np.sum, x, u), u.sum(), 1e-8)


@pytest.mark.parametrize("check", CHECKS)
def test_right_rules_pass(check):
    x, y = normal(2, 3), normal(2, 3, seed=1)
    assert check(product(), x, y, rng=fresh()) < 1e-8
    assert check(ops.mul, x, normal(3, seed=1), rng=fresh()) < 1e-8
    assert check(ops.mul, np.float64(2.0), np.float64(3.0), rng=fresh()) < 1e-8
    assert check(ops.softmax, x, rng=fresh(), dim=0) < 1e-8
    assert check(lambda z: (0 * z, lambda g: 0 * g), x, rng=fresh()) < 1e-8  # the gradient is 0


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(
    "mutate",
    [lambda g: -g, lambda g: 2.001 * g, lambda g: 1.001 * g, lambda g: g + 0.01, lambda g: g * np.nan, lambda g: 0 * g,
     lambda g: g * np.inf, lambda g: np.flip(g), lambda g: g.T, lambda g: g - g.mean(), lambda g: np.round(g, 2)],
)  # fmt: skip
def test_mutated_rules_fail(check, mutate):
    x, y = normal(3, 3), normal(3, 3, seed=1)
    assert check(product(change_x=mutate), x, y, rng=fresh()) > 1e-5
    assert check(product(change_y=mutate), x, y, rng=fresh()) > 1e-5


def test_a_gradient_of_17_is_not_accepted():
    wrong = lambda x: (x * x, lambda g: np.full_like(g, 17.0))
    assert gradcheck(wrong, normal(3), rng=fresh()) > 0.1
    assert adjoint_error(wrong, normal(3), rng=fresh()) > 0.1


def test_a_wrong_shape_fails():
    for pull in (lambda g: g.sum(), lambda g: g[None], lambda g: 1.0):
        assert gradcheck(lambda x, pull=pull: (x, pull), normal(3), rng=fresh()) == np.inf


def test_a_wrong_rule_of_a_function_with_small_values_fails():
    assert gradcheck(lambda x: (1e-3 * x, lambda g: 2e-3 * g), normal(3), rng=fresh()) > 1e-2


@pytest.mark.parametrize("check", CHECKS)
def test_integers_and_none_are_left_alone_but_something_must_be_checked(check):
    labels = np.array([0, 2])
    assert check(ops.cross_entropy, normal(2, 3), labels, rng=fresh()) < 1e-8
    assert check(ops.linear, normal(2, 3), normal(4, 3, seed=1), None, rng=fresh()) < 1e-8
    with pytest.raises(ValueError, match="no argument is a floating-point array with a pullback"):
        check(ops.mul, labels, labels, rng=fresh())


@pytest.mark.parametrize("check", CHECKS)
def test_it_runs_the_rule_and_changes_nothing(check):
    x = normal(2, 3)
    before = x.copy()
    check(ops.tanh, x, rng=fresh())
    np.testing.assert_array_equal(x, before)
    assert Tensor(x).grad is None


def test_the_largest_error_of_all_arguments_counts():
    x, y = normal(3), normal(3, seed=1)
    for first, second in [(lambda g: 2 * g, lambda g: g), (lambda g: g, lambda g: 2 * g)]:
        assert gradcheck(product(first, second), x, y, rng=fresh()) == pytest.approx(1 / 3, rel=0.05)
