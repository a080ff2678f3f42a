"""The loss of inversion and its gradient against PyTorch; an invertible embedding is inverted."""

import numpy as np
import torch

from derived.tensor import Tensor
from derived.topics.feature_inversion import inversion_losses, invert


def test_loss_and_gradient_are_torchs():
    rng = np.random.default_rng(0)
    A, images, target = rng.normal(size=(6, 4)), rng.normal(size=(2, 6)), rng.normal(size=(2, 4))
    x = Tensor(images, requires_grad=True)
    ours = inversion_losses(lambda v: v @ A, target, 0.3)(x)
    t = torch.tensor(images, requires_grad=True)
    theirs = ((t @ torch.tensor(A) - torch.tensor(target)) ** 2).sum(1) + 0.3 * (t**6).sum(1)
    np.testing.assert_allclose(ours.data, theirs.detach(), rtol=1e-12)
    ours.sum().backward()
    theirs.sum().backward()
    np.testing.assert_allclose(x.grad, t.grad, rtol=1e-10)
    np.testing.assert_allclose(x.grad, 2 * (images @ A - target) @ A.T + 1.8 * images**5, rtol=1e-10)


def test_inverts_what_is_invertible():
    images = np.random.default_rng(1).uniform(0.1, 0.9, (3, 1, 4, 4))
    found, values = invert(lambda x: 2 * x, images, rng=np.random.default_rng(2), steps=300, lam=0.0)
    np.testing.assert_allclose(found, images, atol=1e-3)
    assert values.shape == (301, 3)
