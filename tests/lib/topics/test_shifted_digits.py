"""Frames keep every pixel, rings count every shift once, and training learns."""

import numpy as np
import pytest

from derived import nn
from derived.data.augmentation import shift
from derived.topics.shifted_digits import framed, shift_scores, train


class Column(nn.Module):
    """Says in which column the ink stands."""

    def forward(self, x):
        return np.asarray(x).sum(axis=(1, 2))


def test_turns_of_shifts():
    x = framed(np.ones((1, 1, 1, 1)), 2)
    assert x.shape == (1, 1, 5, 5) and shift(x, -2, 2).sum() == 1
    x = np.repeat(x, 16, axis=0)
    # two of the eight directions leave the column as it is; each class meets all of them
    np.testing.assert_allclose(shift_scores(Column(), x, np.full(16, 2)), [1, 2 / 8, 2 / 8])
    np.testing.assert_allclose(shift_scores(Column(), x, np.repeat([1, 2], 8)), [1 / 2, 5 / 16, 1 / 8])
    np.testing.assert_allclose(shift_scores(Column(), x, np.arange(16) // 2 % 2 + 1), [1 / 2, 5 / 16, 1 / 8])


def test_training_learns_and_repeats():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(64, 2)).astype(np.float32)
    y = (X[:, 0] > 0).astype(int)
    nets = [train(nn.MLP([2, 8, 2], rng=np.random.default_rng(1)), X, y, 20, 0.03, seed=2) for _ in range(2)]
    assert np.array_equal(nets[0](X).data, nets[1](X).data)
    assert np.mean(nets[0](X).data.argmax(axis=1) == y) > 0.95


def test_bad_frame():
    with pytest.raises(ValueError, match="images has shape"):
        framed(np.ones((8, 8)))
