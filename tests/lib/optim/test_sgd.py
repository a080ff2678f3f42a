"""SGD: a hundred steps beside torch.optim.SGD, for every option."""

import numpy as np
import pytest
import torch
from beside_torch import hundred_steps

from derived import nn, optim

OPTIONS = [
    {}, {"lr": 0.05}, {"momentum": 0.9}, {"momentum": 0.9, "dampening": 0.3}, {"momentum": 0.9, "nesterov": True},
    {"weight_decay": 0.1}, {"momentum": 0.5, "weight_decay": 0.1}, {"dampening": 0.5}, {"momentum": 1.0, "lr": 1e-3},
    {"momentum": 0.9, "dampening": 1.0}, {"momentum": 0.8, "nesterov": True, "weight_decay": 0.05}, {"lr": 0.0},
    {"momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1},
]  # fmt: skip


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_a_hundred_steps(options):
    hundred_steps(optim.SGD, torch.optim.SGD, options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"momentum": -0.1}, "SGD: momentum is -0.1, expected a number >= 0"),
        ({"weight_decay": -1}, "SGD: weight_decay is -1, expected a number >= 0"),
        ({"nesterov": True}, "SGD: nesterov needs momentum > 0 and dampening 0"),
        ({"nesterov": True, "momentum": 0.9, "dampening": 0.1}, "SGD: nesterov needs momentum > 0 and dampening 0"),
        ({"lr": -0.1}, "SGD: lr is -0.1, expected a number >= 0"),
    ],
)
def test_bad_options_are_named(options, message):
    with pytest.raises(ValueError, match=message):
        optim.SGD([nn.Parameter(np.ones(2))], **options)


def test_without_momentum_there_is_no_state():
    assert optim.SGD([nn.Parameter(np.ones(2))]).state == {}
    assert list(optim.SGD([nn.Parameter(np.ones(2))], momentum=0.9).state) == ["momentum"]
