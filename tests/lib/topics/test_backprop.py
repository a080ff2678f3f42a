"""The layer-by-layer algorithm: against torch, finite differences and the tape, on random networks."""

import re

import numpy as np
import pytest
import torch

from derived import nn, ops
from derived.check import finite_difference
from derived.parity import networks, torch_twin
from derived.topics import backprop

RNG = np.random.default_rng


def by_differences(case, l2=0.0):
    arrays = [p.data for p in case.model.parameters()]
    for k in range(len(arrays)):

        def objective(a, k=k):
            own = [*arrays[:k], a, *arrays[k + 1 :]]
            return case.value(*own) + 0.5 * l2 * sum(np.sum(W * W) for W in own[::2])

        yield finite_difference(objective, arrays[k])


def error(ours, theirs):
    return max(np.abs(a - b).max() / max(1, np.abs(b).max()) for a, b in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("l2", [0.0, 0.3])
def test_gradients_are_those_of_finite_differences(l2):
    for case in networks(RNG(0), 27):
        ours = backprop.gradients(case.model, case.loss, case.X, case.y, l2)
        assert error(ours.in_order(), by_differences(case, l2)) < 1e-8, case


def test_gradients_and_error_terms_are_torchs():
    for case in networks(RNG(1), 54):
        ours, theirs = backprop.gradients(case.model, case.loss, case.X, case.y), case.torch()
        assert ours.loss == pytest.approx(theirs.E.item(), abs=1e-13)
        assert error(ours.W + ours.b + ours.Z, [t.grad.numpy() for t in theirs.W + theirs.b + theirs.Z]) < 1e-13, case


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_tape_finds_the_same_bits(dtype):
    model = nn.MLP([7, 5, 1, 4], "gelu", rng=RNG(2), dtype=dtype)
    X, y = RNG(3).standard_normal((6, 7)).astype(dtype), np.array([0, 3, 1, 1, 2, 0])
    ours = backprop.gradients(model, ops.cross_entropy, X, y)
    loss, grads = backprop.tape_gradients(model, ops.cross_entropy, X, y)
    assert ours.loss == loss
    assert all(np.array_equal(a, b) and a.dtype == dtype for a, b in zip(ours.in_order(), grads, strict=True))


@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_an_activation_in_the_last_layer(output):
    """The pullback of the softmax is a Jacobian for each row, not a slope for each entry."""
    model = nn.MLP([3, 4, 3], "tanh", rng=RNG(4), output=output, dtype=np.float64)
    X, y = RNG(5).standard_normal((5, 3)), RNG(6).standard_normal((5, 3))
    twin = torch_twin(model)
    torch.nn.functional.mse_loss(twin(torch.tensor(X)), torch.tensor(y)).backward()
    ours = backprop.gradients(model, ops.mse_loss, X, y).in_order()
    assert error(ours, [p.grad.numpy() for p in twin.parameters()]) < 1e-14


def test_shapes_of_one_example_and_one_unit():
    model = nn.MLP([1, 1, 1], "tanh", rng=RNG(7), dtype=np.float64)
    g = backprop.gradients(model, ops.mse_loss, np.ones((1, 1)), np.zeros((1, 1)))
    assert [a.shape for a in g.in_order()] == [(1, 1), (1,), (1, 1), (1,)] and [z.shape for z in g.Z] == [(1, 1)] * 2


@pytest.mark.parametrize(
    "wrong",
    [lambda k: backprop.Kept(k.A, k.W, lambda g: g), lambda k: backprop.Kept(k.A, k.W.T, k.pull),
     lambda k: backprop.Kept(k.A[::-1], k.W, k.pull), lambda k: backprop.Kept(-k.A, k.W, k.pull)],
    ids=["no slopes", "transposed", "rows exchanged", "sign"],
)  # fmt: skip
def test_a_wrong_backward_pass_is_caught(wrong):
    case = next(networks(RNG(8), 1, examples=4, activation="tanh", loss_name="mse_loss", sizes=[3, 3, 3]))
    output, kept = backprop.forward(backprop.layers(case.model), case.X)
    g = case.loss.rule(output, case.y)[1](1.0)
    truth = [t.grad.numpy() for t in case.torch().W]
    assert error(backprop.backward(kept, g)[0], truth) < 1e-13
    assert error(backprop.backward([wrong(k) for k in kept], g)[0], truth) > 1e-3


def test_models_that_are_no_chain_of_layers():
    rng = RNG(9)
    with pytest.raises(ValueError, match="layers: Tanh does not follow a linear layer"):
        backprop.layers(nn.Sequential(nn.Tanh(), nn.Linear(2, 2, rng=rng)))
    with pytest.raises(ValueError, match="layers: ReLU does not follow a linear layer"):
        backprop.layers(nn.Sequential(nn.Linear(2, 2, rng=rng), nn.Tanh(), nn.ReLU()))
    with pytest.raises(ValueError, match=re.escape("layers: a linear layer has no bias")):
        backprop.layers(nn.Sequential(nn.Linear(2, 2, bias=False, rng=rng)))


def test_descent_takes_the_steps_of_torchs_sgd():
    model = nn.MLP([3, 4, 2], "tanh", rng=RNG(10), dtype=np.float64)
    twin = torch_twin(model)
    X, y = RNG(11).standard_normal((5, 3)), RNG(12).standard_normal((5, 2))
    losses = backprop.descend(model, lambda m: backprop.tape_gradients(m, ops.mse_loss, X, y), lr=0.1, steps=20)
    optimizer, theirs = torch.optim.SGD(twin.parameters(), lr=0.1), []
    for _ in range(20):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(twin(torch.tensor(X)), torch.tensor(y))
        loss.backward()
        theirs.append(loss.item())
        optimizer.step()
    assert losses == pytest.approx(theirs, abs=1e-13) and losses[-1] < losses[0]
