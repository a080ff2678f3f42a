"""Networks side by side train as each would alone."""

import numpy as np
import pytest

from derived import nn, ops, optim
from derived.data import Batches, blobs
from derived.schedules import ExponentialLR, HalveOnPlateau, InverseTimeLR, Scheduler, StepLR
from derived.topics.schedule_race import noisy_digits, plateau_race, schedule_race
from derived.training import accuracy, fit

X, Y = blobs(60, [[-2, 0], [2, 0], [0, 3]], rng=np.random.default_rng(0), dtype=np.float32)
TRAIN, NEW = (X[:40], Y[:40]), (X[40:], Y[40:])
RACE = {"sizes": (2, 6, 3), "epochs": 3, "batch_size": 7}


@pytest.mark.parametrize("kind", [optim.SGD, lambda p, lr: optim.SGD(p, lr, momentum=0.9), optim.Adam])
def test_each_network_trains_as_if_alone(kind):
    schedules = [ExponentialLR(0.05, 0.9), StepLR(0.1, 4, 0.5), InverseTimeLR(0.02, 0.1)]
    record = schedule_race(schedules, [5], [TRAIN], [NEW], optimizer=kind, **RACE)[0]
    assert record.shape == (3, 3, 3)
    for r, schedule in enumerate(schedules):
        net = nn.MLP([2, 6, 3], "relu", rng=np.random.default_rng(5))
        optimizer = kind(net.parameters(), lr=1.0)
        history = fit(net, ops.cross_entropy, optimizer, Batches(*TRAIN, 7, np.random.default_rng(5)), 3,
                      validation={"train": TRAIN, "new": NEW}, scheduler=Scheduler(optimizer, schedule),
                      progress=False)  # fmt: skip
        np.testing.assert_allclose(record[:, 0, r], history["train_loss"], rtol=1e-4)
        np.testing.assert_allclose(record[:, 1, r], history["new_loss"], rtol=1e-4)
        assert record[-1, 2, r] == pytest.approx(accuracy(net, *NEW))
    last = schedule_race(schedules, [5], [TRAIN], [NEW], optimizer=kind, curves=False, **RACE)[0]
    np.testing.assert_array_equal(last[0], record[-1])


def test_a_divergence_is_infinite_and_leaves_the_others_alone():
    both = schedule_race([ExponentialLR(1e20, 1.0), ExponentialLR(0.1, 1.0)], [0], [TRAIN], [NEW], **RACE)[0]
    alone = schedule_race([ExponentialLR(0.1, 1.0)], [0], [TRAIN], [NEW], **RACE)[0]
    assert np.isinf(both[:, :2, 0]).all() and (both[:, 2, 0] == 0).all()
    np.testing.assert_allclose(both[:, :, 1], alone[:, :, 0], rtol=1e-5)


def test_plateau_race_is_fit_with_halve_on_plateau():
    first = [0.5, 10.0, 1e20]
    (record,), (rates,) = plateau_race(first, [2], [TRAIN], [NEW], **RACE)
    for r, lr in enumerate(first[:2]):
        net = nn.MLP([2, 6, 3], "relu", rng=np.random.default_rng(2))
        optimizer = optim.SGD(net.parameters(), lr=lr)
        plateau = HalveOnPlateau(net, optimizer)
        fit(net, ops.cross_entropy, optimizer, Batches(*TRAIN, 7, np.random.default_rng(2)), 3, validation=NEW,
            callbacks=[lambda e, m, h, p=plateau: p.step(h["validation_loss"][-1])], progress=False)  # fmt: skip
        assert record[-1, 1, r] == pytest.approx(ops.cross_entropy(net(X[40:]), Y[40:]).item(), rel=1e-4)
        assert optimizer.lr in (rates[-1, r], rates[-1, r] / 2)
    np.testing.assert_array_equal(rates[0], np.float32(first))
    assert record[:, 1, 0].tolist() == sorted(record[:, 1, 0], reverse=True) and rates[-1, 1] < 10
    assert np.isinf(record[:, :2, 2]).all() and (record[:, 2, 2] == 0).all()
    (last,), _ = plateau_race(first, [2], [TRAIN], [NEW], curves=False, **RACE)
    np.testing.assert_array_equal(last, record[-1:])


def test_seeds_side_by_side_are_each_alone():
    schedules, parts = [ExponentialLR(0.1, 0.9), StepLR(0.2, 4, 0.5)], ([TRAIN, NEW, TRAIN], [NEW, TRAIN, TRAIN])
    parts = [[(x[:20], y[:20]) for x, y in part] for part in parts]
    races = schedule_race(schedules, [3, 4, 3], *parts, **RACE)
    halved, rates = plateau_race([0.5, 2.0], [3, 4, 3], *parts, **RACE)
    assert races.shape == halved.shape == (3, 3, 3, 2) and rates.shape == (3, 3, 2)
    for k, seed in enumerate((3, 4, 3)):
        alone = [[pairs[k]] for pairs in parts]
        np.testing.assert_allclose(races[k], schedule_race(schedules, [seed], *alone, **RACE)[0], rtol=1e-4)
        record, own = plateau_race([0.5, 2.0], [seed], *alone, **RACE)
        np.testing.assert_allclose(halved[k], record[0], rtol=1e-4)
        np.testing.assert_array_equal(rates[k], own[0])


def test_noisy_digits_differ_in_their_noise_only():
    one, two, clean = noisy_digits(1), noisy_digits(2), noisy_digits(1, 0.0)
    assert [len(X) for X, _ in one] == [1010, 337, 450]
    for (a, _), (b, _) in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(one[2][1], clean[2][1])
    for part in (0, 1):
        assert 0.1 < np.mean(one[part][1] != clean[part][1]) < 0.26
        assert (one[part][1] != two[part][1]).any()
