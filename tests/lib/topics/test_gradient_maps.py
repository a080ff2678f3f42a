"""Extreme maps, and cosines by SciPy."""

import numpy as np
import pytest
from scipy.spatial.distance import cosine

from derived.topics.gradient_maps import alignment, spread


def test_extremes_and_cosines():
    one = np.zeros((1, 1, 4, 4))
    one[0, 0, 2, 1] = -3
    assert np.isclose(spread(one)[0], 1 / 16) and np.isclose(spread(np.full((1, 16), -0.2))[0], 1)
    g, x = np.random.default_rng(0).normal(size=(2, 3, 1, 2, 5))
    brute = [abs(1 - cosine(a.ravel(), b.ravel())) for a, b in zip(g, x, strict=True)]
    np.testing.assert_allclose(alignment(g, x), brute)
    np.testing.assert_allclose(alignment(-2 * g, g), 1)
    assert np.all(spread(g) <= 1)
    with pytest.raises(ValueError, match="zero"):
        spread(0 * g)
    with pytest.raises(ValueError, match="shape"):
        alignment(g, x[:2])
