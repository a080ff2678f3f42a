"""Halving with rollback: rates beside ReduceLROnPlateau, states bit by bit."""

import numpy as np
import pytest
import torch

from derived import nn, ops, optim
from derived.data import Batches
from derived.schedules import HalveOnPlateau
from derived.training import fit, train_step

RNG = np.random.default_rng(3)
X, Y = RNG.standard_normal((40, 3)).astype(np.float32), RNG.integers(0, 3, 40)


def network(kind=optim.Adam, **options):
    net = nn.MLP([3, 4, 3], "relu", rng=np.random.default_rng(0))
    return net, kind(net.parameters(), lr=0.1, **options)


def bits(net, optimizer):
    state = optimizer.state_dict()
    return [a.tobytes() for a in net.state_dict().values()] + [a.tobytes() for a in state["state"].values()] + [
        state["steps"]]  # fmt: skip


def train(net, optimizer, seed, steps=5):
    batches = Batches(X, Y, 8, np.random.default_rng(seed))
    for x, y in list(batches)[:steps]:
        train_step(net, ops.cross_entropy, optimizer, x, y)


@pytest.mark.parametrize("patience", [0, 1, 3])
@pytest.mark.parametrize("mode", ["min", "max"])
def test_rates_are_those_of_pytorch(patience, mode):
    metrics = RNG.standard_normal(200) + np.linspace(2, 0, 200)
    net, optimizer = network()
    plateau = HalveOnPlateau(net, optimizer, mode, 0.7, patience, 1e-4)
    reference = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(
        reference, mode, factor=0.7, patience=patience, min_lr=1e-4, threshold=0.0, threshold_mode="abs", eps=0.0
    )
    for metric in metrics:
        plateau.step(metric)
        theirs.step(float(metric))
        assert optimizer.lr == pytest.approx(reference.param_groups[0]["lr"], rel=1e-12)
    assert plateau.reductions > 3


@pytest.mark.parametrize(("kind", "options"), [(optim.Adam, {}), (optim.SGD, {"momentum": 0.9}), (optim.SGD, {})])
def test_the_rollback_restores_every_bit(kind, options):
    net, optimizer = network(kind, **options)
    plateau = HalveOnPlateau(net, optimizer)
    train(net, optimizer, 1)
    assert not plateau.step(1.0)
    kept = bits(net, optimizer)
    for times in (1, 2):  # a second time from the same kept state, too
        train(net, optimizer, 2)
        assert bits(net, optimizer) != kept
        assert plateau.step(2.0)
        assert bits(net, optimizer) == kept and optimizer.lr == 0.1 * 0.5**times


def test_after_the_rollback_training_is_that_of_a_fresh_copy():
    net, optimizer = network()
    plateau = HalveOnPlateau(net, optimizer)
    train(net, optimizer, 1)
    plateau.step(1.0)
    twin, other = network()
    twin.load_state_dict(net.state_dict())
    other.load_state_dict(optimizer.state_dict())
    train(net, optimizer, 2)
    plateau.step(np.nan)  # worse than anything
    other.lr = 0.05
    train(net, optimizer, 3), train(twin, other, 3)
    assert bits(net, optimizer) == bits(twin, other)


def test_without_the_optimizers_state_it_would_be_another_training():
    net, optimizer = network()
    plateau = HalveOnPlateau(net, optimizer)
    train(net, optimizer, 1)
    plateau.step(1.0)
    weights = net.state_dict()
    train(net, optimizer, 2)
    forgetful = nn.MLP([3, 4, 3], "relu", rng=np.random.default_rng(0))
    forgetful.load_state_dict(weights)
    fresh = optim.Adam(forgetful.parameters(), lr=0.05)
    plateau.step(2.0)
    train(net, optimizer, 3), train(forgetful, fresh, 3)
    assert bits(net, optimizer)[0] != bits(forgetful, fresh)[0]


def test_back_to_the_start_if_the_first_epoch_is_bad_and_patience():
    net, optimizer = network()
    start = bits(net, optimizer)
    plateau = HalveOnPlateau(net, optimizer, patience=1, min_lr=0.04)
    train(net, optimizer, 1)
    assert not plateau.step(np.nan)  # borne
    assert plateau.step(np.inf) and bits(net, optimizer) == start
    for _ in range(8):
        plateau.step(np.inf)
    assert optimizer.lr == 0.04 and plateau.reductions == 5


def test_in_fit_the_kept_loss_never_rises():
    net, optimizer = network()
    plateau, kept = HalveOnPlateau(net, optimizer), []

    def decide(epoch, model, history):
        plateau.step(history["validation_loss"][-1])
        kept.append(ops.cross_entropy(model(X[:10]), Y[:10]).item())

    batches = Batches(X, Y, 8, np.random.default_rng(1))
    fit(net, ops.cross_entropy, optimizer, batches, 12, validation=(X[:10], Y[:10]), callbacks=[decide], progress=False)
    assert (np.diff(kept) <= 1e-6).all() and plateau.reductions > 0


@pytest.mark.parametrize(("options", "message"), [
    ({"factor": 1.0}, "factor is 1.0"), ({"patience": -1}, "patience is -1"), ({"min_lr": -0.1}, "min_lr is -0.1"),
    ({"mode": "mim"}, "did you mean 'min'"),
])  # fmt: skip
def test_bad_input(options, message):
    with pytest.raises(ValueError, match=message):
        HalveOnPlateau(*network(), **options)
