"""Gram matrices and the objective of style transfer against PyTorch."""

import numpy as np
import pytest
import torch

from derived import nn
from derived.parity import torch_twin
from derived.tensor import Tensor
from derived.topics.style_transfer import StyleTransfer, features_at, gram


def stack(rng):
    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1, rng=rng, dtype=np.float64), nn.ReLU(), nn.AvgPool2d(2),
                         nn.Conv2d(4, 5, 3, rng=rng, dtype=np.float64), nn.ReLU())  # fmt: skip


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (2, 3, 4, 5), (1, 6, 1, 2)])
def test_gram(shape):
    maps = np.random.default_rng(0).normal(size=shape)
    expected = np.einsum("nchw,ndhw->ncd", maps, maps)
    np.testing.assert_allclose(gram(maps).data, expected, atol=1e-12)
    with pytest.raises(ValueError, match="maps has shape"):
        gram(maps[0])


def test_objective_and_gradient_are_torchs():
    rng = np.random.default_rng(1)
    model = stack(rng)
    content, style, images = (rng.normal(size=(n, 3, 8, 8)) for n in (1, 1, 2))
    transfer = StyleTransfer(model, content, style, content_layer=1, style_layers=[1, 4])
    x = Tensor(images, requires_grad=True)
    both = transfer.content_and_style(x)
    (both[0] + 3.0 * both[1]).sum().backward()
    twin, t = torch_twin(model), torch.tensor(images, requires_grad=True)
    at = lambda v: (twin[:2](v), twin(v))  # noqa: E731
    grams = lambda v: [m.flatten(2) @ m.flatten(2).mT for m in at(v)]  # noqa: E731
    P, A = at(torch.tensor(content))[0].detach(), [g.detach() for g in grams(torch.tensor(style))]
    first = ((at(t)[0] - P) ** 2).sum((1, 2, 3)) / (P**2).sum()
    second = sum(((g - a) ** 2).sum((1, 2)) / (2 * (a**2).sum()) for g, a in zip(grams(t), A, strict=True))
    (first + 3 * second).sum().backward()
    np.testing.assert_allclose(both[0].data, first.detach(), rtol=1e-10)
    np.testing.assert_allclose(both[1].data, second.detach(), rtol=1e-10)
    np.testing.assert_allclose(x.grad, t.grad, atol=1e-12)


def test_run_and_layers():
    rng = np.random.default_rng(2)
    model = stack(rng)
    content, style = rng.normal(size=(2, 1, 3, 8, 8))
    transfer = StyleTransfer(model, content, style, content_layer=1, style_layers=[1, 4])
    start = rng.normal(size=(3, 3, 8, 8))
    images, ratio = transfer.run(start, 60, beta=np.array([0.1, 1.0, 10.0]))
    assert images.shape == start.shape and ratio.shape == (2, 3) and (ratio.sum(axis=0) < 2).all()
    assert ratio[0, 0] < ratio[0, 2] and ratio[1, 0] > ratio[1, 2]
    assert np.array_equal(features_at(model, content, [4])[0].data, model(content).data)
    with pytest.raises(ValueError, match="style"):
        StyleTransfer(model, content, style[:, :, :4], content_layer=1, style_layers=[1])
