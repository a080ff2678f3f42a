"""Masks: same answers up to rounding, no gradient; the attacker's replacements have one."""

import numpy as np
import pytest

from derived import nn
from derived.topics.adversarial_training import strided_cnn
from derived.topics.attacks import loss_gradient, margin_loss
from derived.topics.gradient_masking import NoisyInput, Quantized, quantize
from derived.topics.spectral_penalty import Scaled


def test_masks_and_their_gradients():
    rng = np.random.default_rng(0)
    model, x = strided_cnn(rng=rng), rng.random((4, 1, 8, 8)).astype(np.float32)
    y = model(x).data.argmax(axis=1)
    rounded = np.round(3 * x) / 3
    np.testing.assert_allclose(Quantized(model)(x).data, model(rounded.astype(np.float32)).data, atol=1e-5)
    assert not loss_gradient(Quantized(model), x, y).any()
    straight = loss_gradient(Quantized(model, straight_through=True), x, y)
    np.testing.assert_allclose(straight, loss_gradient(model, rounded.astype(np.float32), y), atol=1e-5)
    scaled = nn.Sequential(model, Scaled(1e4))
    np.testing.assert_allclose(scaled(x).data, 1e4 * model(x).data, rtol=1e-5)
    assert not loss_gradient(scaled, x, y).any() and np.abs(loss_gradient(scaled, x, y, margin_loss)).max() > 1
    noisy = NoisyInput(model, 0.1, rng=np.random.default_rng(1))
    first = noisy(x).data
    assert noisy(x).dtype == np.float32 and np.abs(noisy(x).data - first).max() > 1e-3
    again = NoisyInput(model, 0.1, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(again(x).data, first)
    with pytest.raises(ValueError, match="levels is 1"):
        quantize(x, 1)
