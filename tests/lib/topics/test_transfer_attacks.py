"""Errors by a plain loop."""

import numpy as np

from derived.topics.adversarial_training import strided_cnn
from derived.topics.attacks import fgsm
from derived.topics.transfer_attacks import transfer_errors


def test_matrix_by_loops():
    rng = np.random.default_rng(0)
    models = [strided_cnn(rng=rng), strided_cnn(rng=rng, channels=2)]
    x, y = rng.random((20, 1, 8, 8)).astype(np.float32), rng.integers(0, 10, 20)
    attack = lambda m, a, b: fgsm(m, a, b, 0.2)
    brute = [[np.mean(judge(attack(model, x, y)).data.argmax(axis=1) != y) for judge in models] for model in models]
    np.testing.assert_allclose(transfer_errors(models, x, y, attack), brute)
