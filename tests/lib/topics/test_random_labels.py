"""Small networks learn true labels and random ones; only the true ones carry over."""

import numpy as np

from derived.data import load_digits_split
from derived.topics import random_labels


def test_random_labels_are_learnt_but_not_carried_over():
    X, Z, y, z = load_digits_split()
    sense, nonsense = (random_labels.learn_redrawn((X, y), (Z, z), share, 80, 0, width=128, steps=80, every=20)
                       for share in (0.0, 1.0))  # fmt: skip
    assert sense.steps.tolist() == [0, 20, 40, 60, 80] and sense.train.shape == (5,)
    assert sense.train[-1] > 0.97 and nonsense.train[-1] > 0.9 and nonsense.train[0] < 0.35
    assert sense.test > 0.75 and nonsense.test < 0.3


def test_same_seed_same_result():
    X, y = np.eye(6, dtype=np.float32), np.arange(6) % 3
    runs = [random_labels.learn_redrawn((X, y), (X, y), 0.5, 6, 3, width=8, steps=5, every=5) for _ in range(2)]
    assert np.array_equal(runs[0].train, runs[1].train) and runs[0].test == runs[1].test
