"""The strongest places by brute force; the cut-out alone gives the same activation, a neighbour's does not."""

import numpy as np
import pytest

from derived import nn
from derived.topics.receptive_fields import Stage
from derived.topics.top_patches import stages_of, top_patches, without_padding


def stack(rng, padding):
    options = {"rng": rng, "dtype": np.float64}
    return nn.Sequential(nn.Conv2d(2, 3, 3, padding=padding, **options), nn.ReLU(), nn.MaxPool2d(2),
                         nn.Conv2d(3, 4, 3, padding=padding, **options), nn.ReLU())  # fmt: skip


@pytest.mark.parametrize("padding", [0, 1])
def test_patches(padding):
    rng = np.random.default_rng(padding)
    model, images = stack(rng, padding), rng.normal(size=(4, 2, 16, 18))
    maps = model(images).data
    found = top_patches(model, images, 2, 5)
    assert [p.activation for p in found] == sorted((p.activation for p in found), reverse=True)
    bare = without_padding(model)
    for p in found:
        assert maps[p.image, 2, p.row, p.column] == p.activation and p.bottom - p.top == p.right - p.left == 8
        assert np.isclose(bare(p.cut(images)[None]).data[0, 2].item(), p.activation)
        moved = images[p.image, :, p.top - 1 : p.bottom - 1, p.left : p.right]
        if p.top:
            assert not np.isclose(bare(moved[None]).data[0, 2].item(), p.activation)
    inner = maps[:, 2, 2:-2, 2:-2] if padding else maps[:, 2]
    assert found[0].activation == inner.max()
    once = top_patches(model, images, 2, 4, once=True)
    assert {p.image for p in once} == set(range(4)) and once[0] == found[0]
    assert model[0].padding == (padding, padding)


def test_stages():
    model = stack(np.random.default_rng(0), 1)
    assert stages_of(model) == [Stage(3, 1, 1), Stage(2, 2), Stage(3, 1, 1)]
    with pytest.raises(ValueError, match="count"):
        top_patches(model, np.zeros((1, 2, 8, 8)), 0, 50)
    with pytest.raises(ValueError, match="differs"):
        stages_of(nn.Sequential(nn.MaxPool2d((2, 3))))
