"""Adam and AdamW: a hundred steps beside torch.optim, for every option."""

import numpy as np
import pytest
import torch
from beside_torch import hundred_steps

from derived import nn, optim

OPTIONS = [
    {}, {"lr": 0.05}, {"betas": (0.5, 0.9)}, {"betas": (0.0, 0.999)}, {"betas": (0.9, 0.0)}, {"betas": (0.0, 0.0)},
    {"eps": 1e-3}, {"eps": 1.0}, {"weight_decay": 0.1}, {"weight_decay": 0.0}, {"lr": 0.0, "weight_decay": 0.1},
    {"lr": 0.01, "betas": (0.8, 0.95), "eps": 1e-4, "weight_decay": 0.3},
]  # fmt: skip


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("name", ["Adam", "AdamW"])
def test_a_hundred_steps(name, options):
    hundred_steps(getattr(optim, name), getattr(torch.optim, name), options)


@pytest.mark.parametrize("name", ["Adam", "AdamW"])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"betas": (1.0, 0.9)}, r"betas is \(1.0, 0.9\), expected two numbers in \[0, 1\)"),
        ({"betas": (0.9, -0.1)}, r"betas is \(0.9, -0.1\), expected two numbers in \[0, 1\)"),
        ({"betas": (0.9,)}, r"betas is \(0.9,\), expected two numbers in \[0, 1\)"),
        ({"eps": -1e-8}, "eps is -1e-08, expected a number >= 0"),
        ({"weight_decay": -0.1}, "weight_decay is -0.1, expected a number >= 0"),
        ({"lr": -1.0}, "lr is -1.0, expected a number >= 0"),
    ],
)
def test_bad_options_are_named(name, options, message):
    with pytest.raises(ValueError, match=f"^{name}: {message}$"):
        getattr(optim, name)([nn.Parameter(np.ones(2))], **options)


def test_the_decay_of_adamw_is_not_that_of_adam():
    values = []
    for kind in (optim.Adam, optim.AdamW):
        p = nn.Parameter(np.ones(2))
        optimizer = kind([p], lr=0.1, weight_decay=0.5)
        p.grad = np.zeros(2)
        optimizer.step()
        values.append(p.data[0])
    np.testing.assert_allclose(values, [0.9, 0.95], rtol=1e-6)
