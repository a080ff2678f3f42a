"""Hinge sums against np.interp and torch; their parts are convex."""

import numpy as np
import pytest

from derived.topics.piecewise_linear import pl_to_relu


def random_polygon(m, seed):
    rng = np.random.default_rng(seed)
    return np.cumsum(rng.uniform(0.1, 1, m + 1)) - 2, rng.normal(size=m + 1)


@pytest.mark.parametrize("m", [1, 2, 3, 12])
def test_every_form_is_the_polygon(m):
    x, y = random_polygon(m, m)
    g, t = pl_to_relu(x, y), np.linspace(x[0], x[-1], 300)
    expected = np.interp(t, x, y)
    np.testing.assert_allclose(g(t), expected, atol=1e-10)
    a, b, c = g.absolute()
    np.testing.assert_allclose(a * t + b + np.abs(t[:, None] - g.knots) @ c, expected, atol=1e-10)
    np.testing.assert_allclose(g.network(x[0])(t[:, None]).data[:, 0], expected, atol=1e-10)
    slopes, intercepts = g.lines()
    np.testing.assert_allclose(slopes * x[:-1] + intercepts, y[:-1], atol=1e-10)
    np.testing.assert_allclose(slopes * x[1:] + intercepts, y[1:], atol=1e-10)
    if m > 1:
        assert np.abs(g.a * t + g.b - expected).max() > 1e-3


@pytest.mark.parametrize("m", [1, 2, 12])
def test_parts_are_convex_and_maxima_of_their_lines(m):
    x, y = random_polygon(m, m + 20)
    g, t = pl_to_relu(x, y), np.linspace(-3, 9, 201)
    p, q = g.parts()
    np.testing.assert_allclose(p(t) - q(t), g(t), atol=1e-10)
    for part in (p, q):
        assert np.all(np.diff(part(t), 2) >= -1e-10)
        slopes, intercepts = part.lines()
        np.testing.assert_allclose((t[:, None] * slopes + intercepts).max(axis=1), part(t), atol=1e-10)


def test_bad_input():
    with pytest.raises(ValueError, match="strictly increasing"):
        pl_to_relu(np.array([0, 0, 1]), np.zeros(3))
    with pytest.raises(ValueError, match=r"knots has shape \(1,\)"):
        pl_to_relu(np.zeros(1), np.zeros(1))
    with pytest.raises(ValueError, match="start is 2, expected below the knots"):
        pl_to_relu(np.array([0, 1, 2]), np.zeros(3)).network(2)
