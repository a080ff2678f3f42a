"""Kernels and photographs against SciPy."""

import numpy as np
import pytest
from scipy import ndimage

from derived.topics.filters import KERNELS, filtered, photograph


def test_filters_are_scipys_correlation():
    image = photograph("flower", step=8)
    assert image.shape == (53, 80) and 0 <= image.min() < image.max() <= 1
    for kernel in KERNELS.values():
        ours = filtered(image, kernel, padding=1)
        np.testing.assert_allclose(ours, ndimage.correlate(image, kernel, mode="constant"), atol=1e-12)
    np.testing.assert_allclose(filtered(image, KERNELS["sobel x"], padding=1)[1:-1, 1:-1],
                               ndimage.sobel(image, axis=1)[1:-1, 1:-1], atol=1e-12)  # fmt: skip
    assert not np.allclose(ours, ndimage.convolve(image, KERNELS["sobel x"], mode="constant"))


def test_unknown_photograph():
    with pytest.raises(ValueError, match="'moon'"):
        photograph("moon")
