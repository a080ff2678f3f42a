"""The patience rule beside the training loop's; the closed form of stopped descent beside descent itself."""

import numpy as np
import pytest

from derived import nn
from derived.topics.descent import gradient_descent
from derived.topics.early_stopping import matching_penalty, remainder, stop_after, stopped
from derived.training import EarlyStopping


@pytest.mark.parametrize("patience", [1, 2, 5])
def test_the_rule_is_that_of_the_training_loop(patience):
    rng = np.random.default_rng(patience)
    for errors in [rng.integers(0, 8, 30).astype(float) for _ in range(20)] + [np.arange(9.0), np.ones(1)]:
        rule, model = EarlyStopping(patience), nn.Linear(1, 1, rng=rng)
        epoch = 0
        for epoch, error in enumerate(errors, 1):
            if rule.update(epoch, {"validation_loss": error}, model):
                break
        assert stop_after(errors, patience) == (epoch - 1, rule.best_epoch - 1)


def test_the_best_is_looked_for_up_to_the_stop_only():
    assert stop_after([3, 2, 4, 4, 1], 2) == (3, 1)
    assert stop_after([3, 2, 4, 4, 1], 3) == (4, 4)


@pytest.mark.parametrize("d", [1, 4])
def test_stopped_descent(d):
    rng = np.random.default_rng(d)
    R = rng.standard_normal((d, d))
    H, w_star = R @ R.T, rng.standard_normal(d)
    lr = 0.3 / np.linalg.eigvalsh(H)[-1]
    path = gradient_descent(lambda w: H @ (w - w_star), np.zeros(d), lr, 17)
    np.testing.assert_allclose(stopped(H, w_star, lr, 17), path[-1], atol=1e-12)
    assert abs(stopped(H, w_star, lr, 16) - path[-1]).max() > 1e-6


def test_the_factors_of_the_syllabus():
    """Curvature 0.1, penalty 5: shrunk to 0.9804 by the penalty's remainder, 0.9802 by descent."""
    assert remainder(0.1, 1e-4, 2000) == pytest.approx(0.9802, abs=5e-5)
    assert matching_penalty(1e-4, 2000) == pytest.approx(5)


def test_messages():
    with pytest.raises(ValueError, match="patience is 0, expected an integer >= 1"):
        stop_after([1.0], 0)
    with pytest.raises(ValueError, match="errors is empty"):
        stop_after([], 1)
    with pytest.raises(ValueError, match="steps is 0"):
        matching_penalty(0.1, 0)
