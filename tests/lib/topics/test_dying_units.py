"""Dead units against PyTorch's gradients and against training."""

import numpy as np
import pytest
import torch

from derived import nn, ops, optim
from derived.parity import torch_twin
from derived.topics.dying_units import dead_share, dead_units


def network(sizes, activation="relu", bias=0.0, seed=0):
    model = nn.MLP(sizes, activation, rng=np.random.default_rng(seed), dtype=np.float64)
    for layer in model.layers[:-1]:
        if isinstance(layer, nn.Linear):
            layer.bias.data[:] = bias
    return model


@pytest.mark.parametrize("sizes", [[1, 1, 1], [3, 8, 2], [3, 6, 5, 2]])
@pytest.mark.parametrize("bias", [0.0, -1.5])
def test_dead_means_no_gradient_for_any_example(sizes, bias):
    X = np.random.default_rng(1).standard_normal((6, sizes[0]))
    for seed in range(5):
        model = network(sizes, bias=bias, seed=seed)
        dead = dead_units(model, X)
        assert [len(d) for d in dead] == sizes[1:-1]
        twin, values = torch_twin(model), torch.tensor(X)
        for module in twin:
            if isinstance(module, torch.nn.ReLU):
                np.testing.assert_array_equal(dead.pop(0), (values <= 0).all(dim=0))
            values = module(values)
        values.sum().backward()
        lowest = dead_units(model, X)[0]
        assert not twin[0].weight.grad.numpy()[lowest].any() and not twin[0].bias.grad.numpy()[lowest].any()


def test_the_dead_of_the_first_layer_stay_dead_and_others_may_die():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((20, 3)), rng.integers(0, 2, 20)
    model = network([3, 30, 2], bias=-1.5)
    before, weights = dead_units(model, X)[0], model[0].weight.data.copy()
    assert 0 < before.sum() < 30
    optimizer = optim.SGD(model.parameters(), lr=0.5)
    for _ in range(50):
        optimizer.zero_grad()
        ops.cross_entropy(model(X), y).backward()
        optimizer.step()
    assert np.array_equal(model[0].weight.data[before], weights[before])
    assert dead_units(model, X)[0][before].all() and not np.array_equal(model[0].weight.data, weights)


@pytest.mark.parametrize("activation", ["leaky_relu", "elu", "tanh", "softplus"])
def test_units_that_cannot_die(activation):
    assert dead_share(network([3, 8, 2], activation, bias=-3.0), np.ones((4, 3))) == 0


def test_share_and_bad_input():
    assert dead_share(network([3, 8, 4, 2], bias=-100.0), np.ones((4, 3))) == 1
    with pytest.raises(ValueError, match="X has no rows"):
        dead_units(network([3, 8, 2]), np.ones((0, 3)))
    with pytest.raises(ValueError, match="no activation"):
        dead_units(network([3, 2]), np.ones((1, 3)))


def test_normalisation_counts_as_no_activation():
    X = np.random.default_rng(1).standard_normal((6, 3))
    for norm in ("batch", "layer"):
        model = nn.MLP([3, 5, 4, 2], rng=np.random.default_rng(0), norm=norm, dtype=np.float64)
        assert [len(d) for d in dead_units(model, X)] == [5, 4]
        model[1].bias.data[2] = -100
        assert dead_units(model, X)[0][2]
