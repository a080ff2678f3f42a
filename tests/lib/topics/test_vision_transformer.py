"""Patches beside PyTorch's unfold; tokens without positions are a bag."""

import numpy as np
import pytest
import torch
from beside_torch import close, normal, rng

from derived.topics.vision_transformer import VisionTransformer, patches


@pytest.mark.parametrize("shape", [(1, 6), (2, 3), (4, 6), (4, 1), (1, 1)])
def test_patches_are_those_of_unfold(shape):
    images = normal(3, 4, 6)
    expected = torch.nn.functional.unfold(torch.tensor(images)[:, None], shape, stride=shape).transpose(1, 2)
    close(patches(images, shape), expected)


def test_patches_must_tile():
    with pytest.raises(ValueError, match="expected multiples"):
        patches(normal(1, 4, 6), (3, 3))


@pytest.mark.parametrize("positions", [True, False])
def test_positions_tell_the_order(positions):
    model = VisionTransformer(5, 3, 4, 8, 2, positions=positions, rng=rng()).eval()
    x = normal(2, 5, 3).astype(np.float32)
    same = np.allclose(model(x).data, model(x[:, ::-1]).data, atol=1e-5)
    assert same != positions
    assert model(x).shape == (2, 4)
