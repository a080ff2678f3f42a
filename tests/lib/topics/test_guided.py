"""The three backward passes of a ReLU against hooks in PyTorch and by hand."""

import numpy as np
import pytest

from derived import nn
from derived.parity.backward_rules import hooked_gradient
from derived.topics.guided import RULES, deconv_relu, guided_relu, replaced, with_rule
from derived.topics.input_gradients import input_gradient
from derived.topics.marked_digits import digit_reader


def test_by_hand():
    z, g = np.array([2.0, 2.0, -1.0, -1.0, 0.0]), np.array([3.0, -3.0, 3.0, -3.0, 3.0])
    for rule, expected in ((guided_relu, [3, 0, 0, 0, 0]), (deconv_relu, [3, 0, 3, 0, 3])):
        value, pull = rule.rule(z)
        assert np.array_equal(value, [2, 2, 0, 0, 0]) and np.array_equal(pull(g), expected)


@pytest.mark.parametrize("rule", RULES)
def test_networks_beside_hooks(rule):
    rng = np.random.default_rng(0)
    model = digit_reader(rng=rng, channels=(3, 4), dtype=np.float64)
    images, classes = rng.normal(size=(2, 1, 10, 10)), np.array([0, 9])
    changed = with_rule(model, rule)
    assert np.array_equal(changed(images).data, model(images).data)
    ours, theirs = input_gradient(changed, images, classes), hooked_gradient(model, images, classes, rule)
    np.testing.assert_allclose(ours, theirs, atol=1e-12)
    others = [input_gradient(with_rule(model, other), images, classes) for other in RULES if other != rule]
    assert all(np.abs(other - ours).max() > 1e-3 for other in others)


def test_replaced_shares_parameters():
    model = digit_reader(rng=np.random.default_rng(0))
    mean = replaced(model, nn.MaxPool2d, lambda layer: nn.AvgPool2d(layer.kernel_size))
    assert mean[0].weight is model[0].weight and isinstance(mean[4], nn.AvgPool2d)
    with pytest.raises(ValueError, match="guided"):
        with_rule(model, "guide")
