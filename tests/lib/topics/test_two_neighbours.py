"""Both neighbours: the task, and one head against two."""

import numpy as np
from beside_torch import rng

from derived.topics import two_neighbours as ring


def test_targets_are_the_neighbours():
    X, y = ring.rings(rng(), 3)
    symbols = X[..., : ring.SYMBOLS].argmax(axis=-1)
    assert X.dtype == np.float32 and (X[..., ring.SYMBOLS :].argmax(axis=-1) == np.arange(8)).all()
    for n in range(3):
        for t in range(8):
            assert y[n, t].tolist() == [symbols[n, t - 1], symbols[n, (t + 1) % 8]]


def test_two_heads_see_two_places():
    found = {}
    for heads in (1, 2):
        model = ring.Neighbours(heads, rng(1))
        ring.train(model, rng(2), 120)
        found[heads] = np.sort(ring.accuracy(model, rng(3)))
        assert model.weights(ring.rings(rng(), 2)[0]).shape == (2, heads, 8, 8)
    assert found[1][0] < 0.5 and found[2][0] > 0.95
