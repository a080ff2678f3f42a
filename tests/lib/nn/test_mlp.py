"""The multilayer perceptron: layers, names, values and training beside PyTorch."""

import numpy as np
import pytest
import torch
from beside_torch import close, normal

from derived import nn, ops, optim


def rng():
    return np.random.default_rng(0)


def twin(sizes, activation):
    layers = []
    for fan_in, fan_out in zip(sizes[:-1], sizes[1:], strict=True):
        layers += [torch.nn.Linear(fan_in, fan_out), activation()]
    return torch.nn.Sequential(*layers[:-1]).double()


@pytest.mark.parametrize("sizes", [(4, 3), (4, 5, 3), (1, 1, 1, 1), (6, 5, 4, 3)])
def test_a_step_of_training_equals_torch(sizes):
    ours, theirs = nn.MLP(sizes, "tanh", rng=rng(), dtype=np.float64), twin(sizes, torch.nn.Tanh)
    theirs.load_state_dict({n: torch.tensor(a) for n, a in ours.state_dict().items()})
    X, y = normal(7, sizes[0]), rng().integers(sizes[-1], size=7)
    for _ in range(3):
        loss = ops.cross_entropy(ours(X), y)
        expected = torch.nn.functional.cross_entropy(theirs(torch.tensor(X)), torch.tensor(y))
        close(loss, expected)
        ours.zero_grad(), theirs.zero_grad()
        loss.backward(), expected.backward()
        for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
            close(p.grad, q.grad)
        optim.SGD(ours.parameters(), lr=0.1).step()
        torch.optim.SGD(theirs.parameters(), lr=0.1).step()


def test_layers_and_output():
    model = nn.MLP((4, 3, 2), "relu", rng=rng(), output="softmax")
    assert [type(layer).__name__ for layer in model] == ["Linear", "ReLU", "Linear", "Softmax"]
    close(model(np.ones((5, 4), np.float32)).sum(1), np.ones(5), 1e-6)
    assert [type(layer).__name__ for layer in nn.MLP((4, 2), rng=rng())] == ["Linear"]
    assert nn.MLP((4, 3, 2), rng=rng()).sizes == (4, 3, 2)
    assert not nn.MLP((4, 3, 2), rng=rng())[0].bias.data.any()


def test_the_same_generator_gives_the_same_network():
    a, b = nn.MLP((4, 3, 2), rng=rng()), nn.MLP((4, 3, 2), rng=rng())
    for p, q in zip(a.parameters(), b.parameters(), strict=True):
        np.testing.assert_array_equal(p.data, q.data)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match=r"MLP: sizes is \[4\], expected at least inputs and outputs"):
        nn.MLP([4], rng=rng())
    with pytest.raises(ValueError, match=r"activation: name is 'rely', expected one of .* \(did you mean 'relu'\?\)"):
        nn.MLP((4, 3, 2), "rely", rng=rng())
    with pytest.raises(ValueError, match="did you mean 'softmax'"):
        nn.MLP((4, 2), rng=rng(), output="softmaxx")
