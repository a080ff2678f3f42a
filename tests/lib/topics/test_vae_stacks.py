"""Models trained side by side become what each becomes alone."""

import numpy as np
import pytest

from derived import nn, ops
from derived.data import Batches
from derived.optim import Adam
from derived.topics.vae import VAE, train_vae
from derived.topics.vae_stacks import train_autoencoders, train_vaes
from derived.training import fit


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
    together = train_autoencoders(X, 2, (5, 3), 4, rngs=generators(), lr=0.02, batch_size=8, output=output)
    for ours, rng in zip(together, generators(), strict=True):
        options = {"rng": rng, "init": "xavier_normal", "dtype": np.float64}
        encoder = nn.MLP([6, 5, 3, 2], "tanh", **options)
        alone = nn.Sequential(encoder, nn.MLP([2, 3, 5, 6], "tanh", output=output, **options))
        fit(alone, ops.mse_loss, Adam(alone.parameters(), lr=0.02), Batches(X, X, 8, rng), 4, progress=False)
        np.testing.assert_allclose(ours(X).data, alone(X).data, atol=1e-9)


def test_a_plain_autoencoder_finds_a_line():
    rng = np.random.default_rng(4)
    X = (rng.standard_normal((100, 1)) @ np.ones((1, 4))).astype(np.float32)
    (model,) = train_autoencoders(X, 1, (), 200, rngs=[rng], lr=0.02)
    assert np.mean((model(X).data - X) ** 2) < 1e-3 and model[0](X).shape == (100, 1)
