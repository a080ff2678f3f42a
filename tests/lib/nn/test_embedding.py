"""The table of vectors beside PyTorch's."""

import numpy as np
import pytest
import torch
from beside_torch import close, rng

from derived import nn


@pytest.mark.parametrize("padding_idx", [None, 0, 2])
def test_as_torchs(padding_idx):
    ours = nn.Embedding(4, 3, padding_idx, rng=rng(), dtype=np.float64)
    theirs = torch.nn.Embedding(4, 3, padding_idx).double()
    theirs.load_state_dict({n: torch.tensor(a) for n, a in ours.state_dict().items()})
    indices = rng().integers(0, 4, (2, 5))
    value, expected = ours(indices), theirs(torch.tensor(indices))
    close(value.data, expected)
    (value * value).sum().backward()
    (expected * expected).sum().backward()
    close(ours.weight.grad, theirs.weight.grad)
    if padding_idx is not None:
        assert not ours.weight.data[padding_idx].any()


def test_the_start_is_normal_with_the_given_deviation():
    weight = nn.Embedding(100, 50, rng=rng(), std=0.02).weight.data
    assert weight.dtype == np.float32
    assert abs(weight.std() - 0.02) < 0.001
    assert abs(nn.Embedding(100, 50, rng=rng()).weight.data.std() - 1) < 0.05


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="num_embeddings is 0"):
        nn.Embedding(0, 3, rng=rng())
    with pytest.raises(ValueError, match="padding_idx is 4"):
        nn.Embedding(4, 3, 4, rng=rng())
