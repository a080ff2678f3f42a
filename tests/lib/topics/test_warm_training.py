"""The loop of the small transformers."""

import numpy as np
import pytest
from beside_torch import rng

from derived import nn, ops
from derived.topics.warm_training import train


def test_it_descends_and_leaves_evaluation_mode():
    X = rng().standard_normal((50, 3)).astype(np.float32)
    model, y = nn.Sequential(nn.Linear(3, 1, rng=rng()), nn.Dropout(0.1, rng=rng())), X[:, :1] * 2
    losses = train(model, lambda: ops.mse_loss(model(X), y), 200, 0.1, warmup=20)
    assert losses.shape == (200,)
    assert losses[-1] < 0.3 * losses[0]
    assert not model.training


def test_the_warmup_must_be_shorter():
    with pytest.raises(ValueError, match="steps is 50"):
        train(nn.Linear(1, 1, rng=rng()), lambda: None, 50, 0.1)
