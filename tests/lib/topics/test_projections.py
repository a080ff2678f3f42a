"""Projections are the minimisers that SciPy finds, random points fill the ball evenly."""

import numpy as np
import pytest

from derived.parity.adversaries import nearest_point
from derived.topics.projections import project, project_ball, random_in_ball


@pytest.mark.parametrize("p", [1, 2, np.inf])
@pytest.mark.parametrize("box", [(0.0, 1.0), None])
@pytest.mark.parametrize("d", [1, 2, 6])
def test_projection_is_the_nearest_point(p, box, d):
    rng = np.random.default_rng(d)
    for scale, e in ((0.05, 0.4), (0.5, 0.1), (1.0, 0.5), (2.0, 0.9)):
        x = rng.random((3, d))
        y = x + scale * rng.normal(size=x.shape)
        ours = project(y, x, e, p, box)
        brute = [nearest_point(*pair, e, p, box) for pair in zip(y, x, strict=True)]
        np.testing.assert_allclose(ours, brute, atol=2e-5)


def test_cutting_off_after_the_ball_is_not_the_nearest_point():
    x, y = np.array([[0.9, 0.5]]), np.array([[1.7, 1.0]])
    cut = np.clip(x + project_ball(y - x, 0.5, 2), 0, 1)
    assert np.linalg.norm(project(y, x, 0.5, 2) - y) < np.linalg.norm(cut - y) - 1e-3


@pytest.mark.parametrize("p", [1, 2, np.inf])
def test_stays_inside_in_single_precision_and_keeps_what_is_inside(p):
    rng = np.random.default_rng(1)
    x = np.round(rng.random((50, 1, 4, 4)), 1).astype(np.float32)  # some pixels at the edge of the box
    y = (x + rng.normal(size=x.shape)).astype(np.float32)
    e = rng.uniform(0, 0.5, 50)
    z = project(y, x, e, p)
    assert z.dtype == np.float32 and z.shape == x.shape and z.min() >= 0 and z.max() <= 1
    assert np.all(np.linalg.norm((z - x).reshape(50, -1), p, axis=1) <= e + 1e-6)
    np.testing.assert_allclose(project(z, x, e, p), z, atol=1e-6)
    np.testing.assert_array_equal(project(x, x, 0.0, p), x)


@pytest.mark.parametrize("p", [1, 1.5, 2, np.inf])
@pytest.mark.parametrize("d", [1, 3])
def test_random_points_are_uniform(p, d):
    """The share of the volume within half the radius is 2**-d; the mean of the d-th power of the norm is a half."""
    r = random_in_ball((20_000, d), 2.0, p, np.random.default_rng(2))
    share = (np.linalg.norm(r, p, axis=1) / 2) ** d
    assert share.max() <= 1 and abs(share.mean() - 0.5) < 0.01 and abs(np.mean(share < 0.25) - 0.25) < 0.015
    assert abs(r.mean()) < 0.03


def test_bad_arguments():
    x = np.zeros((2, 3))
    with pytest.raises(ValueError, match="3.0"):
        project(x, x, 1.0, 3)
    with pytest.raises(ValueError, match="leave the box"):
        project(x, x - 1, 1.0)
    with pytest.raises(ValueError, match="centers"):
        project(x, x[:1], 1.0)
    with pytest.raises(ValueError, match="radius"):
        project(x, x, -1.0)
