"""AdaMax, NAdam and AMSGrad beside torch.optim."""

import numpy as np
import pytest
import torch
from beside_torch import hundred_steps, leaf

from derived import optim

COMMON = [{}, {"lr": 0.05}, {"betas": (0.5, 0.9)}, {"betas": (0.0, 0.9)}, {"betas": (0.9, 0.0)}, {"eps": 1e-2},
          {"weight_decay": 0.2}]  # fmt: skip
CASES = (
    [("Adamax", o) for o in COMMON]
    + [("NAdam", o) for o in [*COMMON, {"momentum_decay": 0.5}, {"momentum_decay": 0.0},
                              {"weight_decay": 0.2, "decoupled_weight_decay": True}]]
    + [(name, {**o, "amsgrad": True}) for name in ("Adam", "AdamW") for o in COMMON]
)  # fmt: skip


@pytest.fixture(autouse=True)
def scalars_in_float64():
    """PyTorch's NAdam keeps the product of its momenta in the default dtype."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_a_hundred_steps(name, options):
    hundred_steps(getattr(optim, name), getattr(torch.optim, name), options)


def test_nadam_goes_on_after_its_state_was_loaded():
    def run(stops):
        w = leaf(1.0, -2.0)
        optimizer = optim.NAdam([w], lr=0.1)
        for k in range(8):
            if k in stops:
                fresh = optim.NAdam([w], lr=0.1)
                fresh.load_state_dict(optimizer.state_dict())
                optimizer = fresh
            w.grad = np.sin(w.data + k)
            optimizer.step()
        return w.data.copy()

    np.testing.assert_array_equal(run({3, 6}), run(set()))


def test_a_maximum_in_place_of_the_average_is_another_algorithm():
    class Overwriting(optim.Adam):
        def update(self, w, g, m, v):
            before = v.copy()
            super().update(w, g, m, v)
            np.maximum(before, v, out=v)

    with pytest.raises(AssertionError):
        hundred_steps(Overwriting, lambda p, **o: torch.optim.Adam(p, amsgrad=True, **o), {"lr": 0.05})


def test_bad_options_are_named():
    with pytest.raises(ValueError, match="^NAdam: momentum_decay is -1, expected a number >= 0$"):
        optim.NAdam([leaf(1.0)], momentum_decay=-1)
    with pytest.raises(ValueError, match=r"^Adamax: betas is \(1.0, 0.9\), expected two numbers in \[0, 1\)$"):
        optim.Adamax([leaf(1.0)], betas=(1.0, 0.9))
