"""Transfer: what is frozen does not move, what is drawn is what was asked for."""

import numpy as np
import pytest
import torch

from derived import nn, ops
from derived.data import blobs
from derived.topics.transfer import compare, few_shot, fit_full_batch, new_head, of_classes
from derived.training import accuracy


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    return blobs(120, rng.uniform(-8, 8, (4, 3)), 0.5, rng=rng)


def test_of_classes(data):
    X, y = data
    A, a = of_classes(X, y, range(2, 4))
    np.testing.assert_array_equal(A, X[y >= 2])
    np.testing.assert_array_equal(a, y[y >= 2] - 2)


@pytest.mark.parametrize("shots", [1, 5, 30])
def test_few_shot(data, shots):
    X, y = few_shot(*data, shots, np.random.default_rng(0))
    assert np.bincount(y).tolist() == [shots] * 4
    assert len(np.unique(X, axis=0)) == len(X)  # without replacement
    known = {tuple(row): label for row, label in zip(*data, strict=True)}
    assert all(known[tuple(row)] == label for row, label in zip(X, y, strict=True))


def test_few_shot_of_too_few(data):
    with pytest.raises(ValueError, match="per_class is 31, expected from 1 to 30"):
        few_shot(*data, 31, np.random.default_rng(0))


@pytest.mark.parametrize("freeze", [True, False])
def test_frozen_layers_stay_bit_by_bit(data, freeze):
    rng = np.random.default_rng(0)
    model = nn.MLP([3, 5, 2], rng=rng)
    before = model.state_dict()
    copy = new_head(model, 4, freeze=freeze, rng=rng)
    assert copy(data[0]).shape == (120, 4)
    fit_full_batch(copy, *data, 20)
    for name in ("0.weight", "0.bias"):
        assert np.array_equal(copy.state_dict()[name], before[name]) == freeze
    assert all(np.array_equal(before[name], array) for name, array in model.state_dict().items())
    assert all(p.requires_grad for p in model.parameters())


def test_the_heads_gradient_is_that_of_softmax_regression(data):
    X, y = data
    model = new_head(nn.MLP([3, 5, 2], rng=np.random.default_rng(0), dtype=np.float64), 4, freeze=True,
                     rng=np.random.default_rng(1))  # fmt: skip
    ops.cross_entropy(model(X.astype(float)), y).backward()
    features = torch.tensor(model[:-1](X.astype(float)).data)
    V = torch.tensor(model[-1].weight.data, dtype=torch.float64, requires_grad=True)
    c = torch.tensor(model[-1].bias.data, dtype=torch.float64)
    torch.nn.functional.cross_entropy(features @ V.T + c, torch.tensor(y)).backward()
    np.testing.assert_allclose(model[-1].weight.grad, V.grad, atol=1e-6)
    assert all(p.grad is None for p in model[:-1].parameters())


def test_compare(data):
    rng = np.random.default_rng(0)
    pretrained = fit_full_batch(nn.MLP([3, 8, 4], rng=rng), *data, 50)
    result = compare(pretrained, few_shot(*data, 10, rng), data, steps=100, rng=rng)
    assert list(result) == ["frozen", "fine-tuned", "scratch"]
    assert all(0.5 < value <= 1 for value in result.values())
    assert accuracy(pretrained, *data) > 0.9
