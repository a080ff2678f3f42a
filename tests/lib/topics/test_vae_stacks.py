"""Models trained side by side become what each becomes alone."""

import numpy as np
import pytest

from derived.topics.vae import VAE, train_autoencoder, train_vae
from derived.topics.vae_stacks import train_autoencoders, train_vaes


def generators():
    return [np.random.default_rng(seed) for seed in range(3)]


CASES = [((), None, None), ((5, 4), None, "sigmoid"), ((5,), 0.3, None)]


@pytest.mark.parametrize(("hidden", "variance", "output"), CASES)
def test_variational_autoencoders(hidden, variance, output):
    X = np.random.default_rng(9).random((30, 6))
    options = {"variance": variance, "output": output, "dtype": np.float64}
    alone, together = ([VAE(6, 2, hidden, rng=rng, **options) for rng in generators()] for _ in range(2))
    for model, rng in zip(alone, generators(), strict=True):
        train_vae(model, X, 4, rng=rng, lr=0.02, batch_size=8)
    train_vaes(together, X, 4, rngs=generators(), lr=0.02, batch_size=8)
    for ours, theirs in zip(together, alone, strict=True):
        for key, value in theirs.state_dict().items():
            np.testing.assert_allclose(ours.state_dict()[key], value, atol=1e-9)
        assert ours.variance == pytest.approx(theirs.variance)
    assert not np.allclose(together[0].sample(3, rng=generators()[0]), together[1].sample(3, rng=generators()[0]))


@pytest.mark.parametrize("output", [None, "sigmoid"])
def test_autoencoders(output):
    X = np.random.default_rng(9).random((30, 6))
    options = {"lr": 0.02, "batch_size": 8, "output": output}
    alone = [train_autoencoder(X, 2, (5, 3), 4, rng=rng, **options) for rng in generators()]
    together = train_autoencoders(X, 2, (5, 3), 4, rngs=generators(), **options)
    for ours, theirs in zip(together, alone, strict=True):
        np.testing.assert_allclose(ours(X).data, theirs(X).data, atol=1e-9)
