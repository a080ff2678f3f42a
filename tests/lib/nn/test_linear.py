"""The affine layer: PyTorch's values, gradients and initial distribution."""

import numpy as np
import pytest
import torch
from beside_torch import normal, same_layer

from derived import initialization, nn


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", [(3,), (5, 3), (2, 5, 3), (0, 3)])
def test_beside_torch(bias, shape):
    ours, theirs = nn.Linear(3, 4, bias, rng=rng(), dtype=np.float64), torch.nn.Linear(3, 4, bias).double()
    same_layer(ours, theirs, normal(*shape))


def test_float32_is_the_default_and_stays():
    layer = nn.Linear(3, 4, rng=rng())
    z = layer(np.ones((2, 3), np.float32))
    z.sum().backward()
    assert {layer.weight.dtype, layer.bias.dtype, z.dtype, layer.weight.grad.dtype} == {np.dtype(np.float32)}


def test_initial_weights():
    layer = nn.Linear(100, 50, rng=rng())
    for array in (layer.weight.data, layer.bias.data):
        assert np.abs(array).max() <= 0.1 and np.abs(array).max() > 0.09
    for init in ("he_normal", initialization.he_normal):
        layer = nn.Linear(100, 50, rng=rng(), init=init)
        assert not layer.bias.data.any() and layer.weight.data.std() == pytest.approx(np.sqrt(2 / 100), rel=0.05)
    np.testing.assert_array_equal(nn.Linear(3, 4, rng=rng()).weight.data, nn.Linear(3, 4, rng=rng()).weight.data)


def test_bad_arguments_are_named():
    for sizes in [(0, 3), (3, -1)]:
        with pytest.raises(
            ValueError, match=f"Linear: in_features is {sizes[0]}, out_features {sizes[1]}, expected pos"
        ):
            nn.Linear(*sizes, rng=rng())
    with pytest.raises(ValueError, match="did you mean 'he_normal'"):
        nn.Linear(3, 4, rng=rng(), init="he_norm")
    with pytest.raises(ValueError, match=r"linear: x has 5 features, W expects 3 \(x.shape \(2, 5\)"):
        nn.Linear(3, 4, rng=rng())(np.ones((2, 5)))
    with pytest.raises(TypeError, match="rng"):
        nn.Linear(3, 4)


def test_flatten_and_identity():
    assert nn.Flatten()(np.ones((2, 3, 4))).shape == (2, 12) and nn.Flatten()(np.ones((0, 3, 4))).shape == (0, 12)
    x = nn.Parameter([1.0])
    assert nn.Identity()(x) is x
