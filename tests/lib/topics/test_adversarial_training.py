"""Attacked batches are attacks on the model of the moment, and training on them resists the attack better."""

import numpy as np
import torch

from derived.data import Batches, load_digits, split
from derived.parity import torch_twin
from derived.topics.adversarial_training import Attacked, adversarial_train, strided_cnn
from derived.topics.attacks import fgsm
from derived.training import accuracy


def test_network_is_that_of_torch():
    rng = np.random.default_rng(0)
    model, x = strided_cnn(rng=rng, dtype=np.float64), rng.random((3, 1, 8, 8))
    np.testing.assert_allclose(model(x).data, torch_twin(model)(torch.tensor(x)).detach(), atol=1e-12)
    assert model(x).shape == (3, 10)


def test_batches_are_attacked_with_the_weights_of_the_moment():
    rng = np.random.default_rng(2)
    X, y = rng.random((10, 1, 8, 8)).astype(np.float32), rng.integers(0, 10, 10)
    model = strided_cnn(rng=rng)
    batches = Attacked(Batches(X, y, 5, shuffle=False), model, lambda m, a, b: fgsm(m, a, b, 0.1))
    assert len(batches) == 2
    for k, (a, b) in enumerate(batches):
        rows = slice(5 * k, 5 * k + 5)
        np.testing.assert_array_equal(b, y[rows])
        np.testing.assert_array_equal(a, fgsm(model, X[rows], y[rows], 0.1))
        model[0].weight.data = -model[0].weight.data


def test_training_resists():
    digits = load_digits(images=True)
    X, _, y, _ = split(digits.X, digits.y, (0.75, 0.25), random_state=3)
    attack = lambda m, a, b: fgsm(m, a, b, 0.1)
    plain, robust = (adversarial_train(strided_cnn(rng=np.random.default_rng(3)), X, y, how, epochs=4, seed=3,
                                       batch_size=32)
                     for how in (None, attack))  # fmt: skip
    assert accuracy(plain, X, y) > 0.9
    assert accuracy(robust, attack(robust, X, y), y) > accuracy(plain, attack(plain, X, y), y) + 0.1
