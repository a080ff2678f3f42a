"""Every schedule beside PyTorch's schedulers, float64, over many steps; bad arguments; shapes."""

from math import cos, log, pi

import numpy as np
import pytest

from derived import schedules as S
from derived.parity.schedules import torch_rates, torch_warmup_rates

N = 400
RNG = np.random.default_rng(0)


def triangle(t, low, high, up, down):
    p = t % (up + down)
    return low + (high - low) * (p / up if p <= up else (up + down - p) / down)


PAIRS = {
    "step": lambda: (S.StepLR(0.3, 7, 0.4), torch_rates("StepLR", 0.3, N, step_size=7, gamma=0.4)),
    "step by default": lambda: (S.StepLR(0.3, 50), torch_rates("StepLR", 0.3, N, step_size=50)),
    "exponential": lambda: (S.ExponentialLR(0.3, 0.97), torch_rates("ExponentialLR", 0.3, N, gamma=0.97)),
    "1/t": lambda: (S.InverseTimeLR(0.3, 0.2), torch_rates("LambdaLR", 0.3, N, lr_lambda=lambda t: 1 / (1 + 0.2 * t))),
    "1/sqrt": lambda: (S.InverseSqrtLR(0.3), torch_rates("LambdaLR", 0.3, N, lr_lambda=lambda t: (t + 1) ** -0.5)),
    "noam": lambda: (S.NoamLR(64, 40, 2.0), torch_rates(
        "LambdaLR", 2.0, N, lr_lambda=lambda t: 64**-0.5 * min(t**-0.5 if t else 1.0, t * 40**-1.5))),
    "cosine": lambda: (S.CosineAnnealingWarmRestarts(0.3, 30, eta_min=0.01),
                       torch_rates("CosineAnnealingWarmRestarts", 0.3, N, T_0=30, eta_min=0.01)),
    "cosine growing": lambda: (S.CosineAnnealingWarmRestarts(0.3, 5, 3),
                               torch_rates("CosineAnnealingWarmRestarts", 0.3, N, T_0=5, T_mult=3)),
    "cosine of one step": lambda: (S.CosineAnnealingWarmRestarts(0.3, 1),
                                   torch_rates("CosineAnnealingWarmRestarts", 0.3, N, T_0=1)),
    "warm-up, step": lambda: (S.LinearWarmup(S.StepLR(0.3, 50, 0.5), 20, 0.1),
                              torch_warmup_rates(0.3, N, 20, 0.1, "StepLR", step_size=50, gamma=0.5)),
    "warm-up by default": lambda: (S.LinearWarmup(S.ExponentialLR(0.3, 0.99)),
                                   torch_warmup_rates(0.3, N, 5, 1 / 3, "ExponentialLR", gamma=0.99)),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_rates_are_those_of_pytorch(name):
    ours, theirs = PAIRS[name]()
    np.testing.assert_allclose(ours(np.arange(N)), theirs, rtol=1e-12, atol=1e-15)
    assert [ours(t) for t in range(5)] == ours(np.arange(5)).tolist()


@pytest.mark.parametrize("mode", ["triangular", "triangular2", "exp_range"])
@pytest.mark.parametrize(("up", "down"), [(13, None), (13, 5), (1, 1), (3, 11)])
def test_triangles_are_those_of_pytorch(mode, up, down):
    ours = S.CyclicLR(0.01, 0.3, up, down, mode, 0.99)
    theirs = torch_rates("CyclicLR", 0.3, N, base_lr=0.01, max_lr=0.3, step_size_up=up, step_size_down=down, mode=mode,
                         gamma=0.99, cycle_momentum=False)  # fmt: skip
    np.testing.assert_allclose(ours(np.arange(N)), theirs, rtol=1e-11)
    if mode == "triangular":
        np.testing.assert_allclose(ours(np.arange(N)), [triangle(t, 0.01, 0.3, up, down or up) for t in range(N)])


def test_the_printed_triangle_is_another_one():
    t, s = np.arange(200), 20
    L = np.floor(t / (2 * s))
    right = 0.1 + 0.9 * np.maximum(0, 1 - abs(t / s - (2 * L + 1)))
    np.testing.assert_allclose(S.CyclicLR(0.1, 1.0, s)(t), right, rtol=1e-12)
    printed = 0.1 + 0.9 * np.maximum(0, 1 - abs(t / s - (2 * L + 1)) + 1)
    assert not np.allclose(S.CyclicLR(0.1, 1.0, s)(t), printed) and printed.max() == pytest.approx(1.9)


@pytest.mark.parametrize(("T_0", "m"), [(1, 2), (10, 2), (7, 3), (4, 1)])
def test_restarts_at_large_steps(T_0, m):
    schedule = S.CosineAnnealingWarmRestarts(1.0, T_0, m)
    start = T_0 * (m**10 - 1) // (m - 1) if m > 1 else 10 * T_0
    assert schedule(start) == 1.0 and schedule(start - 1) < 1.0
    T_i = T_0 * m**9
    assert schedule(start - 1) == pytest.approx((1 + cos(pi * (T_i - 1) / T_i)) / 2, abs=1e-12)


def test_shapes_and_types():
    for schedule in (S.StepLR(1.0, 3), S.CyclicLR(0.0, 1.0, 4), S.CosineAnnealingWarmRestarts(1.0, 4, 2),
                     S.LinearWarmup(S.InverseSqrtLR(1.0)), S.NoamLR(1)):  # fmt: skip
        assert isinstance(schedule(3), float) and isinstance(schedule(np.int64(3)), float)
        assert schedule(np.arange(6).reshape(2, 3)).shape == (2, 3) and schedule(np.array([4])).shape == (1,)
        assert schedule([]).shape == (0,)


def test_an_exponential_in_both_notations():
    np.testing.assert_allclose(S.ExponentialLR(0.5, np.exp(-0.03))(np.arange(50)), 0.5 * np.exp(-0.03 * np.arange(50)))
    assert S.ExponentialLR(1.0, 0.5)(10) == 2.0**-10 and S.ExponentialLR(1, 0.9)(int(log(0.1) / log(0.9))) > 0.1


@pytest.mark.parametrize(("make", "message"), [
    (lambda: S.StepLR(0.0, 3), "StepLR: lr is 0.0"),
    (lambda: S.StepLR(0.1, 0), "StepLR: step_size is 0"),
    (lambda: S.ExponentialLR(0.1, 1.1), "ExponentialLR: gamma is 1.1"),
    (lambda: S.InverseTimeLR(0.1, -1), "InverseTimeLR: decay is -1"),
    (lambda: S.InverseSqrtLR(-1), "InverseSqrtLR: lr is -1"),
    (lambda: S.CyclicLR(0.3, 0.1), "CyclicLR: max_lr is 0.1"),
    (lambda: S.CyclicLR(0.1, 0.3, mode="square"), "mode is 'square'"),
    (lambda: S.CosineAnnealingWarmRestarts(0.1, 0), "T_0 is 0"),
    (lambda: S.CosineAnnealingWarmRestarts(0.1, 5, 1.5), "T_mult is 1.5"),
    (lambda: S.CosineAnnealingWarmRestarts(0.1, 5, eta_min=0.2), "eta_min is 0.2"),
    (lambda: S.LinearWarmup(S.StepLR(0.1, 3), 0), "total_iters is 0"),
    (lambda: S.NoamLR(0), "NoamLR: d_model is 0"),
    (lambda: S.StepLR(0.1, 3)(-1), "StepLR: t is -1, expected whole numbers >= 0"),
    (lambda: S.StepLR(0.1, 3)(0.5), "t is 0.5"),
])  # fmt: skip
def test_bad_input(make, message):
    with pytest.raises(ValueError, match=message):
        make()
