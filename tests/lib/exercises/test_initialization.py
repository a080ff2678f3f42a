"""The references of the checkers against PyTorch and against what the exercises ask for."""

import numpy as np
import torch

from derived.exercises import initialization as ex


def test_weight_std_is_torchs():
    for shape, slope in ex.weight_std.cases():
        if len(shape) == 2 and shape[0] == 1:
            continue
        fan = torch.nn.init._calculate_correct_fan(torch.empty(shape), "fan_in")
        gain = torch.nn.init.calculate_gain("leaky_relu", slope)
        assert np.isclose(ex.weight_std.reference(shape, slope), gain / fan**0.5)
    assert ex.weight_std(lambda shape, slope: (2 / (1 + slope**2) / np.prod(shape[1:])) ** 0.5)


def test_relu_sizes_by_the_product():
    def product(widths, variances, q0):
        sizes = [q0]
        for n, v in zip(widths, variances, strict=False):
            sizes.append(sizes[-1] * n * v / 2)
        return np.array(sizes)

    assert ex.relu_sizes(product)


def test_calibrated_layers_have_mean_square_one():
    for weights, X in ex.calibrate.cases():
        A = torch.tensor(X)
        for W, old in zip(ex.calibrate.reference(weights, X), weights, strict=True):
            Z = A @ torch.tensor(W).T
            assert np.isclose((Z**2).mean().item(), 1)
            ratio = W / old
            assert np.allclose(ratio, ratio[0, 0]) and ratio[0, 0] > 0
            A = torch.relu(Z)
