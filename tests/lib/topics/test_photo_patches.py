"""Patches come from where their label says; the network learns some of it."""

import numpy as np
import pytest

from derived.topics.photo_patches import photographs, place_net, place_patches, to_input, to_picture, trained_place_net
from derived.training import accuracy


def test_places():
    photos = np.zeros((2, 3, 60, 80), np.float32)
    photos[1] = 1
    X, y = place_patches(photos, 400, np.random.default_rng(0))
    assert X.shape == (400, 3, 16, 16) and X.dtype == np.float32 and set(y) == set(range(24))
    assert np.array_equal(X.mean(axis=(1, 2, 3)) > 0, y >= 12)
    row = np.zeros((2, 3, 60, 80), np.float32) + np.linspace(0, 1, 60, dtype=np.float32)[:, None]
    X, y = place_patches(row, 600, np.random.default_rng(1))
    means = [X[y == place].mean() for place in (0, 4, 8)]
    assert means[0] < means[1] < means[2]
    with pytest.raises(ValueError, match="photos has shape"):
        place_patches(photos[:1], 3, np.random.default_rng(0))


def test_pictures_and_inputs():
    photos = photographs(8)
    assert photos.shape == (2, 3, 53, 80) and 0 <= photos.min() and photos.max() <= 1
    np.testing.assert_allclose(to_picture(to_input(photos)), photos, atol=1e-6)


def test_training_beats_chance():
    photos = photographs(4)
    X, y = place_patches(photos, 300, np.random.default_rng(5))
    assert accuracy(trained_place_net(photos, 0, count=600, epochs=3), X, y) > 0.12
    assert place_net(rng=np.random.default_rng(0))(X[:2]).shape == (2, 24)
