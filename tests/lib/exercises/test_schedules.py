"""The references of the checkers against PyTorch, SciPy and counting."""

import numpy as np
from scipy import stats

from derived.exercises import schedules as ex
from derived.parity.schedules import torch_rates


def test_triangles_beside_pytorch():
    rates = {}

    def theirs(t, low, high, s):
        key = low, high, s
        if key not in rates:
            rates[key] = torch_rates("CyclicLR", high, 201, base_lr=low, max_lr=high, step_size_up=s,
                                     cycle_momentum=False)  # fmt: skip
        return rates[key][t]

    assert ex.triangular(theirs)


def test_cosines_beside_pytorch():
    assert ex.cosine_restarts(lambda t, lr, T_0, T_mult, eta_min: torch_rates(
        "CosineAnnealingWarmRestarts", lr, t + 1, T_0=T_0, T_mult=T_mult, eta_min=eta_min)[t])  # fmt: skip


def test_trials_by_the_geometric_distribution():
    assert ex.trials_needed(lambda q, P: int(stats.geom(q).ppf(P - 1e-12)))
    assert ex.trials_needed.reference(0.05, 0.95) == 59


def test_draws_by_scipy():
    assert ex.log_rate(lambda p, low, high: float(stats.loguniform(low, high).ppf(1 - p)))
    assert np.isclose(ex.log_rate.reference(0.25, 1e-4, 1.0), 0.1)
