"""The training loop for sequences."""

import numpy as np

from derived import nn, ops
from derived.topics.sequence_training import train_steps


def test_a_line_is_fitted_and_watched():
    rng = np.random.default_rng(0)
    model = nn.Linear(1, 1, rng=rng)
    x = rng.standard_normal((20, 1)).astype(np.float32)
    seen = train_steps(model, lambda: ops.mse_loss(model(x), 2 * x), 200, 0.05, watch=lambda: model.weight.data.item(),
                       every=50)  # fmt: skip
    assert len(seen) == 4
    assert abs(seen[-1] - 2) < 0.05
    assert train_steps(model, lambda: ops.mse_loss(model(x), 2 * x), 1, 0.05) == []
