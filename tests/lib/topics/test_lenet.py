"""Shapes and counts of the networks, and what they do with a shifted digit."""

import numpy as np

from derived.data.augmentation import shift
from derived.parity import torch_twin
from derived.topics.lenet import count_params, digit_cnn, global_cnn, lenet, shapes, weights_and_connections


def rng():
    return np.random.default_rng(0)


def test_lenet_counts():
    model = lenet(rng=rng())
    found = shapes(model, (1, 32, 32))
    assert [s for _, s in found[:7]] == [(6, 28, 28), (6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 10, 10),
                                         (16, 5, 5), (400,)]  # fmt: skip
    counts = [count_params(layer) for layer, _ in found if layer.parameters()]
    assert counts == [156, 2416, 48120, 10164, 850] and count_params(model) == 61706
    assert count_params(model) == sum(p.numel() for p in torch_twin(model).parameters())
    assert weights_and_connections(*found[0]) == (150, 117_600)
    assert weights_and_connections(*found[3]) == (2400, 240_000)


def test_digit_cnn():
    assert count_params(digit_cnn(rng=rng())) == 6090
    assert digit_cnn(side=12, rng=rng())(np.zeros((2, 1, 12, 12), np.float32)).shape == (2, 10)


def test_global_cnn_ignores_shifts_and_a_flattened_one_does_not():
    x = np.zeros((3, 1, 12, 12))
    x[:, :, 3:9, 3:9] = rng().random((3, 1, 6, 6))
    for model, same in ((global_cnn(rng=rng(), dtype=np.float64), True),
                        (digit_cnn(side=12, rng=rng(), dtype=np.float64), False)):  # fmt: skip
        assert np.allclose(model(x).data, model(shift(x, 2, -3)).data) == same
