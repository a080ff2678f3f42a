"""Twins of blocks: equal to ours, and different as soon as a weight is."""

import numpy as np
import pytest
import torch
from beside_torch import close, rng

from derived.parity import random_blocks


@pytest.mark.parametrize("kind", ["Encoder", "Decoder"])
@pytest.mark.parametrize("norm_first", [True, False])
def test_twins(kind, norm_first):
    for case in random_blocks(6, kind, rng(), norm_first=norm_first):
        inputs = (case.x,) if kind == "Encoder" else (case.x, case.memory)
        ours, theirs = case.layer(*inputs).data, case.twin(*map(torch.tensor, inputs))
        close(ours, theirs)
    case.layer.linear2.weight.data = case.layer.linear2.weight.data * 1.5
    assert not np.allclose(case.layer(*inputs).data, ours)
