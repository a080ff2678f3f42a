"""The module: random in training, absent in evaluation, and its place in the multilayer perceptron."""

import numpy as np
import pytest
import torch
from beside_torch import close, normal

from derived import nn
from derived.parity import torch_twin
from derived.tensor import Tensor


def rng():
    return np.random.default_rng(0)


def test_modes():
    drop, x = nn.Dropout(0.4, rng=rng()), normal(50, 20)
    values = drop(x).data
    assert 0.3 < np.mean(values == 0) < 0.5
    close(values[values != 0], x[values != 0] / 0.6)
    assert (drop(x).data != values).any()
    close(drop.eval()(x), x)
    assert isinstance(drop(x), Tensor) and drop(x).dtype == x.dtype
    close(nn.Dropout(0.0, rng=rng())(x), x)
    assert drop.train()(x.astype(np.float32)).dtype == np.float32
    assert repr(drop) == "Dropout(p=0.4)"


def test_the_gradient_passes_where_the_unit_was_kept():
    x = Tensor(normal(30, 10), requires_grad=True)
    y = nn.Dropout(0.75, rng=rng())(x)
    y.backward(normal(30, 10, seed=1))
    close(x.grad, np.where(y.data != 0, 4 * normal(30, 10, seed=1), 0))


def test_dropout_in_a_perceptron():
    net = nn.MLP([4, 5, 6, 3], rng=rng(), dropout=[0.2, 0.0, 0.5])
    kinds = ["Dropout", "Linear", "ReLU", "Linear", "ReLU", "Dropout", "Linear"]
    assert [type(layer).__name__ for layer in net] == kinds and (net[0].p, net[5].p) == (0.2, 0.5)
    assert [type(layer).__name__ for layer in nn.MLP([4, 5, 6, 3], rng=rng(), dropout=0.5)].count("Dropout") == 2
    assert len(nn.MLP([4, 5, 3], rng=rng(), dropout=0.0)) == 3
    plain, dropping = nn.MLP([4, 5, 3], rng=rng()), nn.MLP([4, 5, 3], rng=rng(), dropout=0.5)
    for p, q in zip(plain.parameters(), dropping.parameters(), strict=True):
        close(p.data, q.data)
    x = normal(7, 4).astype(np.float32)
    close(dropping.eval()(x), plain(x))
    assert np.abs(dropping.train()(x).data - plain(x).data).max() > 0.01


def test_the_twin_has_dropout_too():
    net = nn.MLP([4, 5, 3], rng=rng(), dropout=[0.2, 0.5], dtype=np.float64).eval()
    twin = torch_twin(net)
    assert [m.p for m in twin if isinstance(m, torch.nn.Dropout)] == [0.2, 0.5]
    close(net(normal(6, 4)), twin.eval()(torch.tensor(normal(6, 4))))


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="Dropout: p is 1, expected a drop probability"):
        nn.Dropout(1, rng=rng())
    with pytest.raises(ValueError, match="Dropout: rng is 3, expected a numpy.random.Generator"):
        nn.Dropout(0.5, rng=3)
    with pytest.raises(ValueError, match="MLP: dropout has 3 numbers, expected 2"):
        nn.MLP([4, 5, 3], rng=rng(), dropout=[0.1, 0.2, 0.3])
    with pytest.raises(ValueError, match=r"Dropout: p is 1.5"):
        nn.MLP([4, 5, 3], rng=rng(), dropout=1.5)
