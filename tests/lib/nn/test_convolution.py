"""The convolutional layer: PyTorch's values, gradients, shapes and initial distribution; what lies where in memory."""

import numpy as np
import pytest
import torch
from beside_torch import close, normal, same_layer

from derived import initialization, nn, ops, optim
from derived.parity import torch_twin
from derived.tensor import Tensor


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("options", [{}, {"stride": 2, "padding": 1}, {"padding": (2, 0), "dilation": (1, 2)}])
def test_beside_torch(bias, options):
    ours = nn.Conv2d(3, 4, (2, 3), **options, bias=bias, rng=rng(), dtype=np.float64)
    theirs = torch.nn.Conv2d(3, 4, (2, 3), **options, bias=bias).double()
    same_layer(ours, theirs, normal(2, 3, 6, 7))


def small_lenet(dtype=np.float64):
    g = rng()
    return nn.Sequential(
        nn.Conv2d(1, 2, 3, padding=1, rng=g, dtype=dtype), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(2, 3, 3, rng=g, dtype=dtype), nn.ReLU(), nn.AvgPool2d(2), nn.Flatten(),
        nn.Linear(12, 4, rng=g, dtype=dtype),
    )  # fmt: skip


def test_a_network_with_its_optimizer_beside_torch():
    model, x, y = small_lenet(), normal(5, 1, 12, 12), np.arange(5) % 4
    twin = torch_twin(model)
    optimizer, theirs = optim.Adam(model.parameters()), torch.optim.Adam(twin.parameters())
    for _ in range(20):
        optimizer.zero_grad(), theirs.zero_grad()
        loss, their_loss = ops.cross_entropy(model(x), y), torch.nn.functional.cross_entropy(
            twin(torch.tensor(x)), torch.tensor(y))  # fmt: skip
        loss.backward(), their_loss.backward()
        optimizer.step(), theirs.step()
    close(loss, their_loss)
    for p, q in zip(model.parameters(), twin.parameters(), strict=True):
        close(p.data, q)


def test_the_batch_stays_innermost_through_the_network():
    x, values = Tensor(normal(5, 1, 12, 12).astype(np.float32), requires_grad=True), []
    for layer in small_lenet(np.float32).layers[:-1]:
        x = layer(x)
        x.retain_grad()
        values.append(x)
    (x * x).sum().backward()
    for value in values:
        for array in (value.data, value.grad):
            assert array.dtype == np.float32 and array.strides[0] == 4, "the batch is not innermost"
    assert np.shares_memory(values[-1].data, values[-2].data), "flatten copies"


def test_initial_weights():
    layer = nn.Conv2d(8, 40, 5, rng=rng())
    assert layer.weight.shape == (40, 8, 5, 5) and layer.weight.dtype == np.float32
    for array in (layer.weight.data, layer.bias.data):
        assert 0.9 / np.sqrt(200) < np.abs(array).max() <= 1 / np.sqrt(200) * (1 + 1e-6)
    for init in ("he_normal", initialization.he_normal):
        layer = nn.Conv2d(8, 40, 5, rng=rng(), init=init)
        assert not layer.bias.data.any() and layer.weight.data.std() == pytest.approx(np.sqrt(2 / 200), rel=0.05)
    np.testing.assert_array_equal(nn.Conv2d(1, 2, 3, rng=rng()).weight.data, nn.Conv2d(1, 2, 3, rng=rng()).weight.data)


def test_it_is_written_as_in_torch():
    layer = nn.Conv2d(1, 6, 5, padding=2, rng=rng())
    assert repr(layer) == ("Conv2d(1, 6, kernel_size=(5, 5), stride=(1, 1), padding=(2, 2), dilation=(1, 1), "
                           "bias=True)")  # fmt: skip
    assert sum(p.size for p in layer.parameters()) == 156


def test_bad_arguments_are_named():
    for channels in [(0, 3), (3, -1)]:
        with pytest.raises(ValueError, match=f"Conv2d: in_channels is {channels[0]}, out_channels {channels[1]}, exp"):
            nn.Conv2d(*channels, 3, rng=rng())
    for name, value in [("kernel_size", 0), ("stride", 0), ("padding", -1), ("dilation", 1.5)]:
        with pytest.raises(ValueError, match=f"Conv2d: {name} is {value}, expected an integer"):
            nn.Conv2d(1, 2, **{"kernel_size": 3, name: value}, rng=rng())
    with pytest.raises(ValueError, match="did you mean 'he_normal'"):
        nn.Conv2d(1, 2, 3, rng=rng(), init="he_norm")
    with pytest.raises(ValueError, match="conv2d: input has 3 channels, weight expects 1"):
        nn.Conv2d(1, 2, 3, rng=rng())(np.ones((2, 3, 8, 8)))
