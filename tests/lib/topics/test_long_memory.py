"""The adding problem and readers of sequences."""

import numpy as np
import pytest
from beside_torch import rng

from derived import nn
from derived.topics.long_memory import Reader, adding_problem, remember, train_adding


@pytest.mark.parametrize("length", [2, 3, 50])
def test_the_answer_is_the_sum_of_the_two_marked_numbers(length):
    x, y = adding_problem(length, 200, rng())
    assert x.shape == (length, 200, 2)
    assert x.dtype == y.dtype == np.float32
    assert (x[: length // 2, :, 1].sum(axis=0) == 1).all()
    assert (x[length // 2 :, :, 1].sum(axis=0) == 1).all()
    np.testing.assert_allclose((x[..., 0] * x[..., 1]).sum(axis=0), y, rtol=1e-6)
    assert abs(adding_problem(length, 20_000, rng(1))[1].var() - 1 / 6) < 0.01


def test_a_sequence_of_one_has_no_two_halves():
    with pytest.raises(ValueError, match="length is 1, expected at least 2"):
        adding_problem(1, 3, rng())


def test_biases_for_a_memory():
    layer = nn.LSTM(2, 1000, rng=rng())
    remember(layer, 50, rng(1))
    i, f, g, o = np.split(layer.bias_ih_l0.data + layer.bias_hh_l0.data, 4)
    assert np.array_equal(i, -f)
    assert not g.any()
    assert not o.any()
    assert f.min() >= 0
    assert np.log(45) < f.max() <= np.log(49)
    assert abs(np.exp(f).mean() - 25) < 2  # uniform on [1, 49]


@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
def test_readers_learn_a_short_sum(kind):
    assert Reader(kind, 2, 5, 3, rng=rng())(np.zeros((4, 6, 2), np.float32)).shape == (6, 3)
    errors = train_adding(kind, 2, 0, hidden=16, steps=150, every=75, lr=0.02)
    assert errors.shape == (2,)
    assert errors[-1] < 0.05
