"""Modules: names, copies, freezing and errors, beside PyTorch's."""

import copy
import pickle

import numpy as np
import pytest
import torch
from beside_torch import close

from derived import nn, ops
from derived.tensor import Tensor


def rng():
    return np.random.default_rng(0)


def network():
    return nn.Sequential(
        nn.Linear(4, 3, rng=rng()), nn.ReLU(), nn.Sequential(nn.Linear(3, 3, bias=False, rng=rng()), nn.Tanh()),
        nn.Linear(3, 2, rng=rng()),
    )  # fmt: skip


def twin():
    from torch.nn import Linear, ReLU, Sequential, Tanh

    return Sequential(Linear(4, 3), ReLU(), Sequential(Linear(3, 3, bias=False), Tanh()), Linear(3, 2))


class Tied(nn.Module):
    """One matrix used twice, a list of modules and a list of parameters."""

    def __init__(self):
        self.first = nn.Linear(3, 3, rng=rng())
        self.second = self.first
        self.blocks = [nn.Linear(3, 3, rng=rng()), nn.ReLU()]
        self.scales = [nn.Parameter(np.ones(3)), nn.Parameter(np.ones(3))]
        self.offset = nn.Parameter(np.zeros(3))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return self.second(self.first(x)) * self.scales[0] * self.scales[1] + self.offset


class TorchTied(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Linear(3, 3)
        self.second = self.first
        self.blocks = torch.nn.ModuleList([torch.nn.Linear(3, 3), torch.nn.ReLU()])
        self.scales = torch.nn.ParameterList([torch.ones(3), torch.ones(3)])
        self.offset = torch.nn.Parameter(torch.zeros(3))


def test_names_and_shapes_are_those_of_torch():
    ours, theirs = network(), twin()
    assert [n for n, _ in ours.named_parameters()] == [n for n, _ in theirs.named_parameters()]
    assert {n: a.shape for n, a in ours.state_dict().items()} == {
        n: tuple(p.shape) for n, p in theirs.state_dict().items()
    }
    assert list(ours.state_dict()) == list(theirs.state_dict())


def test_shared_parameters_and_lists_are_those_of_torch():
    ours, theirs = Tied(), TorchTied()
    assert {n for n, _ in ours.named_parameters()} == {n for n, _ in theirs.named_parameters()}
    assert set(ours.state_dict()) == set(theirs.state_dict())
    assert len(ours.parameters()) == len(list(theirs.parameters())) == 7
    ours(np.ones((2, 3))).sum().backward()
    assert all(p.grad is not None for p in ours.parameters())


def test_state_goes_to_torch_and_back():
    ours, theirs = network(), twin()
    theirs.load_state_dict({n: torch.tensor(a) for n, a in ours.state_dict().items()})
    x = rng().standard_normal((5, 4)).astype(np.float32)
    close(ours(x), theirs(torch.tensor(x)), 1e-6)
    other = nn.Sequential(*network().layers)
    other.load_state_dict({n: p.numpy() for n, p in twin().state_dict().items()})
    assert not np.allclose(other(x).data, ours(x).data)


def test_state_is_a_copy_and_is_loaded_in_place():
    model = network()
    arrays, state = [p.data for p in model.parameters()], model.state_dict()
    for p in model.parameters():
        p.data[...] = 7
    assert all((a != 7).all() for a in state.values())
    model.load_state_dict(state)
    for p, before, (name, array) in zip(model.parameters(), arrays, state.items(), strict=True):
        assert p.data is before, name
        np.testing.assert_array_equal(p.data, array)


def test_a_state_that_does_not_fit_changes_nothing():
    model = network()
    before = model.state_dict()
    for change, message in [
        (lambda s: s.pop("0.weight"), r"load_state_dict: missing \['0.weight'\], unknown \[\]"),
        (lambda s: s.update(extra=np.ones(2)), r"load_state_dict: missing \[\], unknown \['extra'\]"),
        (lambda s: s.update({"3.bias": np.ones(5)}), r"load_state_dict: 3.bias has shape \(5,\), expected \(2,\)"),
    ]:
        state = {n: a + 1 for n, a in before.items()}
        change(state)
        with pytest.raises(ValueError, match=message):
            model.load_state_dict(state)
        for name, array in model.state_dict().items():
            np.testing.assert_array_equal(array, before[name])


def test_freeze_and_thaw():
    model = network()
    x = np.ones((2, 4), np.float32)
    assert model[0].requires_grad_(False) is model[0]
    model(x).sum().backward()
    assert [p.grad is None for p in model.parameters()] == [True, True, False, False, False]
    model.requires_grad_()
    model.zero_grad()
    assert all(p.grad is None for p in model.parameters())
    model(x).sum().backward()
    assert all(p.grad is not None for p in model.parameters())
    model.requires_grad_(False)
    assert not model(x).requires_grad


def test_train_and_eval_reach_every_depth():
    model = network()
    assert model.training
    assert model.eval() is model
    assert not any(m.training for m in model.modules())
    model.train()
    assert all(m.training for m in model.modules())
    assert len(list(model.modules())) == 7


def test_parts_of_a_sequence_share_the_parameters():
    model = network()
    x = np.ones((2, 4), np.float32)
    assert len(model) == 4 and len(model[:2]) == 2 and model[-1] is model.layers[3]
    close(model[2:](model[:2](x)), model(x), 1e-6)
    assert model[:1].parameters()[0] is model.parameters()[0]


def test_copies_are_independent():
    model = network()
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        other.parameters()[0].data[...] = 5
        assert (model.parameters()[0].data != 5).all()
        assert [n for n, _ in other.named_parameters()] == [n for n, _ in model.named_parameters()]


def test_representation_reads_like_torchs():
    expected = [line.replace("True", "").replace("False", "") for line in str(twin()).splitlines()]
    ours = [line.replace("True", "").replace("False", "") for line in repr(network()).splitlines()]
    assert ours == expected


def test_a_module_without_forward_and_one_without_parameters():
    class Empty(nn.Module):
        pass

    with pytest.raises(NotImplementedError, match="Empty does not define forward"):
        Empty()(1)
    assert nn.ReLU().parameters() == [] and nn.Sequential().state_dict() == {}
    assert isinstance(nn.Identity()(np.ones(2)), Tensor) and nn.Sequential(nn.Identity())(np.ones(2)).shape == (2,)


def test_a_parameter_is_a_tensor_that_requires_its_gradient():
    p = nn.Parameter([1.0, 2.0])
    assert p.requires_grad and not nn.Parameter([1.0], requires_grad=False).requires_grad
    (ops.mul(p, p)).sum().backward()
    close(p.grad, [2.0, 4.0])
    with pytest.raises(TypeError, match="requires_grad needs floating-point data"):
        nn.Parameter([1, 2])
