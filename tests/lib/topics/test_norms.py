"""Dual norms against linear programs and SciPy's optimiser, the power method against the SVD."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse
from scipy.optimize import linprog, minimize

from derived.topics.norms import dual_exponent, dual_norm, dual_norm_maximizer, power_method

EXPONENTS = [1.0, 1.01, 1.5, 2.0, 3.0, 50.0, np.inf]


@pytest.mark.parametrize(("p", "q"), [(1, np.inf), (np.inf, 1), (2, 2), (1.5, 3), (4, 4 / 3)])
def test_dual_exponent(p, q):
    assert dual_exponent(p) == pytest.approx(q)


@given(arrays(np.float64, st.integers(1, 6), elements=st.floats(-1e100, 1e100)), st.sampled_from(EXPONENTS))
def test_the_maximizer_attains_the_dual_norm(z, p):
    x = dual_norm_maximizer(z, p)
    length = np.linalg.norm(x, p)
    assert length == pytest.approx(1, rel=1e-9) if z.any() else not x.any()
    scale = max(np.abs(z).max(), 1e-300)  # NumPy's own norm overflows where |z|^q does
    assert (z / scale) @ x == pytest.approx(dual_norm(z / scale, p), rel=1e-9)


@pytest.mark.parametrize("p", [1.5, 2.0, 3.0])
def test_no_point_of_the_ball_does_better(p):
    z = np.array([1.0, -2.0, 0.5, 0.0])
    found = minimize(lambda x: -z @ x, np.full(4, 0.1), constraints={"type": "ineq",
                     "fun": lambda x: 1 - np.sum(np.abs(x) ** p)}, options={"maxiter": 500})  # fmt: skip
    assert -found.fun == pytest.approx(dual_norm(z, p), abs=1e-5)
    np.testing.assert_allclose(found.x, dual_norm_maximizer(z, p), atol=1e-2)


@pytest.mark.parametrize("p", [1, np.inf])
def test_linear_programs_agree(p):
    z = np.array([1.0, -2.0, 0.5])
    if p == 1:  # x = a - b, the sum of a and b at most 1
        best = -linprog(np.concatenate([-z, z]), A_ub=np.ones((1, 6)), b_ub=[1]).fun
    else:
        best = -linprog(-z, bounds=(-1, 1)).fun
    assert dual_norm(z, p) == pytest.approx(best) == pytest.approx(z @ dual_norm_maximizer(z, p))


def test_exponent_p_minus_1_is_caught():
    z, p = np.array([1.0, 2.0]), 3.0
    wrong = np.abs(z) ** (p - 1) / np.linalg.norm(np.abs(z) ** (p - 1), p)
    assert z @ wrong < dual_norm(z, p) - 0.01


@pytest.mark.parametrize("p", EXPONENTS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_batches_row_by_row(p, dtype):
    Z = np.random.default_rng(0).standard_normal((2, 3, 5)).astype(dtype)
    X = dual_norm_maximizer(Z, p)
    assert X.shape == Z.shape and X.dtype == dtype
    np.testing.assert_allclose(X[1, 2], dual_norm_maximizer(Z[1, 2], p), rtol=1e-6)
    assert dual_norm(Z, p).shape == (2, 3)


def test_ties_of_the_one_norm_take_the_first():
    np.testing.assert_array_equal(dual_norm_maximizer(np.array([1.0, -2.0, 2.0]), 1), [0, -1, 0])


def test_bad_exponents_and_vectors():
    with pytest.raises(ValueError, match="p is 0.5"):
        dual_norm_maximizer(np.ones(2), 0.5)
    with pytest.raises(ValueError, match="z has nan"):
        dual_norm_maximizer(np.array([np.nan, 1.0]), 2)
    with pytest.raises(ValueError, match=r"z has shape \(\)"):
        dual_norm_maximizer(1.0, 2)


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (5, 1), (4, 4), (30, 7)])
def test_power_method_is_the_svd(shape):
    rng = np.random.default_rng(sum(shape))
    A = rng.standard_normal(shape)
    sigma, u, v = power_method(A, rng=rng, tol=1e-15, steps=5000)
    U, S, Vt = np.linalg.svd(A)
    assert sigma == pytest.approx(S[0], rel=1e-10)
    assert abs(u @ U[:, 0]) == pytest.approx(1, abs=1e-6) and abs(v @ Vt[0]) == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(A @ v, sigma * u, atol=1e-5)


def test_few_steps_come_from_below_and_never_decrease():
    A = np.random.default_rng(3).standard_normal((6, 5))
    found = [power_method(A, rng=np.random.default_rng(0), steps=k, tol=0)[0] for k in range(1, 20)]
    assert np.all(np.diff(found) >= -1e-14) and found[-1] <= np.linalg.norm(A, 2) + 1e-14


def test_sparse_matrices_and_zero():
    rng = np.random.default_rng(4)
    A = sparse.random_array((20, 30), density=0.2, rng=rng)
    assert power_method(A, rng=rng)[0] == pytest.approx(np.linalg.norm(A.toarray(), 2), rel=1e-6)
    sigma, u, v = power_method(np.zeros((2, 3)), rng=rng)
    assert sigma == 0 and not u.any() and not v.any()


def test_bad_matrices():
    with pytest.raises(ValueError, match=r"A has shape \(3,\)"):
        power_method(np.ones(3), rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="A has inf"):
        power_method(np.array([[np.inf]]), rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="steps is 0"):
        power_method(np.ones((1, 1)), rng=np.random.default_rng(0), steps=0)
