"""Noise of labels: how many change, to what, and what is refused."""

import numpy as np
import pytest

from derived.data import redrawn_labels, wrong_labels

N, CLASSES = 20_000, 5


@pytest.mark.parametrize("noise, changed", [(wrong_labels, 0.3), (redrawn_labels, 0.3 * (1 - 1 / CLASSES))])
def test_share_of_changed_labels(noise, changed):
    y = np.random.default_rng(0).integers(0, CLASSES, N)
    noisy = noise(y, 0.3, CLASSES, np.random.default_rng(1))
    assert abs(np.mean(noisy != y) - changed) < 4 * np.sqrt(changed * (1 - changed) / N)
    for c in range(CLASSES):  # every other class takes its share
        new = noisy[(y == c) & (noisy != y)]
        others = np.bincount(new, minlength=CLASSES) / len(new)
        assert others[c] == 0 and np.abs(np.delete(others, c) - 1 / (CLASSES - 1)).max() < 0.06
    assert np.array_equal(noise(y, 0.0, CLASSES, np.random.default_rng(1)), y)


def test_wrong_labels_are_never_right():
    y = np.random.default_rng(0).integers(0, CLASSES, 500)
    assert (wrong_labels(y, 1.0, CLASSES, np.random.default_rng(1)) != y).all()
    assert (redrawn_labels(y, 1.0, CLASSES, np.random.default_rng(1)) == y).any()


@pytest.mark.parametrize("noise", [wrong_labels, redrawn_labels])
def test_share_must_be_one(noise):
    with pytest.raises(ValueError, match=f"{noise.__name__}: share is 1.5, expected"):
        noise(np.zeros(3, int), 1.5, CLASSES, np.random.default_rng(1))
