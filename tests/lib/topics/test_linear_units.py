"""Linear units against augmentation, least squares and PyTorch's layers."""

import numpy as np
import pytest
import torch

from derived.topics.linear_units import LinearUnit, collapse, is_affine, is_linear, lms, matrix_of, with_ones

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("n", [1, 2, 9])
def test_a_bias_is_a_weight_of_a_constant_input(n):
    unit, X = LinearUnit(RNG.standard_normal(n), 0.7), RNG.standard_normal((5, n))
    np.testing.assert_allclose(unit(X), LinearUnit(np.append(unit.theta, 0.7))(with_ones(X)))
    assert unit(X[0]).shape == () and with_ones(X[0]).shape == (n + 1,)


def test_direction_and_rate():
    unit = LinearUnit(np.array([3.0, 4.0]), -1)
    assert unit.rate == pytest.approx(5) and unit(unit.direction) - unit(np.zeros(2)) == pytest.approx(5)
    assert not LinearUnit(np.zeros(2)).direction.any()


@pytest.mark.parametrize(("f", "linear", "affine"), [
    (lambda x: 2 * x, True, True),
    (lambda x: x[::-1] + 1, False, True),
    (np.sort, False, False),
    (np.abs, False, False),
    (lambda x: np.linalg.norm(x) * np.ones(1), False, False),
    (lambda x: x * np.nan, False, False),
])  # fmt: skip
def test_linear_and_affine(f, linear, affine):
    assert is_linear(f, 3, rng=RNG) is linear and is_affine(f, 3, rng=RNG) is affine


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (4, 1), (3, 5)])
def test_the_matrix_is_found_again(shape):
    A = RNG.standard_normal(shape)
    np.testing.assert_allclose(matrix_of(lambda x: A @ x, shape[1]), A)


@pytest.mark.parametrize("sizes", [(1, 1), (3, 1, 4), (5, 4, 3, 2, 6, 2)])
def test_collapse_is_the_stack_of_layers(sizes):
    layers = [torch.nn.Linear(a, b, dtype=torch.float64) for a, b in zip(sizes, sizes[1:], strict=False)]
    W, b = collapse(*([p.detach().numpy() for p in ps] for ps in
                      ([m.weight for m in layers], [m.bias for m in layers])))  # fmt: skip
    X = torch.randn(7, sizes[0], dtype=torch.float64)
    np.testing.assert_allclose(X.numpy() @ W.T + b, torch.nn.Sequential(*layers)(X).detach().numpy(), atol=1e-12)


@pytest.mark.parametrize("shape", [(1, 1), (30, 3), (3, 6)])
def test_lms_finds_the_least_squares_solution_of_least_norm(shape):
    X, y = RNG.standard_normal(shape), RNG.standard_normal(shape[0])
    best = np.linalg.lstsq(X, y)[0]
    lr = 1 / np.linalg.eigvalsh(X.T @ X / len(y))[-1]
    np.testing.assert_allclose(lms(X, y, lr, 5000), best, atol=1e-6)
    wrong = lms(X, -y, lr, 5000)  # the sign of the error turned round
    assert np.abs(wrong - best).max() > 1e-2


def test_single_examples_solve_what_can_be_solved():
    X, theta = RNG.standard_normal((20, 4)), RNG.standard_normal(4)
    np.testing.assert_allclose(lms(X, X @ theta, 0.1, 300, rng=RNG), theta, atol=1e-8)
    assert not np.allclose(lms(X, X @ theta + RNG.standard_normal(20), 0.1, 300, rng=RNG),
                           lms(X, X @ theta, 0.1, 300), atol=1e-3)  # fmt: skip


def test_bad_input():
    with pytest.raises(ValueError, match=r"theta has shape \(2, 2\)"):
        LinearUnit(np.eye(2))
    with pytest.raises(ValueError, match=r"y \(3,\)"):
        lms(np.ones((2, 2)), np.ones(3), 0.1, 1)
    with pytest.raises(ValueError, match="1 weights and 0 biases"):
        collapse([np.eye(2)], [])
