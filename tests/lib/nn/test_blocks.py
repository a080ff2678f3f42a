"""The blocks beside PyTorch: values, gradients, shapes; starts at 0; shapes that do not fit."""

import numpy as np
import pytest
from beside_torch import close, normal

from derived import nn
from derived.parity.architectures import pulled_through
from derived.tensor import Tensor


def rng():
    return np.random.default_rng(0)


BLOCKS = {
    "inception": lambda: nn.Inception(3, 2, 2, 3, 1, 2, 1, rng=rng(), dtype=np.float64),
    "inception of ones": lambda: nn.Inception(3, 1, 1, 1, 1, 1, 1, rng=rng(), dtype=np.float64),
    "residual": lambda: nn.ResidualBlock(3, 3, rng=rng(), dtype=np.float64),
    "residual without norm": lambda: nn.ResidualBlock(3, 3, norm=False, rng=rng(), dtype=np.float64),
    "residual that projects": lambda: nn.ResidualBlock(3, 4, 2, rng=rng(), dtype=np.float64),
    "residual without shortcut": lambda: nn.ResidualBlock(3, 4, 2, skip=False, rng=rng(), dtype=np.float64),
    "dense": lambda: nn.DenseBlock(3, 2, 3, rng=rng(), dtype=np.float64),
    "dense without norm": lambda: nn.DenseBlock(3, 1, 2, norm=False, rng=rng(), dtype=np.float64),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_beside_torch(name):
    block, x = BLOCKS[name](), normal(2, 3, 5, 4)
    t = Tensor(x, requires_grad=True)
    y = block(t)
    g = normal(*y.shape)
    y.backward(g)
    value, x_bar, parameters = pulled_through(block, x, g)
    close(y.data, value), close(t.grad, x_bar)
    assert list(parameters) == [n for n, _ in block.named_parameters()]
    for n, p in block.named_parameters():
        close(p.grad, parameters[n])


def test_a_changed_weight_is_seen():
    block, x = BLOCKS["residual that projects"](), normal(2, 3, 5, 4)
    before = pulled_through(block, x, np.ones((2, 4, 3, 2)))[0]
    block.shortcut[0].weight.data[0] += 1
    assert not np.allclose(block(x).data, before)


@pytest.mark.parametrize("norm", [True, False])
def test_zero_init_hands_on_the_input(norm):
    block = nn.ResidualBlock(3, 3, norm=norm, zero_init=True, rng=rng(), dtype=np.float64)
    x = np.abs(normal(2, 3, 4, 4))
    assert np.array_equal(block(x).data, x)


def test_residual_of_any_module():
    body = nn.Linear(3, 2, rng=rng(), dtype=np.float64)
    project = nn.Linear(3, 2, bias=False, rng=rng(), dtype=np.float64)
    x = normal(4, 3)
    wanted = x @ (body.weight.data + project.weight.data).T + body.bias.data
    close(nn.Residual(body, project)(x).data, wanted)
    with pytest.raises(ValueError, match=r"shortcut has shape \(4, 3\), the body \(4, 2\)"):
        nn.Residual(body)(x)


def test_channels_grow_in_a_dense_block():
    block = nn.DenseBlock(5, 3, 4, rng=rng())
    assert block(np.zeros((1, 5, 4, 4), np.float32)).shape == (1, 17, 4, 4)
    assert [layer[2].in_channels for layer in block.layers] == [5, 8, 11, 14]
