"""Counts from specifications beside PyTorch's, the published numbers of the networks, and shapes that do not fit."""

import numpy as np
import pytest

from derived.parity.architectures import torch_counts
from derived.topics import architectures as nets
from derived.topics.layer_specs import Branches, Conv, Dense, Flatten, GlobalPool, Norm, Pool, depth, totals, walk

PUBLISHED = {
    "AlexNet": (nets.alexnet(), 227, 8, 60_965_224),
    "AlexNet, one group": (nets.alexnet(1), 227, 8, 62_378_344),
    "ZFNet": (nets.zfnet(), 224, 8, 62_357_608),
    "VGG-16": (nets.vgg16(), 224, 16, 138_357_544),
    "GoogLeNet": (nets.googlenet(), 224, 22, 6_998_552),
    "ResNet-18": (nets.resnet(18), 224, 18, 11_689_512),
    "ResNet-34": (nets.resnet(34), 224, 34, 21_797_672),
    "ResNet-50": (nets.resnet(50), 224, 50, 25_557_032),
    "DenseNet-121": (nets.densenet121(), 224, 121, 7_978_856),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_networks(name):
    layers, side, layers_deep, parameters = PUBLISHED[name]
    rows = walk(layers, (3, side, side))
    assert depth(layers) == layers_deep and totals(rows)[0] == parameters
    assert (rows[-1].shape, *totals(rows)) == torch_counts(layers, (3, side, side))


def random_layers(rng):
    C = 2 * int(rng.integers(1, 4))
    k, stride, padding = (int(rng.integers(a, b)) for a, b in ((1, 4), (1, 3), (0, 3)))
    layers = [Conv(C, k, stride, padding, bias=bool(rng.random() < 0.5))]
    layers += [Norm()] * int(rng.integers(0, 2))
    layers.append(Conv(2 * int(rng.integers(1, 3)), 1, groups=2))
    k, stride = (int(n) for n in rng.integers(1, 4, 2))
    layers.append(Pool(k, stride, int(rng.integers(0, k // 2 + 1)), ceil_mode=bool(rng.random() < 0.5)))
    layers.append(Branches(((), (Conv(3, 3, padding=1),)), "cat"))
    end = [Flatten()] if rng.random() < 0.5 else [GlobalPool()]
    return [*layers, *end, Dense(int(rng.integers(1, 5)), bool(rng.random() < 0.5))]


def test_random_networks():
    rng = np.random.default_rng(0)
    for _ in range(40):
        layers, shape = random_layers(rng), (int(rng.integers(1, 4)), *rng.integers(7, 12, 2).tolist())
        rows = walk(layers, shape)
        assert (rows[-1].shape, *totals(rows)) == torch_counts(layers, shape)


def test_one_weight():
    (row,) = walk([Conv(1, 1, bias=False)], (1, 1, 1))
    assert (row.shape, row.parameters, row.multiplications) == ((1, 1, 1), 1, 1)


def test_inception_reduces():
    count = lambda *layers: totals(walk(layers, (192, 28, 28)))[1]
    assert count(Conv(32, 5, padding=2)) == 120_422_400
    assert count(Conv(16, 1), Conv(32, 5, padding=2)) == 12_443_648
    module = nets.inception(64, 96, 128, 16, 32, 32)
    assert walk([module], (192, 28, 28))[-1].shape == (256, 28, 28)


def test_the_longest_path_counts():
    assert depth([Branches(((Conv(1, 1),), (Conv(1, 1), Norm(), Conv(1, 1)), ()))]) == 2


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([Conv(4, 5)], "a window of 5 pixels on 3"),
        ([Dense(2)], "expected a vector"),
        ([Flatten(), Conv(2, 1)], r"expected \(C, H, W\)"),
        ([Conv(4, 1, groups=3)], "groups is 3"),
        ([Branches(((Conv(3, 1),), ()), "add")], "cannot be added"),
        ([Branches(((Conv(2, 2),), ()), "cat")], "differ in more than channels"),
        ([Branches(((), ()), "sum")], "join"),
    ],
)
def test_what_does_not_fit(layers, message):
    with pytest.raises(ValueError, match=message):
        walk(layers, (2, 3, 3))


def test_unknown_depth():
    with pytest.raises(ValueError, match="layers is 20"):
        nets.resnet(20)
