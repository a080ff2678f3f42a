"""The references of the checkers against brute force."""

import numpy as np

from derived.check import finite_difference
from derived.exercises import additive as ex


def bumps(X, C, s):
    return np.array([[np.exp(-np.sum((x - c) ** 2) / (2 * s**2)) for c in C] for x in X])


def test_kernel_by_two_loops():
    assert ex.kernel(bumps)


def test_centre_gradient_by_finite_differences():
    for X, y, C, s, w in ex.centre_gradient.cases():
        numeric = finite_difference(lambda C, X=X, y=y, s=s, w=w: np.mean((bumps(X, C, s) @ w - y) ** 2) / 2, C)
        np.testing.assert_allclose(ex.centre_gradient.reference(X, y, C, s, w), numeric, atol=1e-7)


def test_backfit_leaves_a_residual_orthogonal_to_the_last_block_and_converges():
    for B, y, sweeps in ex.backfit.cases():
        F = ex.backfit.reference(B, y, sweeps)
        np.testing.assert_allclose(B[-1].T @ (y - y.mean() - F.sum(axis=1)), 0, atol=1e-8)
        joint = np.hstack(B)
        target = joint @ np.linalg.lstsq(joint, y - y.mean())[0]
        far, near = (np.linalg.norm(ex.backfit.reference(B, y, k).sum(axis=1) - target) for k in (1, 400))
        assert near <= far + 1e-12 and near < 1e-3
