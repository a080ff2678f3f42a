"""Marks stand where they should, and the bound on the curvature holds and is needed."""

import numpy as np
import pytest

from derived.check import finite_difference
from derived.tensor import grad
from derived.topics.marked_digits import (
    curvature_bound,
    digit_reader,
    mark_places,
    marked,
    smooth_reader,
    trained_reader,
)
from derived.training import accuracy


def test_marks():
    images, places = np.full((2, 1, 8, 8), 0.6, np.float32), np.array([0, 9])
    pages = marked(images, places, 0.5)
    assert pages.shape == (2, 1, 10, 10) and pages.dtype == np.float32
    assert np.array_equal(pages.reshape(2, -1).argmax(axis=1), mark_places(places))
    assert np.isclose(pages.sum(), 2 + 2 * 64 * 0.3) and not marked(images)[:, 0, :, 0].any()
    with pytest.raises(ValueError, match="images has shape"):
        marked(np.zeros((2, 8, 8)))


def test_curvature():
    rng = np.random.default_rng(0)
    model = smooth_reader(rng=rng, hidden=3)
    for c in (0, 9):
        slope = grad(lambda x, c=c: model(x)[0, c])
        hessian = finite_difference(lambda x, f=slope: f(x.reshape(1, 1, 10, 10)).ravel(), rng.normal(size=100))
        assert np.linalg.norm(hessian, 2) <= curvature_bound(model)
    assert np.linalg.norm(hessian, 2) > curvature_bound(model) / 50


def test_training_learns():
    rng = np.random.default_rng(0)
    X, y = np.zeros((200, 1, 10, 10), np.float32), rng.integers(0, 10, 200)
    X[np.arange(200), 0, y, 0] = 1
    assert accuracy(trained_reader(X, y, 0, 16, channels=(6, 12)), X, y) > 0.9
    assert digit_reader(rng=rng, bias=False)[0].bias is None
