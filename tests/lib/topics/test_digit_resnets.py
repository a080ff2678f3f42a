"""Sizes, starts, and a training run that repeats itself."""

import numpy as np

from derived.topics.digit_resnets import digit_resnet, train_and_score
from derived.topics.layer_specs import Branches, Conv, Dense, GlobalPool, Norm, Pool, totals, walk
from derived.topics.lenet import count_params


def test_counts_and_shapes():
    block = (Conv(8, 3, padding=1, bias=False), Norm())
    specs = [Conv(8, 3, padding=1), Pool(2, 2), *[Branches(((*block, *block), ()), "add")] * 3, GlobalPool(), Dense(10)]
    for skip in (False, True):
        model = digit_resnet(3, skip, rng=np.random.default_rng(0))
        assert count_params(model) == totals(walk(specs, (1, 8, 8)))[0]
        assert model(np.ones((2, 1, 8, 8), np.float32)).shape == (2, 10)


def test_shortcuts_change_the_function_and_runs_repeat():
    rng = np.random.default_rng(0)
    X, y = rng.random((64, 1, 8, 8), np.float32), np.arange(64) % 10
    runs = [train_and_score((X, X, y, y), 1, skip, 3, epochs=2, batch_size=32) for skip in (True, True, False)]
    assert runs[0] == runs[1] != runs[2] and all(0 <= a <= 1 for _, a in runs)
