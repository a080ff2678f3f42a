"""The scheduler: order of steps, where it stands, an optimizer under it beside PyTorch."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from derived import optim
from derived.schedules import LinearWarmup, NoamLR, Schedule, Scheduler, StepLR
from derived.tensor import Tensor


def test_the_first_rate_at_once_the_next_after_each_step():
    optimizer = SimpleNamespace(lr=9.0)
    scheduler, seen = Scheduler(optimizer, lambda t: 10 - t), []
    for _ in range(3):
        seen.append(optimizer.lr)
        scheduler.step()
    assert seen == [10, 9, 8] and scheduler.last_epoch == 3


def test_a_schedule_whose_steps_count_from_one():
    optimizer = SimpleNamespace(lr=0.0)
    scheduler = Scheduler(optimizer, NoamLR(4, 10), last_epoch=0)
    assert optimizer.lr == NoamLR(4, 10)(1) > 0
    with pytest.raises(ValueError, match="last_epoch is -2"):
        Scheduler(optimizer, NoamLR(4), last_epoch=-2)
    assert scheduler.state_dict() == {"last_epoch": 1}


def test_it_continues_where_it_was_saved():
    first, second = SimpleNamespace(lr=0.0), SimpleNamespace(lr=0.0)
    one = Scheduler(first, StepLR(1.0, 3, 0.5))
    for _ in range(7):
        one.step()
    two = Scheduler(second, StepLR(1.0, 3, 0.5))
    two.load_state_dict(one.state_dict())
    assert second.lr == first.lr == 0.25
    two.step(), one.step()
    assert (second.lr, two.last_epoch) == (first.lr, one.last_epoch)


def test_an_optimizer_under_a_schedule_is_pytorchs():
    rng = np.random.default_rng(0)
    w, v = Tensor(np.ones(3), requires_grad=True), torch.ones(3, dtype=torch.float64, requires_grad=True)
    ours, theirs = optim.SGD([w], lr=1.0, momentum=0.9), torch.optim.SGD([v], lr=0.2, momentum=0.9)
    mine = Scheduler(ours, LinearWarmup(StepLR(0.2, 10, 0.5), 4, 0.25))
    ramp = torch.optim.lr_scheduler.LambdaLR(
        theirs, lambda t: 0.25 + 0.75 * t / 4 if t < 4 else 0.5 ** ((t - 4) // 10)
    )
    for _ in range(60):
        g = rng.standard_normal(3)
        w.grad, v.grad = g, torch.tensor(g)
        ours.step(), mine.step()
        theirs.step(), ramp.step()
    np.testing.assert_allclose(w.data, v.detach().numpy(), atol=1e-12)


def test_a_schedule_must_define_its_rate():
    with pytest.raises(NotImplementedError, match="Schedule does not define rate"):
        Schedule()(0)
