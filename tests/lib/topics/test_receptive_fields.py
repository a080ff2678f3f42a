"""Receptive fields against the support of torch's gradient; the recursion without its stride is seen to be wrong."""

import numpy as np
import pytest
import torch

from derived.parity import torch_twin
from derived.topics.receptive_fields import Stage, extent, receptive_field, sizes_through, stack, window

STACKS = [
    [Stage(1)],
    [Stage(3), Stage(3)],
    [Stage(3, 1, 1), Stage(2, 2), Stage(3, 1, 1), Stage(2, 2)],
    [Stage(5, 2, 2), Stage(3, 1, 0, 2)],
    [Stage(4, 3, 1), Stage(2), Stage(3, 2, 1)],
]


@pytest.mark.parametrize("stages", STACKS)
def test_gradient_support(stages):
    model, r = stack(stages, rng=np.random.default_rng(0)), receptive_field(stages)
    widths = sizes_through(4 * r + 8, stages)
    u = widths[-1] // 2
    x = torch.zeros((1, 1, widths[0], widths[0]), dtype=torch.float64, requires_grad=True)
    y = torch_twin(model)(x)
    assert y.shape[-1] == widths[-1]
    y[0, 0, u, u].backward()
    first, last = extent(x.grad[0, 0].numpy())
    assert (first, last) == window(stages, u) and last - first + 1 == r
    if any(s.stride > 1 for s in stages[:-1]):
        assert 1 + sum(s.reach - 1 for s in stages) != r


def test_lenet():
    stages = [Stage(5), Stage(2, 2), Stage(5), Stage(2, 2)]
    assert sizes_through(32, stages) == [32, 28, 14, 10, 5] and receptive_field(stages) == 16


def test_bad_arguments():
    with pytest.raises(ValueError, match="kernel=0"):
        Stage(0)
    with pytest.raises(ValueError, match="no window"):
        sizes_through(2, [Stage(3)])
    with pytest.raises(ValueError, match="0 everywhere"):
        extent(np.zeros((2, 2)))
