"""The networks that won the ImageNet contests from 2012 on, as layer specifications for pictures of 224 by 224 pixels.

ReLUs and dropout are left out: they change no shape and have no parameters. Sources, with the table that gives the
layers: A. Krizhevsky, I. Sutskever, G. E. Hinton, NIPS 2012, section 3.5; M. D. Zeiler, R. Fergus, ECCV 2014, figure 3;
K. Simonyan, A. Zisserman, ICLR 2015, table 1 (D); C. Szegedy et al., CVPR 2015, table 1; K. He et al., CVPR 2016,
table 1; G. Huang et al., CVPR 2017, table 1.
"""

from __future__ import annotations

from derived.arguments import require
from derived.topics.layer_specs import Branches, Conv, Dense, Flatten, GlobalPool, Layer, Norm, Pool

__all__ = ["alexnet", "auxiliary", "densenet121", "googlenet", "inception", "resnet", "vgg16", "zfnet"]

# 1×1, 3×3 reduce, 3×3, 5×5 reduce, 5×5, pool projection; None is a pooling between stages.
GOOGLENET = (
    (64, 96, 128, 16, 32, 32), (128, 128, 192, 32, 96, 64), None,
    (192, 96, 208, 16, 48, 64), (160, 112, 224, 24, 64, 64), (128, 128, 256, 24, 64, 64),
    (112, 144, 288, 32, 64, 64), (256, 160, 320, 32, 128, 128), None,
    (256, 160, 320, 32, 128, 128), (384, 192, 384, 48, 128, 128),
)  # fmt: skip


def alexnet(groups: int = 2) -> list[Layer]:
    """AlexNet of 2012 for (3, 227, 227); ``groups=2`` is the network on two graphics cards, 1 the one without split."""
    return [
        Conv(96, 11, 4), Pool(3, 2), Conv(256, 5, padding=2, groups=groups), Pool(3, 2),
        Conv(384, 3, padding=1), Conv(384, 3, padding=1, groups=groups), Conv(256, 3, padding=1, groups=groups),
        Pool(3, 2), Flatten(), Dense(4096), Dense(4096), Dense(1000),
    ]  # fmt: skip


def zfnet() -> list[Layer]:
    """Zeiler and Fergus's AlexNet for (3, 224, 224): smaller windows and strides below, no groups."""
    return [
        Conv(96, 7, 2, 1), Pool(3, 2, 1), Conv(256, 5, 2), Pool(3, 2, 1),
        Conv(384, 3, padding=1), Conv(384, 3, padding=1), Conv(256, 3, padding=1),
        Pool(3, 2), Flatten(), Dense(4096), Dense(4096), Dense(1000),
    ]  # fmt: skip


def vgg16() -> list[Layer]:
    """VGG, configuration D, for (3, 224, 224): only windows of three by three."""
    layers: list[Layer] = []
    for channels, repeats in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        layers += [*[Conv(channels, 3, padding=1)] * repeats, Pool(2, 2)]
    return [*layers, Flatten(), Dense(4096), Dense(4096), Dense(1000)]


def inception(ch1x1: int, ch3x3red: int, ch3x3: int, ch5x5red: int, ch5x5: int, pool_proj: int) -> Branches:
    """An Inception module with reductions; the numbers of channels in the order of the paper's table."""
    return Branches((
        (Conv(ch1x1, 1),),
        (Conv(ch3x3red, 1), Conv(ch3x3, 3, padding=1)),
        (Conv(ch5x5red, 1), Conv(ch5x5, 5, padding=2)),
        (Pool(3, 1, 1), Conv(pool_proj, 1)),
    ))  # fmt: skip


def googlenet() -> list[Layer]:
    """GoogLeNet of the paper for (3, 224, 224): biases, no batch normalisation, no auxiliary classifiers."""
    between = Pool(3, 2, ceil_mode=True)
    stem = [Conv(64, 7, 2, 3), between, Conv(64, 1), Conv(192, 3, padding=1), between]
    return [*stem, *[inception(*c) if c else between for c in GOOGLENET], GlobalPool(), Dense(1000)]


def auxiliary() -> list[Layer]:
    """The classifier that GoogLeNet has twice on the side in training, behind its modules 4a and 4d."""
    return [Pool(5, 3), Conv(128, 1), Flatten(), Dense(1024), Dense(1000)]


def resnet(layers: int) -> list[Layer]:
    """ResNet-18, -34 or -50 for (3, 224, 224): batch normalisation after each convolution, projections where needed.

    A bottleneck block of ResNet-50 has its stride in the first convolution, as in the paper; PyTorch's has it in the
    second, which changes the multiplications but not the parameters.
    """
    repeats = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3)}
    require(layers in repeats, "resnet: layers is {}, expected one of {}", layers, list(repeats))
    network: list[Layer] = [Conv(64, 7, 2, 3, bias=False), Norm(), Pool(3, 2, 1)]
    channels = 64
    for stage, count in enumerate(repeats[layers]):
        width = 64 * 2**stage
        for k in range(count):
            stride = 2 if stage and k == 0 else 1
            body = _bottleneck(width, stride) if layers == 50 else _basic(width, stride)
            out = 4 * width if layers == 50 else width
            shortcut = (Conv(out, 1, stride, bias=False), Norm()) if stride > 1 or channels != out else ()
            network.append(Branches((body, shortcut), "add"))
            channels = out
    return [*network, GlobalPool(), Dense(1000)]


def _basic(width: int, stride: int) -> tuple:
    return (Conv(width, 3, stride, 1, bias=False), Norm(), Conv(width, 3, padding=1, bias=False), Norm())


def _bottleneck(width: int, stride: int) -> tuple:
    return (Conv(width, 1, stride, bias=False), Norm(), Conv(width, 3, padding=1, bias=False), Norm(),
            Conv(4 * width, 1, bias=False), Norm())  # fmt: skip


def densenet121(growth: int = 32) -> list[Layer]:
    """DenseNet-121 for (3, 224, 224): each layer appends `growth` channels, from a bottleneck of four times as many."""
    network: list[Layer] = [Conv(64, 7, 2, 3, bias=False), Norm(), Pool(3, 2, 1)]
    channels = 64
    for k, count in enumerate((6, 12, 24, 16)):
        if k:
            channels //= 2
            network += [Norm(), Conv(channels, 1, bias=False), Pool(2, 2)]
        new = (Norm(), Conv(4 * growth, 1, bias=False), Norm(), Conv(growth, 3, padding=1, bias=False))
        network += [Branches(((), new), "cat")] * count
        channels += count * growth
    return [*network, Norm(), GlobalPool(), Dense(1000)]
