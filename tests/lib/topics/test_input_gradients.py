"""Saliency and shuffled weights against PyTorch, finite differences and the scores themselves."""

import numpy as np
import pytest
import torch

from derived.check import finite_difference
from derived.parity import torch_twin
from derived.parity.backward_rules import hooked_gradient
from derived.topics.input_gradients import input_gradient, saliency_map, shuffled_weights
from derived.topics.marked_digits import digit_reader


def reader(seed, **options):
    return digit_reader(rng=np.random.default_rng(seed), channels=(3, 4), dtype=np.float64, **options)


@pytest.mark.parametrize("N", [1, 3])
def test_gradient_is_torchs(N):
    rng = np.random.default_rng(N)
    model, images, classes = reader(N), rng.normal(size=(N, 1, 10, 10)), rng.integers(0, 10, N)
    ours = input_gradient(model, images, classes)
    np.testing.assert_allclose(ours, hooked_gradient(model, images, classes), atol=1e-12)
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(input_gradient(model, images, (classes + 1) % 10), ours, atol=1e-3)
    brute = finite_difference(lambda x: model(x[None]).data[0, classes[0]], images[0])
    np.testing.assert_allclose(ours[0], brute, atol=1e-7)


def test_map_and_shuffled_weights():
    assert np.array_equal(saliency_map(np.array([[[[1.0]], [[-3.0]]]])), [[[3.0]]])
    model = reader(4)
    before = model.state_dict()
    other = shuffled_weights(model, 2, np.random.default_rng(0))
    for name, array in other.state_dict().items():
        np.testing.assert_allclose(np.sort(array.ravel()), np.sort(before[name].ravel()))
        kept = np.array_equal(array, before[name])
        assert kept == (name.startswith("0.") or not array.any())
    assert all(np.array_equal(before[name], array) for name, array in model.state_dict().items())
    with pytest.raises(ValueError, match="layers is 4"):
        shuffled_weights(model, 4, np.random.default_rng(0))


def test_bad_numbers_of_images():
    with pytest.raises(ValueError, match="2 images and 1 classes"):
        input_gradient(reader(0), np.zeros((2, 1, 10, 10)), np.array([1]))


def test_twin_has_the_same_scores():
    model, x = reader(5), np.random.default_rng(5).random((2, 1, 10, 10))
    np.testing.assert_allclose(model(x).data, torch_twin(model)(torch.tensor(x)).detach(), atol=1e-12)
