"""The epoch timer with a clock that the test holds."""

import numpy as np
import pytest

from derived import nn, ops, optim
from derived.training import EpochTimer, fit


def fake_clock(*readings):
    left = iter(readings)
    return lambda: next(left)


def test_planted_times_are_reported():
    lines = []
    timer = EpochTimer(fake_clock(100.0, 161.25, 161.75, 281.75), lines.append)
    for epoch in (1, 2, 3):
        timer(epoch, "model", "history")
    assert lines == ["epoch 1: 1 min 1.250 s", "epoch 2: 0 min 0.500 s", "epoch 3: 2 min 0.000 s"]
    assert timer.durations == [61.25, 0.5, 120.0] and timer.total == 181.75
    assert repr(timer) == "EpochTimer(3 epochs, 3 min 1.750 s)"


def test_rounding_never_shows_sixty_seconds():
    timer = EpochTimer(fake_clock(0.0, 59.9996))
    timer(1)
    assert repr(timer) == "EpochTimer(1 epoch, 1 min 0.000 s)"


def test_start_begins_anew():
    timer = EpochTimer(fake_clock(0.0, 5.0, 50.0, 51.0))
    timer(1)
    timer.start()
    timer(1)
    assert timer.durations == [1.0] and timer.total == pytest.approx(1.0)


def test_as_a_callback_of_fit():
    rng = np.random.default_rng(0)
    net = nn.Linear(2, 2, rng=rng)
    X, y = rng.standard_normal((8, 2)).astype(np.float32), rng.integers(0, 2, 8)
    timer = EpochTimer()
    fit(net, ops.cross_entropy, optim.SGD(net.parameters(), lr=0.1), [(X, y)], 3, callbacks=[timer], progress=False)
    assert len(timer.durations) == 3 and min(timer.durations) > 0
