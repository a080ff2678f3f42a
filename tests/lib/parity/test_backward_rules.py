"""The hooks by hand: one hidden layer, no library in between."""

import numpy as np

from derived import nn
from derived.parity.backward_rules import hooked_gradient


def test_one_hidden_layer():
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(3, 5, rng=rng, dtype=np.float64), nn.ReLU(),
                          nn.Linear(5, 2, rng=rng, dtype=np.float64))  # fmt: skip
    x, c = rng.normal(size=(4, 3)), np.array([0, 1, 1, 0])
    active = x @ model[0].weight.data.T + model[0].bias.data > 0
    g = model[2].weight.data[c]
    for rule, mask in (("gradient", active), ("deconvnet", g > 0), ("guided", active & (g > 0))):
        np.testing.assert_allclose(hooked_gradient(model, x, c, rule), (g * mask) @ model[0].weight.data, atol=1e-12)
