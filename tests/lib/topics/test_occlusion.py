"""Occlusion maps against covering by hand; a square that is never lifted is caught."""

import numpy as np
import pytest

from derived import nn
from derived.topics.marked_digits import digit_reader
from derived.topics.occlusion import occlusion_map


@pytest.mark.parametrize(("size", "stride", "fill"), [(1, 1, 0.0), (3, 1, 0.5), (4, 3, -1.0), (10, 1, 0.0)])
def test_brute_force(size, stride, fill):
    rng = np.random.default_rng(size)
    model = digit_reader(rng=rng, channels=(2, 3), dtype=np.float64)
    images, classes = rng.random((2, 1, 10, 10)), np.array([1, 8])
    found = occlusion_map(model, images, classes, size, stride, fill)
    brute, lasting = np.empty_like(found), np.empty_like(found)
    for n, c in enumerate(classes):
        whole, kept = model(images[n : n + 1]).data[0, c], images[n : n + 1].copy()
        for u, v in np.ndindex(found.shape[1:]):
            copy = images[n : n + 1].copy()
            for each in (copy, kept):
                each[:, :, u * stride : u * stride + size, v * stride : v * stride + size] = fill
            brute[n, u, v] = whole - model(copy).data[0, c]
            lasting[n, u, v] = whole - model(kept).data[0, c]
    np.testing.assert_allclose(found, brute, atol=1e-12)
    assert found.size == 2 or np.abs(lasting - brute).max() > 1e-3


def test_linear_scores_and_colours():
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(3 * 4 * 5, 2, rng=rng, dtype=np.float64))
    image, w = rng.random((1, 3, 4, 5)), model[1].weight.data[1].reshape(3, 4, 5)
    found = occlusion_map(model, image, np.array([1]), 1)
    np.testing.assert_allclose(found[0], (w * image[0]).sum(axis=0), atol=1e-12)


def test_bad_arguments():
    model, image = digit_reader(rng=np.random.default_rng(0)), np.zeros((1, 1, 10, 10), np.float32)
    for message, args in (("size is 11", ([0], 11)), ("stride is 0", ([0], 2, 0)), ("2 classes", ([0, 1], 2))):
        with pytest.raises(ValueError, match=message):
            occlusion_map(model, image, *args)
