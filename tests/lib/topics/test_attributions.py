"""Named maps against their definitions, agreement of ranks against SciPy."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from derived.parity.backward_rules import hooked_gradient
from derived.topics.attributions import METHODS, attribution, rank_agreement, top_pixels
from derived.topics.marked_digits import digit_reader


def test_named_maps():
    rng = np.random.default_rng(0)
    model = digit_reader(rng=rng, channels=(3, 4), dtype=np.float64)
    images, classes = rng.random((3, 1, 10, 10)), np.array([0, 5, 9])
    maps = {method: attribution(model, images, classes, method) for method in METHODS}
    for rule in ("gradient", "deconvnet", "guided"):
        theirs = hooked_gradient(model, images, classes, rule)
        np.testing.assert_allclose(maps[rule], np.abs(theirs[:, 0]), atol=1e-12)
        if rule == "gradient":
            np.testing.assert_allclose(maps["gradient × image"], (theirs * images)[:, 0], atol=1e-12)
    black = images.copy()
    black[:, :, 2, 3] = 0
    lost = (model(images).data - model(black).data)[np.arange(3), classes]
    np.testing.assert_allclose(maps["occlusion"][:, 2, 3], lost, atol=1e-12)
    with pytest.raises(ValueError, match="guided"):
        attribution(model, images, classes, "guide")


def test_measures():
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 5, (2, 4, 3, 6)).astype(float)
    expected = [spearmanr(x.ravel(), y.ravel())[0] for x, y in zip(a, b, strict=True)]
    np.testing.assert_allclose(rank_agreement(a, b), expected, atol=1e-12)
    assert list(top_pixels(np.eye(2)[:, None])) == [0, 1]
    with pytest.raises(ValueError, match="shapes"):
        rank_agreement(a, b[:, :2])
