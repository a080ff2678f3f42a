"""Pooling modules: PyTorch's options, defaults and values."""

import numpy as np
import pytest
import torch
from beside_torch import agree, close, normal

from derived import nn
from derived.parity import torch_twin

MODULES = [
    (nn.MaxPool2d(2), "MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1)"),
    (nn.MaxPool2d(3, 1, 1, 2), "MaxPool2d(kernel_size=3, stride=1, padding=1, dilation=2)"),
    (nn.MaxPool2d((2, 3), padding=1), "MaxPool2d(kernel_size=(2, 3), stride=(2, 3), padding=1, dilation=1)"),
    (nn.AvgPool2d(2), "AvgPool2d(kernel_size=2, stride=2, padding=0)"),
    (nn.AvgPool2d(3, (1, 2), 1), "AvgPool2d(kernel_size=3, stride=(1, 2), padding=1)"),
    (nn.AdaptiveAvgPool2d(1), "AdaptiveAvgPool2d(output_size=1)"),
    (nn.AdaptiveAvgPool2d((2, 3)), "AdaptiveAvgPool2d(output_size=(2, 3))"),
]


@pytest.mark.parametrize(("ours", "text"), MODULES, ids=[text for _, text in MODULES])
def test_beside_torch(ours, text):
    agree(ours, getattr(torch.nn, type(ours).__name__)(**vars(ours)), normal(2, 3, 7, 6))
    assert repr(ours) == text and not ours.parameters()


def test_the_twin_has_the_same_options():
    model = nn.Sequential(nn.MaxPool2d(3, 1, 1, 2), nn.AvgPool2d((1, 2), 1), nn.AdaptiveAvgPool2d(2), nn.Flatten(),
                          nn.Linear(12, 2, rng=np.random.default_rng(0), dtype=np.float64)).eval()  # fmt: skip
    x = normal(2, 3, 7, 6)
    close(model(x), torch_twin(model)(torch.tensor(x)))
