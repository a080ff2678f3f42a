"""Toy sets: the geometry that their docstrings promise."""

import re

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from derived.data import blobs, gaussian_ring, moons, ring_centers, rings, separable, xor


def rng(seed=0):
    return np.random.default_rng(seed)


def linear_score(X, y):
    return LogisticRegression(C=1e3).fit(X, y).score(X, y)


def test_rings_have_their_radii_and_angles_all_around():
    X, y = rings(3000, noise=0, rng=rng(), radii=(0.5, 1, 2), dtype=np.float64)
    assert np.allclose(np.linalg.norm(X, axis=1), np.array([0.5, 1, 2])[y], atol=1e-12)
    assert np.bincount(y).tolist() == [1000, 1000, 1000]
    quadrant = (X[:, 0] > 0) * 2 + (X[:, 1] > 0)
    assert abs(np.bincount(quadrant) - 750).max() < 4 * np.sqrt(3000 * 3 / 16)


def test_a_squared_radius_separates_rings_and_no_line_does():
    X, y = rings(400, rng=rng())
    assert linear_score((X**2).sum(axis=1, keepdims=True), y) == 1.0
    assert linear_score(X, y) < 0.65


def test_moons_are_two_half_circles():
    X, y = moons(500, noise=0, rng=rng(), dtype=np.float64)
    centre = np.where(y[:, None] == 0, [0.0, 0.0], [1.0, 0.5])
    assert np.allclose(np.linalg.norm(X - centre, axis=1), 1, atol=1e-12)
    assert (X[y == 0, 1] >= 0).all() and (X[y == 1, 1] <= 0.5).all()
    assert 0.8 < linear_score(X, y) < 0.95


def test_xor_without_noise_is_the_truth_table():
    X, y = xor(4, noise=0, rng=rng())
    assert X.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert y.tolist() == [0, 1, 1, 0]


def test_xor_with_noise_stays_near_the_corners_and_defeats_a_line():
    X, y = xor(400, rng=rng())
    corner = np.rint(X).astype(int)
    assert np.array_equal(corner[:, 0] ^ corner[:, 1], y)
    assert linear_score(X, y) <= 0.76


def test_noise_is_the_standard_deviation():
    clean, noisy = xor(20_000, noise=0, rng=rng(), dtype=float)[0], xor(20_000, noise=0.3, rng=rng(), dtype=float)[0]
    squares = (noisy - clean) ** 2
    assert abs(squares.mean() - 0.09) < 4 * squares.std() / np.sqrt(squares.size)


def test_blobs_around_given_and_drawn_centres():
    centers = np.array([[0.0, 0, 5], [9, 0, 0]])
    X, y = blobs(2000, centers, 0.5, rng=rng(), dtype=np.float64)
    for k in range(2):
        assert np.allclose(X[y == k].mean(axis=0), centers[k], atol=4 * 0.5 / np.sqrt(1000))
        assert np.allclose(X[y == k].std(axis=0), 0.5, rtol=0.1)
    X, y = blobs(30, 4, rng=rng(), dimension=5)
    assert X.shape == (30, 5) and set(y) == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("n", "dimension", "margin"), [(40, 2, 0.1), (60, 5, 0.3), (2, 3, 0.9), (9, 1, 0.5), (30, 2, 1)]
)
def test_separable_has_the_prescribed_margin(n, dimension, margin):
    X, y, normal = separable(n, dimension, margin, rng=rng())
    assert X.shape == (n, dimension) and X.dtype == np.float64
    assert np.linalg.norm(normal) == pytest.approx(1, abs=1e-12)
    assert np.linalg.norm(X, axis=1).max() <= 1 + 1e-12
    assert (y * (X @ normal)).min() == pytest.approx(margin, abs=1e-12)
    assert sorted(set(y)) == [-1, 1] and 0 <= y.sum() <= 1


@pytest.mark.parametrize("dimension", [2, 3, 6])
def test_no_other_direction_has_a_larger_margin(dimension):
    """A hard-margin support vector machine without bias: give it each point with its mirror image."""
    X, y, normal = separable(50, dimension, 0.2, rng=rng(1))
    svm = SVC(kernel="linear", C=1e9, tol=1e-9).fit(np.vstack([X, -X]), np.concatenate([y, -y]))
    w = svm.coef_[0]
    assert 1 / np.linalg.norm(w) == pytest.approx(0.2, rel=1e-5)
    assert w / np.linalg.norm(w) == pytest.approx(normal, abs=1e-4)


def test_the_ring_of_gaussians_stands_on_the_roots_of_unity():
    X, y = gaussian_ring(4001, modes=5, radius=3.0, noise=0.2, rng=rng(3), dtype=np.float64)
    roots = 3 * np.exp(2j * np.pi * np.arange(5) / 5)
    np.testing.assert_allclose(ring_centers(5, 3.0), np.column_stack([roots.real, roots.imag]), atol=1e-14)
    assert np.ptp(np.bincount(y)) <= 1
    for k, root in enumerate(roots):
        cloud = X[y == k]
        assert np.abs(cloud.mean(axis=0) - [root.real, root.imag]).max() < 4 * 0.2 / np.sqrt(len(cloud))
        assert np.abs(cloud.std(axis=0) - 0.2).max() < 0.02


@pytest.mark.parametrize("toy", [rings, moons, xor, blobs, gaussian_ring])
def test_dtypes_shapes_and_generators(toy):
    X, y = toy(101, rng=rng(3))
    assert X.shape == (101, 2) and X.dtype == np.float32
    assert y.shape == (101,) and y.dtype == np.int64
    assert np.bincount(y, minlength=2).max() - np.bincount(y).min() <= 2
    again, other = toy(101, rng=rng(3))[0], toy(101, rng=rng(4))[0]
    assert np.array_equal(X, again) and not np.array_equal(X, other)
    assert toy(101, rng=rng(3), dtype=np.float64)[0].dtype == np.float64


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rings(0, rng=rng()), "rings: n is 0, expected a number of points >= 1"),
        (lambda: moons(2.5, rng=rng()), "moons: n is 2.5, expected a number of points >= 1"),
        (lambda: xor(4, noise=-1, rng=rng()), "xor: noise is -1, expected a standard deviation >= 0"),
        (lambda: rings(4, rng=rng(), radii=(-1, 1)), "rings: radii is [-1.0, 1.0], expected one radius >= 0"),
        (lambda: blobs(4, [1.0, 2.0], rng=rng()), "blobs: centers has shape (2,), expected a number of centres"),
        (lambda: blobs(4, 0, rng=rng()), "blobs: centers is 0, expected at least one"),
        (lambda: gaussian_ring(4, 0, rng=rng()), "ring_centers: modes is 0, expected >= 1"),
        (lambda: separable(4, 2, 0, rng=rng()), "separable: margin is 0, expected a number in (0, 1]"),
        (lambda: separable(4, 2, 1.5, rng=rng()), "separable: margin is 1.5, expected a number in (0, 1]"),
        (lambda: separable(4, 0, rng=rng()), "separable: dimension is 0, expected at least 1"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
