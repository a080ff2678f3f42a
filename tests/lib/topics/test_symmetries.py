"""Symmetries: the function stays, against PyTorch's autograd where derivatives are stated; missing parts are seen."""

import itertools

import numpy as np
import pytest
import torch

from derived import nn
from derived.topics.symmetries import flip_signs, imbalance, orbit, permute_hidden, rescale, rescaling_signs


def network(sizes, activation, seed=0):
    rng = np.random.default_rng(seed)
    model = nn.MLP(sizes, activation, rng=rng, dtype=np.float64)
    for p in model.parameters():
        p.data = rng.standard_normal(p.shape)
    return model, rng.standard_normal((7, sizes[0]))


SIZES = [[3, 4, 2], [1, 1, 1], [2, 3, 5, 1], [4, 1, 3, 2]]


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "gelu"])
def test_permutations_keep_the_function(sizes, activation):
    model, X = network(sizes, activation)
    for layer in range(1, len(sizes) - 1):
        order = np.random.default_rng(1).permutation(sizes[layer])
        twin = permute_hidden(model, layer, order)
        np.testing.assert_allclose(twin(X).data, model(X).data, rtol=0, atol=1e-12)
        np.testing.assert_array_equal(twin[2 * (layer - 1)].weight.data, model[2 * (layer - 1)].weight.data[order])


@pytest.mark.parametrize("sizes", SIZES)
def test_sign_flips_keep_an_odd_function(sizes):
    model, X = network(sizes, "tanh")
    for layer in range(1, len(sizes) - 1):
        for units in itertools.chain.from_iterable(itertools.combinations(range(sizes[layer]), k) for k in (1, 2)):
            np.testing.assert_allclose(flip_signs(model, layer, units)(X).data, model(X).data, rtol=0, atol=1e-12)
    relu, X = network(sizes, "relu")
    assert np.abs(flip_signs(relu, 1, [0])(X).data - relu(X).data).max() > 1e-3  # not for ReLU


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
@pytest.mark.parametrize("c", [1e-3, 0.5, 40.0])
def test_rescaling_keeps_a_homogeneous_function(sizes, activation, c):
    model, X = network(sizes, activation)
    for layer in range(1, len(sizes) - 1):
        twin = rescale(model, layer, sizes[layer] - 1, c)
        np.testing.assert_allclose(twin(X).data, model(X).data, rtol=1e-12, atol=1e-12)
    other, X = network(sizes, "tanh")
    assert np.abs(rescale(other, 1, 0, 2.0)(X).data - other(X).data).max() > 1e-4  # not for tanh


@pytest.mark.parametrize("sizes, count", [([2, 1], 1), ([1, 1, 1], 2), ([2, 3, 1], 48), ([1, 2, 1, 2], 16)])
def test_orbit(sizes, count):
    model, X = network(sizes, "tanh")
    models = list(orbit(model))
    different = {tuple(np.concatenate([p.data.ravel() for p in m.parameters()])) for m in models}
    assert len(models) == len(different) == count
    assert all(np.allclose(m(X).data, model(X).data, rtol=0, atol=1e-12) for m in models)


def test_the_bias_belongs_to_the_unit():
    model, X = network([3, 4, 2], "relu")
    twin = rescale(model, 1, 2, 3.0)
    twin[0].bias.data[2] /= 3.0
    assert np.abs(twin(X).data - model(X).data).max() > 1e-3


def test_the_model_itself_is_left_alone():
    model, _ = network([2, 3, 1], "tanh")
    before = model.state_dict()
    permute_hidden(model, 1, [2, 1, 0]), flip_signs(model, 1, [0]), rescale(model, 1, 0, 2.0)
    assert all(np.array_equal(before[name], array) for name, array in model.state_dict().items())


@pytest.mark.parametrize("sizes", SIZES)
def test_signs_are_the_derivative_of_rescaling(sizes):
    model, _ = network(sizes, "relu")
    h = 1e-6
    for layer in range(1, len(sizes) - 1):
        for unit in range(sizes[layer]):
            up, down = rescale(model, layer, unit, 1 + h), rescale(model, layer, unit, 1 - h)
            for D, p, a, b in zip(rescaling_signs(model, layer, unit), model.parameters(), up.parameters(),
                                  down.parameters(), strict=True):  # fmt: skip
                np.testing.assert_allclose(D * p.data, (a.data - b.data) / (2 * h), atol=1e-8)


def test_imbalance_is_conserved_by_gradient_flow():
    """Its derivative along -grad is 0 by torch; without the bias it is not."""
    model, X = network([3, 4, 2], "relu")
    W1, b1, W2, b2 = (torch.tensor(p.data, requires_grad=True) for p in model.parameters())
    loss = ((torch.relu(torch.tensor(X) @ W1.T + b1) @ W2.T + b2) ** 2).mean()
    g1, gb, g2 = torch.autograd.grad(loss, [W1, b1, W2])
    rate = -2 * ((W1 * g1).sum(1) + b1 * gb - (W2 * g2).sum(0))
    assert rate.abs().max() < 1e-12
    assert (rate + 2 * b1 * gb).abs().max() > 1e-3
    q = (W1**2).sum(1) + b1**2 - (W2**2).sum(0)
    np.testing.assert_allclose(imbalance(model, 1), q.detach(), rtol=1e-12)


def test_without_bias():
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(2, 3, bias=False, rng=rng), nn.ReLU(), nn.Linear(3, 1, rng=rng))
    X = rng.standard_normal((5, 2)).astype(np.float32)
    twin = rescale(permute_hidden(model, 1, [1, 2, 0]), 1, 0, 2.0)
    np.testing.assert_allclose(twin(X).data, model(X).data, atol=1e-6)
    assert imbalance(model, 1).shape == (3,)
    assert len(rescaling_signs(model, 1, 0)) == len(model.parameters())


@pytest.mark.parametrize("call, message", [
    (lambda m: permute_hidden(m, 0, [0]), "permute_hidden: layer is 0, expected a hidden layer, 1 to 1"),
    (lambda m: permute_hidden(m, 2, [0]), "permute_hidden: layer is 2"),
    (lambda m: permute_hidden(m, 1, [0, 1, 1]), r"order is \[0, 1, 1\], expected each of 0 to 2 once"),
    (lambda m: flip_signs(m, 1, [3]), "flip_signs: unit is 3, expected one of 0 to 2"),
    (lambda m: rescale(m, 1, 0, 0.0), "rescale: c is 0.0, expected a positive number"),
    (lambda m: rescale(m, 1, -1, 2.0), "rescale: unit is -1"),
    (lambda m: rescaling_signs(m, 1, 5), "rescaling_signs: unit is 5"),
])  # fmt: skip
def test_messages(call, message):
    with pytest.raises(ValueError, match=message):
        call(network([2, 3, 1], "relu")[0])
