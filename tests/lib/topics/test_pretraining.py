"""Autoencoders against PyTorch and PCA; what greedy training hands on."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from derived import ops
from derived.tensor import Tensor
from derived.topics.pretraining import Autoencoder, greedy, reconstruction_loss, train_autoencoder, with_head
from derived.training import predict


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((60, 3)) @ rng.standard_normal((3, 6)) + 0.1 * rng.standard_normal((60, 6))
    return X - X.mean(axis=0)


@pytest.mark.parametrize("shape", [(1, 1), (4, 3)])
def test_loss_is_a_sum_over_entries_and_a_mean_over_examples(shape):
    rng = np.random.default_rng(1)
    x_hat, x = rng.standard_normal(shape), rng.standard_normal(shape)
    ours, theirs = Tensor(x_hat, requires_grad=True), torch.tensor(x_hat, requires_grad=True)
    value = reconstruction_loss(ours, x)
    value.backward()
    expected = ((theirs - torch.tensor(x)) ** 2).sum(dim=1).mean()
    expected.backward()
    assert value.item() == pytest.approx(expected.item())
    np.testing.assert_allclose(ours.grad, theirs.grad)


def test_forward_is_torchs(data):
    model = Autoencoder(6, 4, "tanh", rng=np.random.default_rng(2), dtype=np.float64)
    W, V = (torch.tensor(m.weight.data) for m in (model.encoder[0], model.decoder))
    expected = torch.tanh(torch.tensor(data) @ W.T) @ V.T  # the biases start at 0
    np.testing.assert_allclose(model(data).data, expected)


def test_a_linear_autoencoder_comes_to_pca(data):
    model = train_autoencoder(data, 2, "identity", rng=np.random.default_rng(3), epochs=1500, lr=0.02, batch_size=60)
    pca = PCA(2).fit(data)
    best = np.sum((data - pca.inverse_transform(pca.transform(data))) ** 2) / len(data)
    error = reconstruction_loss(model(data), data).item()
    assert best <= error <= 1.01 * best
    worse = np.sum((data - PCA(1).fit(data).inverse_transform(PCA(1).fit_transform(data))) ** 2) / len(data)
    assert error < 0.5 * worse


def test_each_layer_learns_from_the_one_below(data):
    trained = greedy(data.astype(np.float32), [5, 2], "tanh", rng=np.random.default_rng(4), epochs=3)
    assert [m.encoder[0].weight.shape for m in trained] == [(5, 6), (2, 5)]
    assert trained[1].decoder.weight.shape == (5, 2) and trained[0].decoder.weight.dtype == np.float32
    alone = np.random.default_rng(4)
    first = train_autoencoder(data.astype(np.float32), 5, "tanh", rng=alone, epochs=3)
    second = train_autoencoder(predict(first.encoder, data.astype(np.float32)), 2, "tanh", rng=alone, epochs=3)
    np.testing.assert_array_equal(second.encoder[0].weight.data, trained[1].encoder[0].weight.data)


def test_the_network_starts_with_copies(data):
    trained = greedy(data, [5, 2], "relu", rng=np.random.default_rng(5), epochs=1)
    model = with_head(trained, 3, rng=np.random.default_rng(6))
    codes = trained[1].encoder(trained[0].encoder(data))
    np.testing.assert_allclose(model[:-1](data).data, codes.data)
    assert model(data).shape == (60, 3) and model[-1].weight.dtype == np.float64
    before = trained[0].encoder[0].weight.data.copy()
    ops.cross_entropy(model(data), np.zeros(60, int)).backward()
    model[0].weight.data -= model[0].weight.grad
    np.testing.assert_array_equal(trained[0].encoder[0].weight.data, before)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: train_autoencoder(np.ones(3), 2, rng=np.random.default_rng(0)), r"H has shape \(3,\)"),
        (lambda: train_autoencoder(np.ones((3, 1)), 0, rng=np.random.default_rng(0)), "units is 0"),
        (lambda: greedy(np.ones((3, 1)), [], rng=np.random.default_rng(0)), r"widths is \[\]"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
