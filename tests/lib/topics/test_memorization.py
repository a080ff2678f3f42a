"""Networks written down to pass through given points: checked at the points, by their shape, and on equal points."""

import numpy as np
import pytest

from derived.topics.memorization import memorize


@pytest.mark.parametrize(("N", "d", "K"), [(1, 1, 1), (2, 1, 1), (4, 2, 1), (50, 3, 2), (200, 20, 5)])
def test_passes_through_every_point(N, d, K):
    rng = np.random.default_rng(N)
    X, Y = rng.normal(size=(N, d)), rng.normal(size=(N, K))
    model = memorize(X, Y, rng=rng)
    assert model[0].weight.shape == (N, d) and model[2].weight.shape == (K, N)
    np.testing.assert_allclose(model(X).data, Y, atol=1e-7)
    assert not model[2].bias.data.any()
    if N > 1:
        assert np.abs(model(X).data - Y[::-1]).max() > 0.1


def test_xor():
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    model = memorize(X, np.array([0, 1, 1, 0]), rng=np.random.default_rng(0))
    np.testing.assert_allclose(model(X.astype(float)).data[:, 0], [0, 1, 1, 0], atol=1e-10)


def test_bad_input():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="equal rows"):
        memorize(np.ones((2, 3)), np.zeros(2), rng=rng)
    with pytest.raises(ValueError, match="memorize: X has shape"):
        memorize(np.ones(3), np.zeros(3), rng=rng)
    with pytest.raises(ValueError, match="too close"):
        memorize(np.array([[1.0, 0.0], [1.0, 5e-324]]), np.zeros(2), rng=rng)
